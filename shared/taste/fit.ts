import type { Steps } from '../domain/steps.js'
import { logistic } from './taste-model.js'

/** One sign of taste: the direction in which it points. `weight` says how much of a sign it is. */
export interface Observation {
  /** sorts observations, so that their order does not matter */
  readonly key: string
  /** by trait: what was preferred less what was not */
  readonly toward: ReadonlyMap<string, number>
  readonly weight: number
}

export interface Fit {
  readonly mean: number
  readonly sd: number
}

/**
 * Bayesian logistic regression: the most probable pull of each trait under a normal prior around 0, and the width that
 * is left of it (Laplace's approximation, diagonal). The posterior is strictly concave, so there is one answer; it is
 * found by cyclic coordinate steps (Genkin, Lewis, Madigan 2007, “Large-scale Bayesian logistic regression for text
 * categorization”), always in the same order, and rounded, so that every machine has the same numbers.
 *
 * @param priorOf standard deviation of the prior of a trait
 */
export function* fitTaste(
  observations: readonly Observation[],
  priorOf: (trait: string) => number,
): Steps<ReadonlyMap<string, Fit>> {
  const sorted = [...observations].sort((x, y) => (x.key < y.key ? -1 : x.key > y.key ? 1 : 0))
  const columns = new Map<string, { readonly row: number; readonly x: number }[]>()
  for (const [row, { toward }] of sorted.entries())
    for (const [trait, x] of toward) {
      if (Math.abs(x) < NEGLIGIBLE) continue
      const column = columns.get(trait) ?? []
      column.push({ row, x })
      columns.set(trait, column)
    }
  const traits = [...columns.keys()].sort()
  const weight = Float64Array.from(sorted, (observation) => observation.weight)
  const margin = new Float64Array(sorted.length)
  const beta = new Map<string, number>()

  const slopes = (trait: string): { readonly up: number; readonly bend: number } => {
    const prior = priorOf(trait)
    let up = -(beta.get(trait) ?? 0) / prior ** 2
    let bend = 1 / prior ** 2
    for (const { row, x } of columns.get(trait) ?? []) {
      const doubt = logistic(-(margin[row] ?? 0))
      up += (weight[row] ?? 0) * x * doubt
      bend += (weight[row] ?? 0) * x * x * doubt * (1 - doubt)
    }
    return { up, bend }
  }

  let read = 0
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    let largest = 0
    for (const trait of traits) {
      read += columns.get(trait)?.length ?? 0
      if (read > READ_AT_ONCE) {
        read = 0
        yield { done: sweep / MOST_SWEEPS }
      }
      const { up, bend } = slopes(trait)
      const step = Math.min(LONGEST_STEP, Math.max(-LONGEST_STEP, up / bend))
      beta.set(trait, (beta.get(trait) ?? 0) + step)
      for (const { row, x } of columns.get(trait) ?? []) margin[row] = (margin[row] ?? 0) + step * x
      largest = Math.max(largest, Math.abs(step))
    }
    if (largest < CONVERGED) break
  }
  return new Map(
    traits.map((trait) => [
      trait,
      { mean: round(beta.get(trait) ?? 0), sd: round(1 / Math.sqrt(slopes(trait).bend)) },
    ]),
  )
}

const NEGLIGIBLE = 0.004
const MOST_SWEEPS = 300
/** Places in columns: some milliseconds of work. */
const READ_AT_ONCE = 20_000
/** A Newton step of one coordinate can overshoot where the curve is flat. */
const LONGEST_STEP = 0.5
const CONVERGED = 1e-6

/** Engines differ in the last bits of `exp`. */
function round(x: number): number {
  return Math.round(x * 1e4) / 1e4
}
