import type { GarmentColor } from '../colour/garment-palette.js'
import type { LookFeatures } from '../domain/look-features.js'

/** A value read from a picture, and how likely it is right, 0 to 1. */
export interface Seen<T> {
  readonly value: T
  readonly confidence: number
}

/** A kind of garment that a picture may show, in the words of the taxonomy. */
export interface KindGuess {
  readonly category: string
  readonly subcategory: string | null
  /** 0 to 1; those of one picture add up to at most 1 */
  readonly confidence: number
}

/** What can be read from a picture of one garment without asking anybody. What was not seen is left out. */
export interface PhotoAnalysis {
  /** the garment's, largest share first */
  readonly colors?: Seen<readonly GarmentColor[]>
  /** solid, striped, checked, … */
  readonly pattern?: Seen<string>
  /** at most three, the likeliest first */
  readonly kinds?: readonly KindGuess[]
  /** what it is compared by with photos of other pieces */
  readonly features?: LookFeatures
}
