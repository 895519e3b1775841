/**
 * A photo of a piece in a few numbers: photos of like pieces have numbers that point the same way. They are the scores that the
 * two heads of the eyes give to every class, from features of the frozen network: of 11,488 features these 23 are the directions in
 * which the pieces of the training photos differ, so that carpets and light count for little. (Of five neighbours in
 * `garments/dev` 53 % are of the same class; by the features themselves, or their principal components, at most 22 %.)
 */
export interface LookFeatures {
  /** `EYES_VERSION` of the eyes that saw them: those of others cannot be compared */
  readonly eyes: string
  /** whole numbers from -127 to 127 */
  readonly values: readonly number[]
}
