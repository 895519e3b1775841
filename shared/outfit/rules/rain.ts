import type { Piece } from '../piece.js'
import type { SumRule } from '../rule.js'

/** A rain jacket and boots that do not soak. */
const ENOUGH = 80

/** In rain something keeps it off: what is worn outermost, then the shoes, or an umbrella. */
export const rain: SumRule = {
  id: 'rain',
  weight: 18,
  form: 'sum',
  speaks: (context) => context.rain,
  amount(piece) {
    const most = piece.slots.includes('outer')
      ? 70
      : piece.slots.includes('feet')
        ? 30
        : piece.traits.place === 'hand'
          ? 55
          : 0
    return Math.round(most * piece.rain)
  },
  score: (total) => Math.min(ENOUGH, total) / ENOUGH,
  explain(worn, _context, score) {
    if (score < 0.4) return { key: 'rain.wet' }
    return {
      key: 'rain.dry',
      values: { dry: worn.filter((piece: Piece) => rain.amount(piece) >= 20 || piece.rain >= 0.8) },
    }
  },
}
