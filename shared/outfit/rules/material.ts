import type { Context } from '../context.js'
import type { Piece } from '../piece.js'
import type { PieceRule } from '../rule.js'

/** What a piece is made of suits the season, and rain. The warmth of a material counts as warmth, not here. */
export const material: PieceRule = {
  id: 'material',
  weight: 6,
  form: 'piece',
  speaks: (context) => context.season !== null || context.rain,
  score: (piece, context) => Math.min(seasonFit(piece, context), rainFit(piece, context)),
  explain(worn, context) {
    const of = (piece: Piece) => ({ made: [piece], material: piece.material?.label ?? '' })
    const wet = worn.find((piece) => rainFit(piece, context) < 0.5)
    if (wet) return { key: 'material.wet', values: of(wet) }
    const season = context.season ?? ''
    const odd = worn.find((piece) => seasonFit(piece, context) < 0.5)
    if (odd) return { key: 'material.odd', values: { ...of(odd), season } }
    const right = worn.find(
      ({ material, slots }) => material?.seasons.includes(season) && !slots.includes('feet'),
    )
    return right ? { key: 'material.season', values: { ...of(right), season } } : undefined
  },
}

function seasonFit({ material, slots }: Piece, { season }: Context): number {
  // Leather is worn on the feet all year.
  if (season === null || !material || material.seasons.length === 0 || slots.includes('feet')) return 1
  return material.seasons.includes(season) ? 1 : 0.3
}

function rainFit({ material, slots, rain }: Piece, context: Context): number {
  if (!context.rain || !material || rain >= 0.5) return 1
  // What is worn under something else stays dry enough.
  const shows = slots.some((slot) => slot === 'outer' || slot === 'feet')
  return material.rain < 0 && shows ? 0.2 : 1
}
