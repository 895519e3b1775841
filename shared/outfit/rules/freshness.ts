import type { Slot } from '../../domain/garment.js'
import type { Context } from '../context.js'
import type { Piece } from '../piece.js'
import type { Rule } from '../rule.js'
import { theOf, verbOf } from '../words.js'

/** How much it matters that a piece was worn lately: a shirt is noticed, a coat is worn every day. */
const NOTICED: Readonly<Record<Slot, number>> = {
  base: 1,
  mid: 0.6,
  outer: 0.1,
  legs: 0.6,
  hosiery: 0,
  feet: 0.15,
  accessory: 0.15,
}

/** Days until a piece worn is about two thirds fresh again. */
const RECOVERY_DAYS = 7

/** What was worn in the last days rests. */
export const freshness: Rule = {
  id: 'freshness',
  weight: 1,
  score(outfit, context) {
    if (context.daysSinceWorn.size === 0) return null
    let sum = 0
    let total = 0
    for (const piece of outfit) {
      const weight = noticed(piece)
      sum += weight * freshnessOf(piece, context)
      total += weight
    }
    return total > 0 ? sum / total : null
  },
  explain(outfit, context, score) {
    const days = (piece: Piece): number => context.daysSinceWorn.get(piece.id) ?? Number.POSITIVE_INFINITY
    const main = outfit.filter((piece) => noticed(piece) >= 0.5).sort((x, y) => days(x) - days(y))
    const latest = main[0]
    if (score < 0.5 && latest && Number.isFinite(days(latest)))
      return `${theOf(latest.label)} ${verbOf([latest], 'was', 'were')} worn ${ago(days(latest))}`
    const rested = main.filter((piece) => Number.isFinite(days(piece)) && days(piece) >= 30).at(-1)
    return rested
      ? `${theOf(rested.label)} ${verbOf([rested], 'has', 'have')} not been worn for ${Math.floor(days(rested))} days`
      : undefined
  },
}

/** 0 (worn just now) to 1 (not worn for long, or never). */
export function freshnessOf(piece: Piece, { daysSinceWorn }: Context): number {
  const days = daysSinceWorn.get(piece.id)
  return days === undefined ? 1 : 1 - Math.exp(-days / RECOVERY_DAYS)
}

function noticed(piece: Piece): number {
  return Math.max(...piece.slots.map((slot) => NOTICED[slot] ?? 0))
}

function ago(days: number): string {
  if (days < 1) return 'within a day'
  return days < 2 ? 'a day ago' : `${Math.floor(days)} days ago`
}
