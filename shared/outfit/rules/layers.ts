import type { Piece } from '../piece.js'
import type { PairRule } from '../rule.js'

/**
 * What is worn at once is for one kind of weather (no sandals with a parka, however well their warmth adds up), and no
 * jumper goes over a jumper. It asks nothing of the temperature: what does would let more cold lower the warmth chosen.
 */
export const layers: PairRule = {
  id: 'layers',
  weight: 40,
  form: 'pair',
  table: 'cut',
  speaks: () => true,
  key: (piece) => `${piece.traits.climate ?? 'any'} ${isJumper(piece) ? piece.slots.join('+') : ''}`,
  score: (x, y) => (isTwice(x, y) ? 0 : isApart(x, y) ? APART : 1),
  explain(worn) {
    for (const [i, x] of worn.entries())
      for (const y of worn.slice(i + 1)) {
        if (isTwice(x, y)) return { key: 'layers.twice', values: { worn: [x, y] } }
        if (isApart(x, y)) {
          const [warm, cold] = x.traits.climate === 'warm' ? [x, y] : [y, x]
          return { key: 'layers.apart', values: { warm: [warm], cold: [cold] } }
        }
      }
    return undefined
  },
}

/** Half as bad: there are days for boots with a skirt of summer. */
const APART = 0.5

function isApart(x: Piece, y: Piece): boolean {
  const [mine, theirs] = [x.traits.climate, y.traits.climate]
  return mine !== null && theirs !== null && mine !== theirs
}

function isTwice(x: Piece, y: Piece): boolean {
  return isJumper(x) && isJumper(y) && x.slots[0] !== y.slots[0]
}

/** What may be worn by itself or over something: a sweater, a hoodie; no cardigan, which is open. */
function isJumper({ traits }: Piece): boolean {
  const ways = traits.ways.map((slots) => slots.join('+'))
  return ways.includes('base') && ways.includes('mid')
}
