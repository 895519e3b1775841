import type { Ensemble, Rule } from '../rule.js'
import { theseOf, verbOf } from '../words.js'

/** In rain something keeps it off: what is worn outermost, then the shoes, or an umbrella. */
export const rain: Rule = {
  id: 'rain',
  weight: 1.5,
  score(outfit, context) {
    if (!context.rain) return null
    const dry = coverOf(outfit)
    const top = dry.some((piece) => piece.slots.includes('outer'))
      ? 0.75
      : dry.some((piece) => piece.slots.includes('accessory'))
        ? 0.55
        : 0
    return top + (dry.some((piece) => piece.slots.includes('feet')) ? 0.25 : 0)
  },
  explain(outfit, _context, score) {
    const dry = coverOf(outfit)
    if (score >= 0.5) return `${theseOf(dry)} ${verbOf(dry, 'keeps', 'keep')} the rain off`
    return 'nothing here keeps the rain off'
  },
}

function coverOf(outfit: Ensemble): Ensemble {
  return outfit.filter(
    ({ slots, traits }) =>
      traits.rain >= 0.5 && slots.some((slot) => slot === 'outer' || slot === 'feet' || slot === 'accessory'),
  )
}
