import type { Oklab } from '../colour/convert.js'
import { hexToOklab } from '../colour/convert.js'
import { oklabDistance } from '../colour/distance.js'
import type { Taxonomy } from '../domain/garment.js'
import type { Steps } from '../domain/steps.js'
import { drain, visitEach } from '../domain/steps.js'
import { traitsOf } from '../domain/taxonomy.js'
import { taxonomyOf } from '../outfit/wishes.js'
import { withTitle } from '../words/title/with-title.js'
import type { OwnedPiece } from './records.js'
import { ownedPieces } from './records.js'

/** Pieces that do the same in an outfit. */
export interface DuplicateGroup {
  /** by id: the oldest first */
  readonly itemIds: readonly string[]
  readonly kind: string
  /** of the first, `#rrggbb` */
  readonly hex: string
  /** largest difference to the first, as `colorDistance` */
  readonly distance: number
}

export interface DuplicatesRequest {
  readonly items: readonly OwnedPiece[]
  readonly taxonomy?: Taxonomy
}

/**
 * Pieces of one kind that look the same: equal subcategory, pattern and material (as far as they are known), and main
 * colours that are hard to tell apart in a photo. Larger groups first. A piece without colours is like no other.
 */
export function duplicates(request: DuplicatesRequest): readonly DuplicateGroup[] {
  return drain(duplicatesSteps(request))
}

/** {@link duplicates} in steps: see `inPieces`. */
export function* duplicatesSteps(request: DuplicatesRequest): Steps<readonly DuplicateGroup[]> {
  const groups = new Map<string, Leader[]>()
  yield* visitEach(ownedPieces(request.items), LOOKED_AT_ONCE, (item) => {
    const look = lookOf(item, taxonomyOf(request))
    if (!look) return
    const leaders = groups.get(look.kind) ?? []
    groups.set(look.kind, leaders)
    // Compared with the first of each group only: ten thousand white shirts are ten thousand comparisons.
    const leader = leaders.find((other) => isAlike(other.look, look))
    if (!leader) {
      leaders.push({ look, itemIds: [item.id], distance: 0 })
      return
    }
    leader.itemIds.push(item.id)
    leader.distance = Math.max(leader.distance, oklabDistance(leader.look.lab, look.lab))
  })
  return [...groups.values()]
    .flat()
    .filter(({ itemIds }) => itemIds.length > 1)
    .map(({ look, itemIds, distance }) => ({ itemIds, kind: look.kind, hex: look.hex, distance }))
    .sort(
      (x, y) => y.itemIds.length - x.itemIds.length || ((x.itemIds[0] ?? '') < (y.itemIds[0] ?? '') ? -1 : 1),
    )
}

/** Some milliseconds of work. */
const LOOKED_AT_ONCE = 100
/** More colours of a piece than these are not read: a record may hold any number. */
const MOST_COLORS = 16

/** What makes a piece the same as another. */
export interface Look {
  readonly kind: string
  readonly hex: string
  readonly lab: Oklab
  readonly pattern: string | null
  readonly material: string | null
}

export function lookOf(record: OwnedPiece, taxonomy?: Taxonomy): Look | null {
  const item = withTitle(record, taxonomy)
  const traits = traitsOf(item, taxonomy)
  const main = mainColour(item.colors)
  if (!traits || !main) return null
  return { kind: traits.subcategory, ...main, pattern: wordOf(item.pattern), material: wordOf(item.material) }
}

export function isAlike(x: Look, y: Look): boolean {
  return (
    x.kind === y.kind &&
    agree(x.pattern, y.pattern) &&
    agree(x.material, y.material) &&
    oklabDistance(x.lab, y.lab) < ALIKE
  )
}

/** Two photos of one garment differ by about as much. */
const ALIKE = 0.07

interface Leader {
  readonly look: Look
  readonly itemIds: string[]
  distance: number
}

function mainColour(colors: unknown): { readonly hex: string; readonly lab: Oklab } | null {
  let main: { hex: string; lab: Oklab; share: number } | null = null
  for (const color of Array.isArray(colors) ? colors.slice(0, MOST_COLORS) : []) {
    const lab = typeof color?.hex === 'string' ? hexToOklab(color.hex) : null
    const share = typeof color?.share === 'number' && color.share > 0 ? color.share : 0
    if (lab && share > (main?.share ?? -1)) main = { hex: color.hex, lab, share }
  }
  return main
}

/** What is not known speaks against nothing. */
function agree(x: string | null, y: string | null): boolean {
  return x === null || y === null || x === y
}

function wordOf(text: unknown): string | null {
  const word = typeof text === 'string' ? text.trim().toLowerCase() : ''
  return word === '' ? null : word
}
