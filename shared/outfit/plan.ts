import type { Steps } from '../domain/steps.js'
import { drain, within } from '../domain/steps.js'
import { strings } from './context.js'
import type { Outfitter } from './outfitter.js'
import type { GeneratedOutfit, GenerateRequest, Missing } from './types.js'

/** What a day asks for; what it does not say is as in the whole request. */
export interface PlanDay
  extends Pick<GenerateRequest, 'occasion' | 'season' | 'weather' | 'activity' | 'dressCode' | 'anchors'> {
  /** as the caller calls it */
  readonly date?: string
}

export interface PlanRequest extends Omit<GenerateRequest, 'count' | 'diversity'> {
  /** at most 31 */
  readonly days: readonly PlanDay[]
}

export interface PlannedDay {
  readonly date?: string
  /** null where nothing can be worn that is not worn on another day */
  readonly outfit: GeneratedOutfit | null
  readonly missing: readonly Missing[]
}

export interface Plan {
  /** in the order of the request */
  readonly days: readonly PlannedDay[]
}

/**
 * An outfit for each day, and no top, layer or bottoms twice; shoes, coats and accessories may be. The day that is hardest
 * to dress for chooses first, so that a Monday does not take the only suit from a Friday that needs it.
 */
export function planDays(outfitter: Outfitter, request: PlanRequest): Plan {
  return drain(planDaysSteps(outfitter, request))
}

/** {@link planDays} in steps: see `inPieces`. */
export function* planDaysSteps(outfitter: Outfitter, { days, ...request }: PlanRequest): Steps<Plan> {
  const asked = (Array.isArray(days) ? days : []).slice(0, MOST_DAYS).map(readDay)
  const wishes = asked.map(({ date: _, ...own }) => ({ ...request, ...own, count: 1, diversity: 0 }))
  const alone: { readonly at: number; readonly score: number }[] = []
  for (const [at, wish] of wishes.entries()) {
    const { outfits } = yield* within(
      outfitter.steps(wish),
      at / 2 / wishes.length,
      (at + 1) / 2 / wishes.length,
    )
    alone.push({ at, score: outfits[0]?.score ?? -1 })
  }
  const taken = new Set<string>()
  const planned: PlannedDay[] = []
  let done = wishes.length
  for (const { at } of alone.sort((x, y) => x.score - y.score || x.at - y.at)) {
    const exclude = [...strings(request.exclude), ...taken]
    const steps = outfitter.steps({ ...request, ...wishes[at], exclude })
    const result = yield* within(steps, done / 2 / wishes.length, ++done / 2 / wishes.length)
    const outfit = result.outfits[0] ?? null
    for (const { itemId, slot } of outfit?.pieces ?? []) if (ONCE.has(slot)) taken.add(itemId)
    const date = asked[at]?.date
    planned[at] = { ...(date === undefined ? {} : { date }), outfit, missing: result.missing }
  }
  return { days: planned }
}

function readDay(day: unknown): PlanDay {
  return typeof day === 'object' && day !== null ? day : {}
}

const MOST_DAYS = 31

/** What people notice when it comes back; a dress is in `base`, a suit in `mid`. */
const ONCE: ReadonlySet<string> = new Set(['base', 'mid', 'legs'])
