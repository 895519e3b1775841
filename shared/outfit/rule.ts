import type { Context } from './context.js'
import type { Piece } from './piece.js'

/** Pieces worn together, in the order of the body. */
export type Ensemble = readonly Piece[]

/** One thing that makes an outfit better or worse. Rules are listed in `rules.ts`. */
export interface Rule {
  readonly id: string
  /** how much it counts beside the others */
  readonly weight: number
  /** 0 to 1; null where the rule has nothing to say, and then it does not count */
  score(outfit: Ensemble, context: Context): number | null
  /** why, in words that name pieces; undefined where there is nothing worth saying */
  explain(outfit: Ensemble, context: Context, score: number): string | undefined
}
