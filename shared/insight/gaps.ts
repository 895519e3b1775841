import { COLOR_NAMES } from '../colour/color-names.js'
import type { Slot } from '../domain/garment.js'
import type { Steps } from '../domain/steps.js'
import { drain, visitEach, within } from '../domain/steps.js'
import type { Piece } from '../outfit/piece.js'
import type { GarmentLike } from '../outfit/types.js'
import { taxonomyOf } from '../outfit/wishes.js'
import type { CountedOutfits } from './count-outfits.js'
import { countOutfits, effortOf, thin } from './count-outfits.js'
import type { Look } from './duplicates.js'
import { isAlike, lookOf } from './duplicates.js'
import type { OutfitJudge, Purpose } from './judge-outfits.js'
import { createOutfitJudge } from './judge-outfits.js'
import { spaceGaps } from './missing-slots.js'
import { outfitSpace } from './outfit-space.js'
import type { InsightGap } from './records.js'
import { gap, ownedPieces } from './records.js'

export interface GapsRequest extends Purpose {
  /** how many suggestions; 5 unless told, at most 20 */
  readonly count?: number
  /** subcategories to choose from; unless told all that make an outfit: no accessories, nothing for the house */
  readonly kinds?: readonly string[]
}

/** A piece that is not there, and what it would add. */
export interface Suggestion {
  readonly category: string
  /** subcategory of the taxonomy */
  readonly kind: string
  readonly label: string
  readonly colour: { readonly name: string; readonly hex: string }
  /** good outfits that there would be more */
  readonly added: number
  /** for each occasion: good outfits now, and how many more; most added first */
  readonly byOccasion: readonly {
    readonly occasion: string
    readonly before: number
    readonly added: number
  }[]
  /** some of them: the pieces that it would be worn with */
  readonly examples: readonly { readonly itemIds: readonly string[]; readonly occasions: readonly string[] }[]
}

export interface Gaps {
  /** most added first: each kind in its best colour, and at most two that are worn in the same place */
  readonly suggestions: readonly Suggestion[]
  /** good outfits now */
  readonly good: number
  /** true where not every outfit was judged: numbers are estimates from an even sample */
  readonly bounded: boolean
  readonly missing: readonly InsightGap[]
}

/**
 * Which piece would add most good outfits? Each kind in each colour is put into the wardrobe and the good outfits with it
 * are counted: a few outfits each first, then more for those that did best. What is there already is not suggested.
 */
export function gaps(request: GapsRequest): Gaps {
  return drain(gapsSteps(request))
}

/** {@link gaps} in steps: see `inPieces`. */
export function* gapsSteps(request: GapsRequest): Steps<Gaps> {
  const judge = yield* within(createOutfitJudge(request), 0, 0.1)
  const items = ownedPieces(request.items)
  const effort = effortOf(request.effort, judge.occasions.length)
  const now = yield* within(countOutfits(judge, judge.pieces, effort / 4), 0.1, 0.3)
  const count = Math.min(
    20,
    Math.max(1, Math.floor(Number.isFinite(request.count) ? (request.count ?? 5) : 5)),
  )

  const owned: Look[] = []
  yield* visitEach(items, LOOKED_AT_ONCE, (item) => {
    const look = lookOf(item, taxonomyOf(request))
    if (look) owned.push(look)
  })
  function* measure(candidates: readonly Candidate[]): Steps<readonly Measured[]> {
    const measured: Measured[] = []
    const most = Math.max(4, effort / 4 / candidates.length)
    for (const [at, candidate] of candidates.entries()) {
      const counting = countOutfits(judge, judge.pieces, most, candidate.ways)
      const count = yield* within(counting, at / candidates.length, (at + 1) / candidates.length)
      if (count.good > 0) measured.push({ ...candidate, count })
      yield { done: (at + 1) / candidates.length }
    }
    return measured.sort((x, y) => y.count.good - x.count.good || (x.piece.id < y.piece.id ? -1 : 1))
  }

  const all = yield* within(candidatesOf(request, judge, owned), 0.3, 0.4)
  const probed = yield* within(measure(all.filter(isProbe)), 0.4, 0.6)
  const kinds = new Set(atMost(probed, KINDS).map(({ kind }) => kind))
  const coloured = yield* within(measure(all.filter(({ kind }) => kinds.has(kind))), 0.6, 0.8)
  const ranked = yield* within(measure(atMost(coloured, CLOSELY)), 0.8, 1)
  const suggestions = atMost(oneOfEach(ranked), 2)
    .slice(0, count)
    .map((candidate) => describe(candidate, judge, now.byOccasion))
  const space = outfitSpace(judge.pieces, judge.outdoors)
  return {
    suggestions,
    good: now.good,
    bounded: now.bounded || ranked.some((candidate) => candidate.count.bounded),
    missing: [
      ...spaceGaps(items, judge, now.good),
      ...(suggestions.length === 0 && space.lacking.length > 1 ? [gap('two-missing')] : []),
    ],
  }
}

