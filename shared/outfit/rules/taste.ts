import { logistic } from '../../taste/taste-model.js'
import type { Context } from '../context.js'
import type { Piece } from '../piece.js'
import type { PairRule, PieceRule } from '../rule.js'

/**
 * A pull is in log-odds, and those of an outfit are a mean of many small ones: as they are they would hardly be heard
 * beside the other rules. What is not known pulls nothing, and stays at 0.5.
 */
const SHARPNESS = 3

/** What the owner is likely to like, as far as it was learned from what they did: of each piece by itself. */
export const taste: PieceRule = {
  id: 'taste',
  weight: 24,
  form: 'piece',
  speaks: (context) => context.taste !== null,
  score: (piece, context) => rounded(logistic(SHARPNESS * pullOf(piece, context))),
  explain(worn, context, score) {
    if (Math.abs(score - 0.5) < 0.12) return undefined
    const sorted = [...worn].sort((x, y) => pullOf(y, context) - pullOf(x, context))
    return score > 0.5
      ? { key: 'taste.love', values: { piece: sorted.slice(0, 1) } }
      : { key: 'taste.doubt', values: { piece: sorted.slice(-1) } }
  },
}

/** The same of each two pieces together: their colours. */
export const tastePairs: PairRule = {
  id: 'taste-pairs',
  weight: 12,
  form: 'pair',
  table: 'colour',
  personal: true,
  speaks: (context) => context.taste !== null,
  key: (piece) => piece.taste?.toneKey ?? '',
  score: (x, y, { taste: judge }) =>
    judge && x.taste && y.taste ? rounded(logistic(SHARPNESS * judge.ofPair(x.taste, y.taste))) : 0.5,
  explain: () => undefined,
}

/** Taste is not known so well that finer steps would mean anything. */
function rounded(score: number): number {
  return Math.round(score * 32) / 32
}

function pullOf(piece: Piece, { taste: judge }: Context): number {
  return judge && piece.taste ? judge.ofPiece(piece.taste) : 0
}
