import { harmonyScore } from '../../colour/harmony.js'
import type { Piece } from '../piece.js'
import type { Ensemble, Rule } from '../rule.js'
import { theseOf, verbOf } from '../words.js'

/** The colours of all pieces, by the area that one sees of them, go together. */
export const colourHarmony: Rule = {
  id: 'colour-harmony',
  weight: 3,
  score(outfit, { judge }) {
    const coloured = outfit.filter((piece) => piece.swatches.length > 0)
    if (coloured.length < 2) return null
    return harmonyScore(
      coloured.flatMap((piece) => piece.swatches),
      judge,
    )
  },
  explain(outfit, _context, score) {
    const calm = outfit.filter((piece) => piece.swatches[0]?.name.neutral === true)
    const loud = outfit.filter((piece) => piece.swatches[0]?.name.neutral === false)
    if (score < 0.45) return loud.length > 1 ? `${theseOf(loud)} compete in colour` : undefined
    if (score < 0.6) return undefined
    const base = mostSeen(calm)
    if (loud.length === 0) return `${theseOf(base)}: a calm neutral palette`
    if (calm.length >= 2 && sameFamily(loud))
      return `${theseOf(base)}: a calm neutral base for ${theseOf(loud)}`
    if (loud.length >= 2 && sameFamily(loud)) return `${theseOf(loud)} keep to one family of colours`
    if (calm.length > 0) return `${theseOf(base)} ${verbOf(base, 'calms', 'calm')} ${theseOf(loud)}`
    return `the colours of ${theseOf(loud)} sit well together`
  },
}

/** The two pieces that one sees most of: a sentence that names them all is no reason. */
function mostSeen(pieces: Ensemble): Ensemble {
  const area = (piece: Piece): number => piece.swatches.reduce((sum, swatch) => sum + swatch.share, 0)
  return [...pieces].sort((x, y) => area(y) - area(x)).slice(0, 2)
}

function sameFamily(pieces: Ensemble): boolean {
  return new Set(pieces.map((piece) => piece.swatches[0]?.name.family)).size === 1
}
