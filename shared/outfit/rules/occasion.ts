import type { Slot } from '../../domain/garment.js'
import type { Context } from '../context.js'
import type { Piece } from '../piece.js'
import type { Rule } from '../rule.js'
import { theseOf, verbOf } from '../words.js'

/** How formal each known occasion is, on the scale of the taxonomy, and how far off still does. */
const OCCASIONS: Readonly<Record<string, { readonly formality: number; readonly range: number }>> = {
  home: { formality: 1.3, range: 1.2 },
  sport: { formality: 1, range: 1 },
  casual: { formality: 2.2, range: 1.2 },
  travel: { formality: 2.2, range: 1.2 },
  party: { formality: 3.3, range: 1.2 },
  work: { formality: 3.3, range: 0.9 },
  formal: { formality: 4.4, range: 0.8 },
}

/** How much a piece says about what an outfit is for. */
const SAYS: Readonly<Record<Slot, number>> = {
  base: 1,
  mid: 1,
  outer: 0.8,
  legs: 1,
  hosiery: 0.3,
  feet: 0.6,
  accessory: 0.2,
}

/** Each piece suits what the outfit is for: the owner's word counts, else how formal the piece is. */
export const occasion: Rule = {
  id: 'occasion',
  weight: 2.5,
  score(outfit, context) {
    if (context.occasion === null || outfit.length === 0) return null
    let sum = 0
    let total = 0
    let least = 1
    for (const piece of outfit) {
      const fit = occasionFit(piece, context)
      const says = piece.slots.reduce((all, slot) => all + SAYS[slot], 0)
      sum += says * fit
      total += says
      // One wrong piece spoils an outfit; an accessory can be put away.
      if (piece.slots[0] !== 'accessory') least = Math.min(least, fit)
    }
    return 0.6 * (sum / total) + 0.4 * least
  },
  explain(outfit, context, score) {
    if (score >= 0.75) return `right for ${context.occasion}`
    const odd = outfit.filter((piece) => occasionFit(piece, context) < 0.25)
    return odd.length > 0
      ? `${theseOf(odd)} ${verbOf(odd, 'is', 'are')} not made for ${context.occasion}`
      : undefined
  },
}

/** 0 to 1: how one piece suits the occasion; 0.5 where nobody can say. */
export function occasionFit(piece: Piece, { occasion: wanted }: Context): number {
  if (wanted === null) return 0.5
  if (piece.occasions.has(wanted)) return 1
  if (piece.occasions.size > 0) return 0.1
  const known = Object.hasOwn(OCCASIONS, wanted) ? OCCASIONS[wanted] : undefined
  // A label of the owner's own: only pieces marked with it are known to suit.
  if (!known) return 0.3
  if (wanted === 'sport') return piece.traits.sport ? 1 : piece.traits.formality <= 2 ? 0.4 : 0.05
  // An accessory says little about how formal an outfit is.
  const range = piece.slots[0] === 'accessory' ? known.range * 1.5 : known.range
  const off = (piece.traits.formality - known.formality) / range
  const sporty = piece.traits.sport && known.formality > 2 ? 0.6 : 1
  return Math.exp(-0.5 * off * off) * sporty
}
