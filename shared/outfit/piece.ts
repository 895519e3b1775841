import type { Swatch } from '../colour/harmony.js'
import { toSwatch } from '../colour/harmony.js'
import type { Slot, Taxonomy } from '../domain/garment.js'
import type { Traits } from '../domain/taxonomy.js'
import { traitsOf } from '../domain/taxonomy.js'
import type { TasteTraits } from '../taste/traits.js'
import { toTasteTraits } from '../taste/traits.js'
import type { GarmentLike } from './types.js'

/** An item as the rules see it: read once, checked, in one way of wearing it. */
export interface Piece {
  readonly id: string
  /** how a sentence calls it, without an article */
  readonly label: string
  readonly slots: readonly Slot[]
  readonly traits: Traits
  /** main colours, largest first, with their share of the outfit's area */
  readonly swatches: readonly Swatch[]
  /** what a person may like of it or not */
  readonly taste: TasteTraits | null
  readonly seasons: ReadonlySet<string>
  readonly occasions: ReadonlySet<string>
}

/**
 * The pieces that an item can be, one for each way of wearing it; none if the taxonomy does not know it. Colours and
 * label are read when first asked for: most pieces of a large wardrobe never get that far.
 */
export function toPieces(item: GarmentLike, taxonomy?: Taxonomy): readonly Piece[] {
  const traits = traitsOf(item, taxonomy)
  if (!traits) return []
  const seasons = new Set(words(item.seasons))
  const occasions = new Set(words(item.occasions))
  const label = once(() => labelOf(item, traits))
  const taste = once(() => toTasteTraits(item, taxonomy))
  return traits.ways
    .filter((slots) => slots.length > 0)
    .map((slots) => {
      const swatches = once(() => mainColors(item.colors, areaOf(slots)))
      return {
        id: item.id,
        slots,
        traits,
        seasons,
        occasions,
        get label() {
          return label()
        },
        get taste() {
          return taste()
        },
        get swatches() {
          return swatches()
        },
      }
    })
}

/** True if a piece may be worn: it is there, and nothing is known that keeps it from being worn. */
export function isWearable(item: GarmentLike): boolean {
  const { status, deletedAt } = item
  if (deletedAt !== null && deletedAt !== undefined) return false
  return status === null || status === undefined || status === 'available'
}

/** Part of what one sees of an outfit: rough, so that shoes do not outvote a coat. */
const AREA: Readonly<Record<Slot, number>> = {
  base: 0.3,
  mid: 0.25,
  outer: 0.4,
  legs: 0.3,
  hosiery: 0.1,
  feet: 0.08,
  accessory: 0.05,
}

const MAIN_COLORS = 2
const MAIN_SHARE = 0.2

function areaOf(slots: readonly Slot[]): number {
  return slots.reduce((sum, slot) => sum + (AREA[slot] ?? 0.1), 0)
}

function mainColors(colors: unknown, area: number): readonly Swatch[] {
  if (!Array.isArray(colors)) return []
  const swatches = colors
    .filter((color) => typeof color === 'object' && color !== null)
    .flatMap((color) => toSwatch(color) ?? [])
    .sort((x, y) => y.share - x.share)
  const total = swatches.reduce((sum, swatch) => sum + swatch.share, 0)
  return swatches
    .filter((swatch, i) => i === 0 || (i < MAIN_COLORS && swatch.share >= total * MAIN_SHARE))
    .map((swatch) => ({ ...swatch, share: (area * swatch.share) / total }))
}

function labelOf(item: GarmentLike, traits: Traits): string {
  const name = typeof item.name === 'string' ? item.name.trim().replace(/\s+/g, ' ') : ''
  if (name) return name.length > 60 ? `${name.slice(0, 59)}…` : name
  const color = mainColors(item.colors, 1)[0]?.name.name
  return color ? `${color} ${traits.label}` : traits.label
}

function words(values: unknown): string[] {
  if (!Array.isArray(values)) return []
  return values.flatMap((value) => (typeof value === 'string' ? [value.trim().toLowerCase()] : []))
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
