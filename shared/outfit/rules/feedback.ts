import type { Context } from '../context.js'
import type { Ensemble, Rule } from '../rule.js'

/** What the owner said about these pieces worn together, or nearly these. */
export const feedbackRule: Rule = {
  id: 'feedback',
  weight: 1,
  score(outfit, context) {
    const said = opinionOn(outfit, context)
    return said === null ? null : Math.min(1, Math.max(0, 0.5 + said / 2))
  },
  explain(_outfit, _context, score) {
    if (score >= 0.7) return 'much like what you liked before'
    return score <= 0.3 ? 'much like what you turned down before' : undefined
  },
}

/** Sum of the opinions on outfits that share at least half of their pieces with this one, by how much they share. */
function opinionOn(outfit: Ensemble, { opinions }: Context): number | null {
  let sum = 0
  let heard = false
  for (const { itemIds, value } of opinions) {
    const shared = outfit.reduce((count, piece) => count + (itemIds.has(piece.id) ? 1 : 0), 0)
    const overlap = shared / (outfit.length + itemIds.size - shared)
    if (overlap < 0.5) continue
    sum += overlap * value
    heard = true
  }
  return heard ? sum : null
}
