import type { Rule } from '../rule.js'
import { theseOf, verbOf } from '../words.js'

/** No piece is kept by its owner for other seasons. A piece without seasons is for all of them. */
export const season: Rule = {
  id: 'season',
  weight: 1.2,
  score(outfit, context) {
    if (context.season === null || outfit.every((piece) => piece.seasons.size === 0)) return null
    const fits = outfit.map((piece) => seasonFit(piece.seasons, context.season))
    return (fits.reduce((sum, fit) => sum + fit, 0) / fits.length) * Math.min(...fits)
  },
  explain(outfit, context, score) {
    if (score >= 0.9) return undefined
    const odd = outfit.filter((piece) => seasonFit(piece.seasons, context.season) < 0.5)
    return odd.length > 0
      ? `${theseOf(odd)} ${verbOf(odd, 'is', 'are')} not meant for ${context.season}`
      : undefined
  },
}

export function seasonFit(seasons: ReadonlySet<string>, wanted: string | null): number {
  if (wanted === null || seasons.size === 0) return 1
  return seasons.has(wanted) || (wanted === 'autumn' && seasons.has('fall')) ? 1 : 0.2
}
