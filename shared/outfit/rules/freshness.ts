import type { Slot } from '../../domain/garment.js'
import type { Context } from '../context.js'
import type { Reason } from '../messages.js'
import type { Piece } from '../piece.js'
import type { PieceRule } from '../rule.js'

/** How much it matters that a piece was worn lately: a shirt is noticed, a coat is worn every day. */
const NOTICED: Readonly<Record<Slot, number>> = {
  base: 1,
  mid: 0.6,
  outer: 0.1,
  legs: 0.6,
  hosiery: 0.3,
  feet: 0.2,
  accessory: 0.2,
}

/** Days until a piece worn is as fresh as any. */
const RECOVERY_DAYS = 10

/** What was worn in the last days rests. */
export const freshness: PieceRule = {
  id: 'freshness',
  weight: 12,
  form: 'piece',
  speaks: (context) => context.daysSinceWorn.size > 0,
  score: (piece, context) => 1 - noticed(piece) * (1 - freshnessOf(piece, context)),
  explain(worn, context, score) {
    const days = (piece: Piece): number => context.daysSinceWorn.get(piece.id) ?? Number.POSITIVE_INFINITY
    const main = worn.filter((piece) => noticed(piece) >= 0.5).sort((x, y) => days(x) - days(y))
    const latest = main[0]
    if (score < 0.7 && latest && Number.isFinite(days(latest)))
      return { key: 'fresh.lately', values: { worn: [latest], when: ago(days(latest)) } }
    const rested = main.filter((piece) => Number.isFinite(days(piece)) && days(piece) >= 30).at(-1)
    return rested
      ? { key: 'fresh.rested', values: { worn: [rested], days: Math.floor(days(rested)) } }
      : undefined
  },
}

/** 0 (worn just now) to 1 (not worn for long, or never). */
function freshnessOf(piece: Piece, { daysSinceWorn }: Context): number {
  const days = daysSinceWorn.get(piece.id)
  return days === undefined ? 1 : Math.min(1, Math.floor(days) / RECOVERY_DAYS)
}

/** By the slot that is noticed most. */
export function noticed(piece: Piece): number {
  return Math.max(...piece.slots.map((slot) => NOTICED[slot] ?? 0))
}

function ago(days: number): Reason {
  if (days < 1) return { key: 'ago.day' }
  return days < 2 ? { key: 'ago.yesterday' } : { key: 'ago.days', values: { days: Math.floor(days) } }
}
