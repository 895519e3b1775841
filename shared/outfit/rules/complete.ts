import type { SumRule } from '../rule.js'

/**
 * One goes out in shoes. It outweighs all that the worst shoes can spoil, so that there are none only where there are
 * none to wear; without them an outfit is still worth showing, with a word about it.
 */
export const complete: SumRule = {
  id: 'complete',
  weight: 70,
  form: 'sum',
  speaks: (context) => context.occasion !== 'home',
  amount: (piece) => (piece.slots.includes('feet') ? 1 : 0),
  score: (total) => Math.min(1, total),
  explain: (_worn, _context, score) => (score === 0 ? { key: 'complete.bare' } : undefined),
}
