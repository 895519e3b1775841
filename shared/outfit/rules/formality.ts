import type { Rule } from '../rule.js'
import { theOf } from '../words.js'

/** The pieces are about as formal as each other; a step apart is style, three are a mistake. */
export const formality: Rule = {
  id: 'formality',
  weight: 1.2,
  score(outfit) {
    const levels = outfit
      .filter((piece) => piece.slots[0] !== 'accessory')
      .map((piece) => piece.traits.formality)
    if (levels.length < 2) return null
    const spread = Math.max(...levels) - Math.min(...levels)
    return Math.exp(-((Math.max(0, spread - 0.75) / 1.5) ** 2))
  },
  explain(outfit, _context, score) {
    if (score >= 0.35) return undefined
    const sorted = outfit
      .filter((piece) => piece.slots[0] !== 'accessory')
      .sort((x, y) => x.traits.formality - y.traits.formality)
    const low = sorted[0]
    const high = sorted.at(-1)
    return low && high ? `${theOf(low.label)} with ${theOf(high.label)}: casual meets formal` : undefined
  },
}
