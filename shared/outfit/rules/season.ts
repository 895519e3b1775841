import type { Climate } from '../../domain/garment.js'
import type { Context } from '../context.js'
import type { Piece } from '../piece.js'
import type { PieceRule } from '../rule.js'

/**
 * No piece is kept by its owner for other seasons, or is made for weather of another one where the owner does not say:
 * no winter boots in summer.
 */
export const season: PieceRule = {
  id: 'season',
  weight: 60,
  form: 'piece',
  speaks: (context) => context.season !== null,
  score: (piece, context) => seasonFit(piece, context),
  explain(worn, context) {
    const odd = worn.filter((piece) => seasonFit(piece, context) < 0.5)
    return odd.length > 0 ? { key: 'season.odd', values: { odd, season: context.season ?? '' } } : undefined
  },
}

function seasonFit({ seasons, traits: { climate } }: Piece, { season: wanted }: Context): number {
  if (wanted === null) return 1
  if (seasons.size === 0) return climate !== null && OPPOSITE[climate] === wanted ? 0.3 : 1
  return seasons.has(wanted) || (wanted === 'autumn' && seasons.has('fall')) ? 1 : 0.1
}

const OPPOSITE: Readonly<Record<Climate, string>> = { warm: 'winter', cold: 'summer' }
