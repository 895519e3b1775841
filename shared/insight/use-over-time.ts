import type { Steps } from '../domain/steps.js'
import { drain, within } from '../domain/steps.js'
import type { InsightGap, UsageRequest } from './records.js'
import { dayOf, gap, isTime, ownedPieces, startOfDay, wornDays } from './records.js'

export interface UsePeriod {
  /** ms since 1970, UTC, where the owner's day begins */
  readonly from: number
  readonly to: number
  /** days on which a piece was worn, over all pieces */
  readonly wears: number
  /** different pieces worn */
  readonly pieces: number
  /** pieces that were there at its end, of those that are there now */
  readonly owned: number
  /** `pieces / owned`; null where nothing was owned */
  readonly share: number | null
}

export interface UseOverTime {
  /** oldest first */
  readonly periods: readonly UsePeriod[]
  readonly missing: readonly InsightGap[]
}

export interface UsePeriods {
  readonly days?: number
  readonly periods?: number
}

/**
 * How much of the wardrobe is used, period by period, back from now.
 *
 * @param options `days` in a period (7 unless told) and how many `periods` (12 unless told, at most 200)
 */
export function useOverTime(request: UsageRequest, options: UsePeriods = {}): UseOverTime {
  return drain(useOverTimeSteps(request, options))
}

/** {@link useOverTime} in steps: see `inPieces`. */
export function* useOverTimeSteps(request: UsageRequest, options: UsePeriods = {}): Steps<UseOverTime> {
  const { now, offsetMinutes } = request
  if (!isTime(now)) return { periods: [], missing: [gap('bad-time')] }
  const length = whole(options.days, 7, 366)
  const count = whole(options.periods, 12, 200)
  const items = ownedPieces(request.items)
  const days = yield* within(wornDays(request), 0, 0.5)
  const end = dayOf(now, offsetMinutes) + 1
  const periods: UsePeriod[] = []
  for (let at = 0; at < count; at++) {
    const from = end - (count - at) * length
    const to = from + length
    let [wears, worn, owned] = [0, 0, 0]
    for (const item of items) {
      const here = (days.get(item.id) ?? []).filter((day) => day >= from && day < to).length
      wears += here
      if (here > 0) worn++
      const since = [item.purchasedAt, item.createdAt].find(isTime)
      if (here > 0 || since === undefined || dayOf(since, offsetMinutes) < to) owned++
    }
    periods.push({
      from: startOfDay(from, offsetMinutes),
      to: startOfDay(to, offsetMinutes),
      wears,
      pieces: worn,
      owned,
      share: owned > 0 ? worn / owned : null,
    })
    yield { done: 0.5 + (at + 1) / count / 2 }
  }
  const missing = items.length === 0 ? [gap('no-items')] : days.size === 0 ? [gap('no-wears')] : []
  return { periods, missing }
}

function whole(value: unknown, otherwise: number, most: number): number {
  return typeof value === 'number' && value >= 1 ? Math.min(most, Math.floor(value)) : otherwise
}
