import type { Volume } from '../../domain/garment.js'
import type { Piece } from '../piece.js'
import type { PairRule } from '../rule.js'

/** Above and below balance: what is wide above is close below, and the other way round. */
export const shape: PairRule = {
  id: 'shape',
  weight: 6,
  form: 'pair',
  table: 'cut',
  speaks: () => true,
  key: (piece) => `${sideOf(piece)} ${piece.volume}`,
  score(x, y) {
    const [mine, theirs] = [sideOf(x), sideOf(y)]
    if (mine === 'other' || theirs === 'other' || mine === theirs) return 1
    return x.volume !== y.volume ? 1 : ALIKE[x.volume]
  },
  explain(worn, _context, score) {
    const above = worn.filter((piece) => sideOf(piece) === 'above')
    const below = worn.filter((piece) => sideOf(piece) === 'below')
    const wide = [...above, ...below].filter((piece) => piece.volume === 2)
    const slim = [...above, ...below].filter((piece) => piece.volume === 0)
    if (above.some((piece) => piece.volume === 2) && below.some((piece) => piece.volume === 2))
      return { key: 'shape.wide', values: { wide } }
    return score > 0.9 && wide.length > 0 && slim.length > 0 && sideOf(wide[0]) !== sideOf(slim[0])
      ? { key: 'shape.balance', values: { wide, slim } }
      : undefined
  },
}

/** Two that are close to the body are a little much, two that are wide more so. */
const ALIKE: Readonly<Record<Volume, number>> = { 0: 0.8, 1: 1, 2: 0.5 }

function sideOf(piece: Piece | undefined): 'above' | 'below' | 'other' {
  if (!piece) return 'other'
  const { slots } = piece
  const above = slots.includes('base') || slots.includes('mid') || slots.includes('outer')
  const below = slots.includes('legs')
  return above === below ? 'other' : above ? 'above' : 'below'
}
