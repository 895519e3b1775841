import type { Piece } from '../piece.js'
import type { PairRule } from '../rule.js'

/**
 * Patterns are mixed by scale: plain pieces go with any, two work where one is fine and one large, two
 * of a size compete, and two of one kind and size are a mistake.
 */
export const pattern: PairRule = {
  id: 'pattern',
  weight: 8,
  form: 'pair',
  table: 'cut',
  speaks: () => true,
  key: ({ pattern, scale }) => `${pattern.group} ${pattern.busy} ${scale}`,
  score(x, y) {
    const both = Math.min(x.pattern.busy, y.pattern.busy)
    if (both <= QUIET) return 1
    const apart = Math.abs(x.scale - y.scale)
    const kin = x.pattern.group === y.pattern.group ? 0.15 : 0
    return Math.max(0, 0.75 - 0.6 * both + 0.2 * apart - kin)
  },
  explain(worn, _context, score) {
    const patterned = worn.filter((piece) => piece.pattern.busy > QUIET)
    if (patterned.length === 1) return { key: 'pattern.one', values: { patterned } }
    if (patterned.length < 2) return undefined
    const scales = new Set(patterned.map((piece: Piece) => piece.scale))
    if (scales.size === patterned.length && score > 0.7) return { key: 'pattern.mix', values: { patterned } }
    return score < 0.8 ? { key: 'pattern.clash', values: { patterned } } : undefined
  },
}

/** Busyness up to which a piece counts as plain: a rib, a mélange. */
const QUIET = 0.2
