import type { Context } from '../context.js'
import type { Ensemble, Rule } from '../rule.js'

/** The outfit insulates about as much as the weather asks for. Insulation of pieces adds up (ISO 9920). */
export const warmth: Rule = {
  id: 'warmth',
  weight: 2,
  score(outfit, context) {
    const needed = neededClo(context)
    if (needed === null) return null
    const off = (warmthOf(outfit) - needed) / needed
    // Too cold is worse than too warm, which a coat taken off puts right.
    const tolerance = off < 0 ? 0.35 : 0.5
    return Math.exp(-0.5 * (off / tolerance) ** 2)
  },
  explain(outfit, context, score) {
    const needed = neededClo(context)
    if (needed === null) return undefined
    const degrees = `${Math.round(context.temperatureC ?? 0)} °C`
    if (score >= 0.8) return `about as warm as ${degrees} asks for`
    if (score >= 0.5) return undefined
    return warmthOf(outfit) < needed ? `a little cold for ${degrees}` : `warm for ${degrees}`
  },
}

/**
 * Insulation in clo for walking about: 0.7 at 20 °C, 1.6 at 5 °C, 2.7 at −10 °C, straight lines between and beyond,
 * at least 0.3. A metre of wind a second feels like 0.6 °C less, up to 8 °C. Null if the temperature is not known.
 */
export function neededClo({ temperatureC, wind }: Context): number | null {
  if (temperatureC === null) return null
  const felt = temperatureC - Math.min(8, wind * 0.6)
  if (felt >= 20) return Math.max(0.3, 0.7 - (felt - 20) * 0.04)
  if (felt >= 5) return 0.7 + ((20 - felt) * 0.9) / 15
  return 1.6 + ((5 - felt) * 1.1) / 15
}

/** Clo of the pieces and of the underwear and socks that nobody lists. */
export function warmthOf(outfit: Ensemble): number {
  return outfit.reduce((sum, piece) => sum + piece.traits.warmth, UNDERWEAR)
}

const UNDERWEAR = 0.07
