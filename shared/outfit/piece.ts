import type { Swatch } from '../colour/harmony.js'
import { toSwatch } from '../colour/harmony.js'
import type { Slot, Taxonomy, Volume } from '../domain/garment.js'
import type { Material, Pattern, PatternScale } from '../domain/looks.js'
import { FITS, findLook, MATERIALS, PATTERNS } from '../domain/looks.js'
import type { Traits } from '../domain/taxonomy.js'
import { traitsOf } from '../domain/taxonomy.js'
import type { TasteTraits } from '../taste/traits.js'
import { toTasteTraits } from '../taste/traits.js'
import type { Look } from '../words/style/look.js'
import { readLook } from '../words/style/look.js'
import { withTitle } from '../words/title/with-title.js'
import { partOf } from './parts.js'
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
  readonly seasons: ReadonlySet<string>
  readonly occasions: ReadonlySet<string>
  /** null where it is not known */
  readonly material: Material | null
  readonly pattern: Pattern
  readonly scale: PatternScale
  readonly volume: Volume
  /** insulation in hundredths of a clo, in steps of {@link WARMTH_STEP}: of the item if it says, else of its kind and material */
  readonly warmth: number
  /** 0 to 1 */
  readonly rain: number
  /** what its name and its tags say of its style */
  readonly look: Look
  /** what its owner's taste may go by */
  readonly taste: TasteTraits | null
}

/**
 * The pieces that an item can be, one for each way of wearing it; none if the taxonomy does not know it. Colours, label
 * and taste are read when first asked for: most pieces of a large wardrobe never get that far.
 */
export function toPieces(record: GarmentLike, taxonomy?: Taxonomy): readonly Piece[] {
  const item = withTitle(record, taxonomy)
  const traits = traitsOf(item, taxonomy)
  if (!traits) return []
  const seasons = new Set(words(item.seasons))
  const occasions = new Set(words(item.occasions))
  const material = findLook(MATERIALS, item.material) ?? null
  const pattern = findLook(PATTERNS, item.pattern) ?? PLAIN
  const label = once(() => labelOf(item, traits))
  const taste = once(() => toTasteTraits(item, taxonomy))
  const look = once(() => readLook(wordsOf(item)))
  const own = typeof item.warmth === 'number' && item.warmth >= 0 && item.warmth <= 3
  const shared = {
    id: item.id,
    traits,
    seasons,
    occasions,
    material,
    pattern,
    scale: scaleOf(item.patternScale) ?? pattern.scale,
    volume: fitOf(item) ?? traits.volume,
    warmth:
      WARMTH_STEP * Math.round((traits.warmth * (own ? 1 : (material?.warmth ?? 1)) * 100) / WARMTH_STEP),
    rain: typeof item.waterproof === 'boolean' ? traits.rain : Math.max(traits.rain, material?.rain ?? 0),
  }
  return traits.ways
    .filter((slots) => slots.length > 0)
    .map((slots) => {
      const swatches = once(() => mainColors(item.colors, partOf(slots)))
      return {
        ...shared,
        slots,
        get label() {
          return label()
        },
        get swatches() {
          return swatches()
        },
        get look() {
          return look()
        },
        get taste() {
          return taste()
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

/** Hundredths of a clo that insulation is rounded to: what the tables of ISO 9920 are good for. */
export const WARMTH_STEP = 5

const PLAIN: Pattern = { id: 'solid', label: 'plain', busy: 0, scale: 0, group: 'plain' }

const SCALES: Readonly<Record<string, PatternScale>> = { small: 1, fine: 1, medium: 2, large: 3, bold: 3 }

function scaleOf(text: unknown): PatternScale | undefined {
  const word = typeof text === 'string' ? text.trim().toLowerCase() : ''
  return Object.hasOwn(SCALES, word) ? SCALES[word] : undefined
}

/** At most so many tags are read: a piece may have thousands. */
const MOST_TAGS = 32
/** No more of a name or a tag is read. */
const MOST_NAMED = 400

function tagsOf({ tags }: GarmentLike): string[] {
  return Array.isArray(tags)
    ? tags.slice(0, MOST_TAGS).flatMap((tag) => (typeof tag === 'string' ? tag.slice(0, MOST_NAMED) : []))
    : []
}

/** What its owner calls it; its kind by itself says more of how formal it is, which is another rule's. */
function wordsOf(item: GarmentLike): string {
  return [typeof item.name === 'string' ? item.name.slice(0, MOST_NAMED) : '', ...tagsOf(item)].join(' ')
}

/** How wide it falls: the first word for it that there is. */
function fitOf(item: GarmentLike): Volume | undefined {
  for (const word of [item.fit, ...tagsOf(item)]) {
    const fit = findLook(FITS, word)
    if (fit) return fit.volume
  }
  return undefined
}

const MAIN_COLORS = 2
const MAIN_SHARE = 0.2
/** More colours than these are not read: a record may hold any number. */
const MOST_COLORS = 16

function mainColors(colors: unknown, area: number): readonly Swatch[] {
  if (!Array.isArray(colors)) return []
  const swatches = colors
    .slice(0, MOST_COLORS)
    .filter((color) => typeof color === 'object' && color !== null)
    .flatMap((color) => toSwatch(color) ?? [])
    .sort((x, y) => y.share - x.share)
  const total = swatches.reduce((sum, swatch) => sum + swatch.share, 0)
  return swatches
    .filter((swatch, i) => i === 0 || (i < MAIN_COLORS && swatch.share >= total * MAIN_SHARE))
    .map((swatch) => ({ ...swatch, share: (area * swatch.share) / total }))
}

function labelOf(item: GarmentLike, traits: Traits): string {
  const name = typeof item.name === 'string' ? item.name.slice(0, MOST_NAMED).trim().replace(/\s+/g, ' ') : ''
  if (name) return name.length > 60 ? `${name.slice(0, 59)}…` : name
  const color = mainColors(item.colors, 1)[0]?.name.name
  return color ? `${color} ${traits.label}` : traits.label
}

/** At most so many seasons and occasions are read. */
const MOST_WORDS = 64

function words(values: unknown): string[] {
  if (!Array.isArray(values)) return []
  return values
    .slice(0, MOST_WORDS)
    .flatMap((value) => (typeof value === 'string' ? [value.trim().toLowerCase()] : []))
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
