import type { Slot, Taxonomy } from '../domain/garment.js'
import type { Steps } from '../domain/steps.js'
import { drain, within } from '../domain/steps.js'
import { traitsOf } from '../domain/taxonomy.js'
import type { Outfitter } from '../outfit/outfitter.js'
import { createOutfitter } from '../outfit/outfitter.js'
import type {
  FeedbackLike,
  GarmentLike,
  GeneratedOutfit,
  GenerateRequest,
  Missing,
  WearLike,
  Weather,
} from '../outfit/types.js'
import { itemsOf, taxonomyOf } from '../outfit/wishes.js'
import type { TasteModel } from '../taste/taste-model.js'
import { withTitle } from '../words/title/with-title.js'
import type { InsightGap } from './records.js'
import { gap } from './records.js'

export interface PackingRequest {
  readonly items: readonly GarmentLike[]
  readonly days: readonly PackingDay[]
  readonly wears?: readonly WearLike[]
  readonly feedback?: readonly FeedbackLike[]
  readonly taste?: TasteModel
  readonly taxonomy?: Taxonomy
  /** ms since 1970, UTC; without it wears say nothing */
  readonly now?: number
  readonly seed?: number
  /** how much a piece more in the bag must be worth; 1 unless told, 0 packs the best outfit for each day */
  readonly thrift?: number
}

export interface PackingDay {
  /** as the caller calls it: an ISO date, “Friday” */
  readonly date: string
  /** one outfit for each; one for no occasion in particular unless told */
  readonly occasions?: readonly string[]
  readonly weather?: Weather
}

export interface PackedOutfit {
  readonly occasion: string | null
  /** null where none could be made: `missing` says why */
  readonly outfit: GeneratedOutfit | null
  /** pieces that were worn on an earlier day */
  readonly again: readonly string[]
  readonly missing: readonly Missing[]
}

export interface PackingList {
  /** what to pack, in the order of the taxonomy and then by id */
  readonly pieces: readonly {
    readonly itemId: string
    readonly category: string
    /** the days on which it is worn */
    readonly dates: readonly string[]
  }[]
  readonly days: readonly { readonly date: string; readonly outfits: readonly PackedOutfit[] }[]
  readonly missing: readonly InsightGap[]
}

/**
 * What to pack for some days, and what to wear on each. For every day and occasion the generator proposes outfits, from
 * the whole wardrobe and from what the proposals have in common; of these a beam search takes one each, so that outfits
 * are good, the bag is small, and what is worn next to the skin is fresh.
 */
export function packing(request: PackingRequest): PackingList {
  return drain(packingSteps(request))
}

/** {@link packing} in steps: see `inPieces`. */
export function* packingSteps(
  request: PackingRequest,
  outfitter: Outfitter = createOutfitter(),
): Steps<PackingList> {
  const needs = needsOf(request.days)
  const thrift = typeof request.thrift === 'number' && request.thrift >= 0 ? Math.min(10, request.thrift) : 1
  const items = itemsOf(request)
  const proposals: Proposals[] = []
  for (const [at, need] of needs.entries())
    proposals.push(
      yield* within(
        propose(outfitter, request, need, items),
        at / 2 / needs.length,
        (at + 1) / 2 / needs.length,
      ),
    )
  const proposed = proposals.map(({ outfits }) => outfits)
  const inPool = (ids: ReadonlySet<string>) => items.filter(({ id }) => ids.has(id))
  const pool = new Set(proposed.flat().flatMap(({ itemIds }) => itemIds))
  const shared = yield* within(withShared(outfitter, request, needs, proposed, inPool(pool)), 0.5, 0.6)
  const first = yield* within(choose(needs, shared, thrift), 0.6, 0.7)
  // Once more from what was chosen alone: a day may do with it though the generator did not think of that.
  const packed = new Set(first.flatMap((outfit) => outfit?.itemIds ?? []))
  const again = yield* within(withShared(outfitter, request, needs, shared, inPool(packed)), 0.7, 0.8)
  const chosen = yield* within(choose(needs, again, thrift), 0.8, 1)
  return describe(request, items, needs, proposals, chosen)
}