interface Candidate {
  readonly category: string
  readonly kind: string
  readonly label: string
  /** the slots that it fills */
  readonly place: string
  readonly colour: { readonly name: string; readonly hex: string }
  readonly piece: GarmentLike
  readonly ways: readonly Piece[]
}

interface Measured extends Candidate {
  readonly count: CountedOutfits
}

/** Some milliseconds of work. */
const LOOKED_AT_ONCE = 200

/** Kinds of one place of which every colour is tried, and pieces of one place that are looked at closely. */
const KINDS = 4
const CLOSELY = 6

/** In these each kind is tried first, and judged by the better one. */
const PROBES = ['navy', 'beige']

/** Colours that shops have of most things. */
const COLOURS = [
  'black',
  'grey',
  'white',
  'beige',
  'camel',
  'brown',
  'navy',
  'denim',
  'light blue',
  'blue',
  'olive',
  'green',
  'burgundy',
  'red',
  'pink',
  'mustard',
].flatMap((name) => {
  const hex = COLOR_NAMES.find((colour) => colour.name === name)?.hexes[0]
  return hex === undefined ? [] : [{ name, hex }]
})

function* candidatesOf(
  request: GapsRequest,
  judge: OutfitJudge,
  owned: readonly Look[],
): Steps<readonly Candidate[]> {
  const wanted = Array.isArray(request.kinds) ? new Set<unknown>(request.kinds) : null
  const candidates: Candidate[] = []
  const ownedOf = new Map<string, Look[]>()
  for (const look of owned) ownedOf.set(look.kind, [...(ownedOf.get(look.kind) ?? []), look])
  for (const { id: category, subcategories } of taxonomyOf(request))
    for (const { id: kind, label, indoors } of subcategories) {
      if (wanted ? !wanted.has(kind) : indoors) continue
      yield { done: candidates.length / (candidates.length + 1) }
      for (const colour of COLOURS) {
        const id = `new ${kind} ${colour.name}`
        const piece = { id, category, subcategory: kind, colors: [{ hex: colour.hex, share: 1 }] }
        const ways = judge
          .waysOf(piece)
          .filter(({ slots }) => slots.every((slot) => makesOutfits(slot, judge)))
        if (ways.length === 0) continue
        const look = lookOf(piece, taxonomyOf(request))
        if (look && ownedOf.get(kind)?.some((other) => isAlike(look, other))) continue
        const place = ways[0]?.slots.join('+') ?? ''
        candidates.push({ category, kind, label, place, colour, piece, ways })
      }
    }
  return candidates
}

/** The plain colours of a kind, or its first where those are there already. */
function isProbe({ kind, colour }: Candidate, at: number, all: readonly Candidate[]): boolean {
  return PROBES.includes(colour.name) || all[at - 1]?.kind !== kind
}

/** What only goes with an outfit makes no other; what goes over it, only outdoors. */
function makesOutfits(slot: Slot, { outdoors }: OutfitJudge): boolean {
  return slot !== 'accessory' && slot !== 'hosiery' && (slot !== 'outer' || outdoors)
}

/** The best colour of each kind. */
function oneOfEach(candidates: readonly Measured[]): Measured[] {
  const seen = new Set<string>()
  return candidates.filter(({ kind }) => !seen.has(kind) && seen.add(kind))
}

/** The first of each place: a layer goes with every outfit, so that layers alone would fill the list. */
function atMost(candidates: readonly Measured[], most: number): Measured[] {
  const times = new Map<string, number>()
  return candidates.filter(({ place }) => {
    times.set(place, (times.get(place) ?? 0) + 1)
    return (times.get(place) ?? 0) <= most
  })
}

function describe(
  { category, kind, label, colour, piece, count }: Measured,
  { occasions }: OutfitJudge,
  before: CountedOutfits['byOccasion'],
): Suggestion {
  return {
    category,
    kind,
    label,
    colour,
    added: count.good,
    byOccasion: count.byOccasion
      .map(({ occasion, good }, at) => ({ occasion, before: before[at]?.good ?? 0, added: good }))
      .sort((x, y) => y.added - x.added),
    examples: thin(count.found, 3).map(({ outfit, occasions: bits }) => ({
      itemIds: outfit.flatMap(({ id }) => (id === piece.id ? [] : [id])),
      occasions: occasions.filter((_, at) => bits & (1 << at)),
    })),
  }
}
