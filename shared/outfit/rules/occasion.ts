import type { Context } from '../context.js'
import type { MessageKey, Reason } from '../messages.js'
import type { Piece } from '../piece.js'
import type { PieceRule } from '../rule.js'

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

/** Each piece suits what the outfit is for: the owner's word counts, else how formal the piece is. */
export const occasion: PieceRule = {
  id: 'occasion',
  weight: 70,
  form: 'piece',
  speaks: (context) => context.occasion !== null,
  score: occasionFit,
  explain(worn, context, score) {
    const wanted = inWords(context.occasion ?? '')
    const odd = worn.filter((piece) => occasionFit(piece, context) < 0.25)
    if (odd.length > 0) return { key: 'occasion.odd', values: { odd, occasion: wanted } }
    return score >= 0.75 ? { key: 'occasion.right', values: { occasion: wanted } } : undefined
  },
}

/** A label of the owner's own is said as it is. */
function inWords(wanted: string): string | Reason {
  return Object.hasOwn(OCCASIONS, wanted) ? { key: `for.${wanted}` as MessageKey } : wanted
}

/** 0 to 1: how one piece suits the occasion; 0.5 where nobody can say. */
function occasionFit(piece: Piece, { occasion: wanted }: Context): number {
  if (wanted === null) return 0.5
  if (piece.occasions.has(wanted)) return 1
  if (piece.occasions.size > 0) return 0.05
  const known = Object.hasOwn(OCCASIONS, wanted) ? OCCASIONS[wanted] : undefined
  // A label of the owner's own: only pieces marked with it are known to suit.
  if (!known) return 0.3
  if (wanted === 'sport') return piece.traits.sport ? 1 : piece.traits.formality <= 2 ? 0.4 : 0.05
  // An accessory says little about how formal an outfit is.
  const range = piece.slots[0] === 'accessory' ? known.range * 1.5 : known.range
  // Half a step off is no difference that anybody sees.
  const off = Math.max(0, Math.abs(piece.traits.formality - known.formality) - 0.5) / range
  const sporty = piece.traits.sport && known.formality > 2 ? 0.6 : 1
  return sporty / (1 + off * off + off * off * off * off)
}