interface Need {
  readonly date: string
  /** position of the day */
  readonly day: number
  readonly occasion: string | null
  readonly weather?: Weather
}

interface Proposals {
  readonly outfits: readonly GeneratedOutfit[]
  readonly missing: readonly Missing[]
}

const MOST_DAYS = 60
const MOST_OCCASIONS = 6
const PROPOSALS = 10
/** Of each search: a day takes a second at most, and what is packed is as good as with more. */
const EFFORT = 150_000
const BEAM = 60

function needsOf(days: unknown): Need[] {
  if (!Array.isArray(days)) return []
  return days
    .filter((day) => typeof day?.date === 'string')
    .slice(0, MOST_DAYS)
    .flatMap(({ date, occasions, weather }: PackingDay, day) => {
      const told = Array.isArray(occasions) ? occasions.filter((one) => typeof one === 'string') : []
      const wanted: readonly (string | null)[] =
        told.length > 0 ? [...new Set(told)].slice(0, MOST_OCCASIONS) : [null]
      return wanted.map((occasion) => ({
        date,
        day,
        occasion,
        ...(weather === undefined ? {} : { weather }),
      }))
    })
}

function propose(
  outfitter: Outfitter,
  request: PackingRequest,
  need: Need,
  items: readonly GarmentLike[],
): Steps<Proposals> {
  const { wears, feedback, taste, taxonomy, now, seed } = request
  const asked: GenerateRequest = {
    items,
    count: PROPOSALS,
    effort: EFFORT,
    ...(need.occasion === null ? {} : { occasion: need.occasion }),
    ...(need.weather === undefined ? {} : { weather: need.weather }),
    ...(wears === undefined ? {} : { wears }),
    ...(feedback === undefined ? {} : { feedback }),
    ...(taste === undefined ? {} : { taste }),
    ...(taxonomy === undefined ? {} : { taxonomy }),
    ...(now === undefined ? {} : { now }),
    ...(seed === undefined ? {} : { seed }),
  }
  return outfitter.steps(asked)
}

/** The outfits of each need, and those that can be made from a smaller set of pieces. */
function* withShared(
  outfitter: Outfitter,
  request: PackingRequest,
  needs: readonly Need[],
  known: readonly (readonly GeneratedOutfit[])[],
  pool: readonly GarmentLike[],
): Steps<readonly (readonly GeneratedOutfit[])[]> {
  const all: (readonly GeneratedOutfit[])[] = []
  for (const [at, need] of needs.entries()) {
    const { outfits } = yield* propose(outfitter, request, need, pool)
    const byPieces = new Map([...(known[at] ?? []), ...outfits].map((one) => [one.itemIds.join(), one]))
    all.push([...byPieces.values()])
    yield { done: at / needs.length }
  }
  return all
}

/** What one more piece in the bag costs, in score: shoes and coats are bulky. */
const BULK: Readonly<Record<Slot, number>> = {
  base: 0.02,
  mid: 0.03,
  outer: 0.06,
  legs: 0.03,
  hosiery: 0.005,
  feet: 0.06,
  accessory: 0.012,
}

/** What wearing a piece on another day costs, in score, by how often it was worn: next to the skin it must be fresh. */
const AGAIN: Readonly<Record<Slot, readonly number[]>> = {
  base: [0.12, 0.25, 0.5],
  mid: [0, 0.01, 0.03],
  outer: [0],
  legs: [0.005, 0.03, 0.08],
  hosiery: [0.1, 0.25, 0.5],
  feet: [0],
  accessory: [0],
}

interface State {
  readonly value: number
  /** days on which each piece was worn so far */
  readonly worn: ReadonlyMap<string, readonly number[]>
  readonly outfits: readonly (GeneratedOutfit | null)[]
  readonly key: string
}

