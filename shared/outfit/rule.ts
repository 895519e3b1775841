import type { Context } from './context.js'
import type { Reason } from './messages.js'
import type { Piece } from './piece.js'

/** Pieces worn together, in the order of the body. */
export type Ensemble = readonly Piece[]

/**
 * One thing that makes an outfit better or worse. Rules are listed in `rules.ts`. A rule has one of four forms, so that
 * the search can tell how good an outfit may still become before it is whole. What an outfit *must* be is in
 * `constraints.ts`.
 */
export type Rule = PieceRule | PairRule | SumRule | UnionRule

interface Common {
  readonly id: string
  /** how much it counts beside the others: a whole number */
  readonly weight: number
  /** false where the request gives it nothing to go by; then it does not count, for no outfit */
  speaks(context: Context): boolean
  /** why, naming pieces; undefined where there is nothing worth saying. `score` is 0 to 1. */
  explain(worn: Ensemble, context: Context, score: number): Reason | undefined
}

/** The mean over the pieces, by their part of the outfit. */
export interface PieceRule extends Common {
  readonly form: 'piece'
  /** 0 to 1 */
  score(piece: Piece, context: Context): number
}

/** The mean over all pairs of pieces, by the parts of both; a dress pairs with itself as a top does with a skirt. */
export interface PairRule extends Common {
  readonly form: 'pair'
  /**
   * With what a pair varies. Of colours and cuts a wardrobe has some hundreds, so that their tables are made whole; looks
   * may be as many as pieces, and each two are judged when they first meet.
   */
  readonly table: 'colour' | 'cut' | 'look'
  /** all that `score` reads of a piece: of equal keys, equal scores */
  key(piece: Piece): string
  /** 0 to 1, the same for both orders; of the pieces only, unless `personal` */
  score(x: Piece, y: Piece, context: Context): number
  /** score of a piece with itself, which a dress is paired with; by `score` unless told */
  readonly alone?: number
  /** true for a piece that scores `alone` beside every other */
  isBlank?(piece: Piece): boolean
  /** reads the taste of the context, so that its scores are not kept for other requests; false unless told */
  readonly personal?: boolean
}

/** A function of a total over the pieces, such as their warmth. */
export interface SumRule extends Common {
  readonly form: 'sum'
  /** a whole number, not negative */
  amount(piece: Piece): number
  /** 0 to 1; it rises to its greatest, and falls after it. The search is quickest where it is concave. */
  score(total: number, context: Context): number
}

/** A function of what occurs at all, such as families of colours, as bits. */
export interface UnionRule extends Common {
  readonly form: 'union'
  /** of the pieces only */
  bits(piece: Piece): number
  /** 0 to 1; never greater for more bits */
  score(bits: number, context: Context): number
}

/** Scores are compared as whole numbers: sums of them are exact, and so the same in every engine and order. */
export const POINTS = 1_000_000

export function pointsOf(score: number): number {
  return score > 0 ? Math.round(Math.min(1, score) * POINTS) : 0
}
