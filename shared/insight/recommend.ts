import type { Steps } from '../domain/steps.js'
import { drain, within } from '../domain/steps.js'
import type { Outfitter } from '../outfit/outfitter.js'
import { createOutfitter } from '../outfit/outfitter.js'
import type { GarmentLike, GeneratedOutfit, GenerateRequest, Missing } from '../outfit/types.js'
import type { InsightGap, OwnedPiece, WearRecords } from './records.js'
import { dayOf, gap, isTime } from './records.js'
import { usageSteps } from './usage.js'

export interface RecommendRequest
  extends Omit<GenerateRequest, 'items' | 'wears' | 'now' | 'anchors'>,
    Pick<WearRecords, 'outfitItems'> {
  readonly items: readonly (GarmentLike & OwnedPiece)[]
  readonly wears?: readonly (NonNullable<WearRecords['wears']>[number] & {
    readonly occasion?: string | null
  })[]
  /** ms since 1970, UTC */
  readonly now: number
  /** minutes that the owner's clock is ahead of UTC; 0 unless told */
  readonly offsetMinutes?: number
}

export interface Recommendation {
  readonly occasion: string
  /** told, worn for on this day of the week in the last months, or else simply `casual` */
  readonly occasionFrom: 'request' | 'habit' | 'default'
  readonly outfits: readonly GeneratedOutfit[]
  /** an outfit around a piece that has not been worn for long, where one is good enough to be shown beside them */
  readonly rediscover: {
    readonly itemId: string
    /** null: never */
    readonly daysSinceWorn: number | null
    readonly outfit: GeneratedOutfit
  } | null
  readonly missing: readonly (Missing | InsightGap)[]
}

/** What to wear now: outfits for what this day is for, and one with a piece that hangs there unworn. */
export function recommend(request: RecommendRequest): Recommendation {
  return drain(recommendSteps(request))
}

/** {@link recommend} in steps: see `inPieces`. */
export function* recommendSteps(
  request: RecommendRequest,
  outfitter: Outfitter = createOutfitter(),
): Steps<Recommendation> {
  const { offsetMinutes: _, outfitItems: __, ...wishes } = request
  const { occasion, occasionFrom } = occasionOf(request)
  const asked = { ...wishes, occasion, count: request.count ?? 3 }
  const { outfits, missing } = yield* within(outfitter.steps(asked), 0, 0.4)
  return {
    occasion,
    occasionFrom,
    outfits,
    rediscover: yield* within(rediscover(request, occasion, outfits, outfitter), 0.4, 1),
    missing: [...missing, ...(isTime(request.now) ? [] : [gap('bad-time')])],
  }
}

/** Wears older than this say little of what a day of the week is for now. */
const HABIT_DAYS = 120
/** So many times at least, and on most of those days. */
const HABIT_TIMES = 3

function occasionOf({ occasion, wears, now, offsetMinutes }: RecommendRequest) {
  if (typeof occasion === 'string' && occasion.trim() !== '')
    return { occasion, occasionFrom: 'request' as const }
  const times = new Map<string, Set<number>>()
  const days = new Set<number>()
  if (isTime(now) && Array.isArray(wears)) {
    const today = dayOf(now, offsetMinutes)
    for (const wear of wears) {
      if (!isTime(wear?.wornAt) || typeof wear.deletedAt === 'number') continue
      const day = dayOf(wear.wornAt, offsetMinutes)
      if (day >= today || today - day > HABIT_DAYS || (today - day) % 7 !== 0) continue
      if (typeof wear.occasion !== 'string' || wear.occasion.trim() === '') continue
      days.add(day)
      times.set(wear.occasion, (times.get(wear.occasion) ?? new Set()).add(day))
    }
  }
  const [most] = [...times].sort(([x, a], [y, b]) => b.size - a.size || (x < y ? -1 : 1))
  return most && most[1].size >= HABIT_TIMES && most[1].size * 2 > days.size
    ? { occasion: most[0], occasionFrom: 'habit' as const }
    : { occasion: 'casual', occasionFrom: 'default' as const }
}

const UNWORN_DAYS = 45
const TRIED = 5
/** How much less it may score than the outfits it is shown beside. */
const TOLERANCE = 0.1

function* rediscover(
  request: RecommendRequest,
  occasion: string,
  outfits: readonly GeneratedOutfit[],
  outfitter: Outfitter,
): Steps<Recommendation['rediscover']> {
  const [best] = outfits
  if (!best || !isTime(request.now)) return null
  const shown = new Set(outfits.flatMap(({ itemIds }) => itemIds))
  const { offsetMinutes: _, outfitItems: __, ...wishes } = request
  const { pieces } = yield* within(usageSteps(request), 0, 0.1)
  const rested = pieces
    .filter(
      ({ itemId, daysSinceWorn, daysOwned }) =>
        !shown.has(itemId) && (daysSinceWorn ?? daysOwned ?? UNWORN_DAYS) >= UNWORN_DAYS,
    )
    .sort(
      (x, y) =>
        (y.daysSinceWorn ?? y.daysOwned ?? 0) - (x.daysSinceWorn ?? x.daysOwned ?? 0) ||
        (x.itemId < y.itemId ? -1 : 1),
    )
  let tried = 0
  for (const { itemId, daysSinceWorn } of rested) {
    const steps = outfitter.steps({ ...wishes, occasion, anchors: [itemId], count: 1 })
    const { outfits: around, missing } = yield* within(steps, tried / TRIED, (tried + 1) / TRIED)
    const [outfit] = around
    if (outfit && outfit.score >= best.score - TOLERANCE) return { itemId, daysSinceWorn, outfit }
    // What cannot be worn now costs no search.
    if (!missing.some(({ code }) => code === 'anchor-unavailable')) tried++
    if (tried >= TRIED) break
  }
  return null
}