function* choose(
  needs: readonly Need[],
  options: readonly (readonly GeneratedOutfit[])[],
  thrift: number,
): Steps<readonly (GeneratedOutfit | null)[]> {
  let beam: readonly State[] = [{ value: 0, worn: new Map(), outfits: [], key: '' }]
  for (const [at, need] of needs.entries()) {
    const choices = options[at]?.length ? options[at] : [null]
    beam = beam
      .flatMap((state) => choices.map((outfit) => wear(state, outfit, need.day, thrift)))
      .sort((x, y) => y.value - x.value || (x.key < y.key ? -1 : 1))
      .slice(0, BEAM)
    yield { done: at / needs.length }
  }
  return beam[0]?.outfits ?? []
}

function wear(state: State, outfit: GeneratedOutfit | null, day: number, thrift: number): State {
  if (!outfit) return { ...state, outfits: [...state.outfits, null], key: `${state.key};` }
  const worn = new Map(state.worn)
  let value = state.value + outfit.score
  for (const { itemId, slot } of outfit.pieces) {
    const days = worn.get(itemId)
    if (!days) value -= thrift * BULK[slot]
    if (days?.includes(day)) continue
    if (days) value -= AGAIN[slot][Math.min(days.length, AGAIN[slot].length) - 1] ?? 0
    worn.set(itemId, [...(days ?? []), day])
  }
  return { value, worn, outfits: [...state.outfits, outfit], key: `${state.key};${outfit.itemIds.join()}` }
}

function describe(
  request: PackingRequest,
  items: readonly GarmentLike[],
  needs: readonly Need[],
  proposals: readonly Proposals[],
  chosen: readonly (GeneratedOutfit | null)[],
): PackingList {
  const dates = new Map<string, string[]>()
  const seen = new Set<string>()
  const days: { date: string; day: number; outfits: PackedOutfit[] }[] = []
  for (const [at, { date, day, occasion }] of needs.entries()) {
    const outfit = chosen[at] ?? null
    let entry = days.at(-1)
    if (entry?.day !== day) {
      // What was worn on this day already is not worn again.
      for (const id of days.at(-1)?.outfits.flatMap(({ outfit }) => outfit?.itemIds ?? []) ?? []) seen.add(id)
      entry = { date, day, outfits: [] }
      days.push(entry)
    }
    entry.outfits.push({
      occasion,
      outfit,
      again: outfit?.itemIds.filter((id) => seen.has(id)) ?? [],
      missing: (proposals[at]?.missing ?? []).filter(({ code }) => code !== 'few-outfits' || !outfit),
    })
    for (const id of outfit?.itemIds ?? []) {
      const known = dates.get(id) ?? []
      if (known.at(-1) !== date) dates.set(id, [...known, date])
    }
  }
  const order = taxonomyOf(request).map(({ id }) => id)
  const categories = new Map(
    items.flatMap((item) =>
      dates.has(item.id) ? [[item.id, categoryOf(item, taxonomyOf(request))] as const] : [],
    ),
  )
  return {
    pieces: [...dates]
      .map(([itemId, on]) => ({ itemId, category: categories.get(itemId) ?? '', dates: on }))
      .sort(
        (x, y) =>
          order.indexOf(x.category) - order.indexOf(y.category) ||
          (x.category < y.category ? -1 : x.category > y.category ? 1 : x.itemId < y.itemId ? -1 : 1),
      ),
    days: days.map(({ date, outfits }) => ({ date, outfits })),
    missing: [
      ...(needs.length === 0 ? [gap('no-days')] : []),
      ...(items.length === 0 ? [gap('no-items')] : []),
      ...(needs.some((_, at) => !chosen[at]) ? [gap('few-days')] : []),
    ],
  }
}

function categoryOf(item: GarmentLike, taxonomy: Taxonomy): string {
  return traitsOf(withTitle(item, taxonomy), taxonomy)?.category ?? ''
}
