import type { Piece } from '../piece.js'
import type { PairRule } from '../rule.js'

/** Each two pieces are about as formal as each other; a step apart is style, three are a mistake. */
export const formality: PairRule = {
  id: 'formality',
  weight: 12,
  form: 'pair',
  table: 'cut',
  speaks: () => true,
  key: (piece) => `${levelOf(piece)}${isLoose(piece) ? ' loose' : ''}`,
  score(x, y) {
    // A bag or a scarf says less about how formal an outfit is.
    const free = isLoose(x) || isLoose(y) ? 1.5 : 0.75
    const over = Math.max(0, Math.abs(levelOf(x) - levelOf(y)) - free) / 1.5
    return 1 / (1 + over * over * 1.6)
  },
  explain(worn, _context, score) {
    if (score >= 0.7) return undefined
    const sorted = worn.filter((piece) => !isLoose(piece)).sort((x, y) => levelOf(x) - levelOf(y))
    const [low, high] = [sorted[0], sorted.at(-1)]
    if (!low || !high || levelOf(high) - levelOf(low) < 1.5) return undefined
    return { key: 'formality.apart', values: { low: [low], high: [high] } }
  },
}

/** In half steps: nobody can tell 3.1 from 3. */
function levelOf({ traits }: Piece): number {
  return Math.round(traits.formality * 2) / 2
}

function isLoose({ slots }: Piece): boolean {
  return slots[0] === 'accessory' || slots[0] === 'hosiery'
}
