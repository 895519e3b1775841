import type { PieceRule } from '../rule.js'

/** No piece is kept by its owner for other seasons. A piece without seasons is for all of them. */
export const season: PieceRule = {
  id: 'season',
  weight: 60,
  form: 'piece',
  speaks: (context) => context.season !== null,
  score: (piece, context) => seasonFit(piece.seasons, context.season),
  explain(worn, context) {
    const odd = worn.filter((piece) => seasonFit(piece.seasons, context.season) < 0.5)
    return odd.length > 0 ? { key: 'season.odd', values: { odd, season: context.season ?? '' } } : undefined
  },
}

function seasonFit(seasons: ReadonlySet<string>, wanted: string | null): number {
  if (wanted === null || seasons.size === 0) return 1
  return seasons.has(wanted) || (wanted === 'autumn' && seasons.has('fall')) ? 1 : 0.1
}
