import type { ColorFamily } from '../../colour/color-names.js'
import type { PairJudge, Swatch } from '../../colour/harmony.js'
import type { Context } from '../context.js'
import type { Piece } from '../piece.js'
import type { Ensemble, Rule } from '../rule.js'
import { theOf, verbOf } from '../words.js'

/**
 * A colour comes back somewhere else: real outfits repeat a colour more than twice as often as chance would. One echo
 * is enough; an outfit of one colour only is a uniform and earns half.
 */
export const colourEcho: Rule = {
  id: 'colour-echo',
  weight: 0.8,
  score(outfit, context) {
    const coloured = outfit.filter((piece) => piece.swatches.length > 0)
    if (coloured.length < 3) return null
    const pairs = echoes(coloured, context)
    if (pairs.length === 0) return 0.3
    return pairs.length >= (coloured.length * (coloured.length - 1)) / 2 ? 0.5 : 1
  },
  explain(outfit, context, score) {
    if (score < 1) return undefined
    // That shoes are white as the shirt is, is no news; an echo of a colour is.
    const pair = echoes(outfit, context).find(([x]) => !PLAIN.has(x.swatches[0]?.name.family ?? 'black'))
    if (!pair) return undefined
    const [near, far] = pair
    return `${theOf(far.label)} ${verbOf([far], 'echoes', 'echo')} ${theOf(near.label)}`
  },
}

/** About what two pieces of one colour differ by in two photos. */
const SAME = 0.1

const PLAIN: ReadonlySet<ColorFamily> = new Set<ColorFamily>(['black', 'grey', 'white'])

function echoes(outfit: Ensemble, { judge }: Context): (readonly [Piece, Piece])[] {
  const found: (readonly [Piece, Piece])[] = []
  for (const [i, x] of outfit.entries())
    for (const y of outfit.slice(i + 1))
      if (x.swatches.some((mine) => y.swatches.some((theirs) => isSame(mine, theirs, judge))))
        found.push([x, y])
  return found
}

function isSame(x: Swatch, y: Swatch, judge: PairJudge): boolean {
  return x.name.family === y.name.family && judge(x, y).distance < SAME
}
