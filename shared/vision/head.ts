import type { HeadWeights } from './network/weights.js'

export interface Likelihood {
  readonly name: string
  /** 0 to 1; those of all classes add up to 1 */
  readonly probability: number
}

/** What a linear classifier makes of features: of each of its classes how much speaks for it. */
export function score(head: HeadWeights, features: Float32Array): number[] {
  return head.weights.map((weights, i) => {
    let sum = head.bias[i] ?? 0
    for (let j = 0; j < features.length; j++)
      sum += ((weights[j] ?? 0) * ((features[j] ?? 0) - (head.mean[j] ?? 0))) / (head.deviation[j] ?? 1)
    return sum / head.temperature
  })
}

/** @param scores of {@link score}. Every class, the likeliest first */
export function rank(head: Pick<HeadWeights, 'classes'>, scores: readonly number[]): Likelihood[] {
  const greatest = Math.max(...scores)
  const shares = scores.map((score) => Math.exp(score - greatest))
  const total = shares.reduce((sum, share) => sum + share, 0)
  return head.classes
    .map((name, i) => ({ name, probability: (shares[i] ?? 0) / total }))
    .sort((x, y) => y.probability - x.probability)
}
