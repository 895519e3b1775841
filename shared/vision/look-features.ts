/** How much patterns count beside kinds. */
const PATTERNS = 0.4

/** The values of {@link LookFeatures}. @param kinds and patterns: scores of the two heads, each as its temperature leaves it */
export function toFeatures(kinds: readonly number[], patterns: readonly number[]): number[] {
  const values = [...centred(kinds), ...centred(patterns).map((value) => PATTERNS * value)]
  const length = Math.hypot(...values) || 1
  return values.map((value) => Math.round((127 * value) / length))
}

/** What speaks for all classes alike says nothing. */
function centred(scores: readonly number[]): number[] {
  const mean = scores.reduce((sum, value) => sum + value, 0) / (scores.length || 1)
  return scores.map((value) => value - mean)
}
