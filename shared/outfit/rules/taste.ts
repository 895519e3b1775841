import type { TasteTraits } from '../../taste/traits.js'
import type { Ensemble, Rule } from '../rule.js'
import { theseOf } from '../words.js'

/** What the owner is likely to like, as far as it was learned from what they did. */
export const taste: Rule = {
  id: 'taste',
  weight: 3,
  score(outfit, context) {
    return context.taste ? context.taste.ofOutfit(traitsOf(outfit)) : null
  },
  explain(outfit, context, score) {
    const judge = context.taste
    if (!judge || Math.abs(score - 0.5) < 0.12) return undefined
    const pull = (piece: Ensemble[number]): number => (piece.taste ? judge.ofPiece(piece.taste) : 0)
    const sorted = [...outfit].sort((x, y) => pull(y) - pull(x))
    const [loved, least] = [sorted.slice(0, 1), sorted.slice(-1)]
    return score > 0.5
      ? `${theseOf(loved)} above all: your taste, as far as it is known`
      : `${theseOf(least)} above all: not what you tend to like`
  },
}

function traitsOf(outfit: Ensemble): TasteTraits[] {
  return outfit.flatMap((piece) => piece.taste ?? [])
}
