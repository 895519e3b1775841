import { KIN, kinshipOf } from '../../words/style/look.js'
import { STYLES } from '../../words/style/styles.js'
import type { Piece } from '../piece.js'
import type { Ensemble, PairRule } from '../rule.js'

/** From 0.3 at odds to half of all that two styles can have in common: more is not seen. */
const LEAST = -0.3 * KIN
const MOST = 0.5 * KIN
const LEVELS = 16
/** the level of two of which nobody knows whether they are of one look */
const NEITHER = 6
const CLEAR = 12
const AT_ODDS = 3

/**
 * Each two pieces are of one look, by the words of their names and tags: of one style or near ones, with details
 * that come back. It weighs as much as it does because nothing else tells so well what people wear together
 * (`npm run eval:outfit`). What nobody knows the look of is neither.
 */
export const look: PairRule = {
  id: 'look',
  weight: 40,
  form: 'pair',
  table: 'look',
  speaks: () => true,
  key: (piece) => piece.look.key,
  score: (x, y) => levelOf(x, y) / LEVELS,
  alone: NEITHER / LEVELS,
  isBlank: ({ look }) =>
    look.kin.every((amount) => amount === 0) && look.details.length + (look.department ? 1 : 0) === 0,
  explain(worn, _context, score) {
    const pairs = worn
      .flatMap((x, i) => worn.slice(i + 1).map((y) => ({ x, y, level: levelOf(x, y) })))
      .sort((one, other) => other.level - one.level)
    const [best, worst] = [pairs[0], pairs.at(-1)]
    if (worst && score < 0.3 && worst.level <= AT_ODDS) {
      const [mine, theirs] = [styleOf([worst.x]), styleOf([worst.y])]
      return mine && theirs && mine !== theirs
        ? { key: 'look.apart', values: { x: [worst.x], y: [worst.y], mine, theirs } }
        : undefined
    }
    if (!best || best.level < CLEAR) return undefined
    const style = styleOf([best.x, best.y])
    return style ? { key: 'look.one', values: { alike: [best.x, best.y], style } } : undefined
  },
}

function levelOf(x: Piece, y: Piece): number {
  const level = Math.floor(((kinshipOf(x.look, y.look) - LEAST) * LEVELS) / (MOST - LEAST) + 0.5)
  return Math.max(0, Math.min(LEVELS, level))
}

/** What a sentence calls the style that these have most of in common; undefined where they have none. */
function styleOf(pieces: Ensemble): string | undefined {
  const shared = STYLES.map((_, i) => Math.min(...pieces.map(({ look }) => look.styles[i] ?? 0)))
  const most = Math.max(...shared)
  return most > 0 ? STYLES[shared.indexOf(most)]?.label : undefined
}
