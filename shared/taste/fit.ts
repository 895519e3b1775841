import type { Steps } from '../domain/steps.js'
import { visitEach, within } from '../domain/steps.js'
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
 * is left of it (Laplace's approximation, diagonal). The posterior is strictly concave, so there is one answer. It is
 * found by Newton's steps, each solved by conjugate gradients (Komarek 2004, “Logistic regression for data mining and
 * high-dimensional classification”): always in the same order, and rounded, so that every machine has the same numbers.
 *
 * @param priorOf standard deviation of the prior of a trait
 */
export function* fitTaste(
  observations: readonly Observation[],
  priorOf: (trait: string) => number,
): Steps<ReadonlyMap<string, Fit>> {
  const sorted = [...observations].sort((x, y) => (x.key < y.key ? -1 : x.key > y.key ? 1 : 0))
  const columns = yield* within(readColumns(sorted, priorOf), 0, 0.2)
  const weight = Float64Array.from(sorted, (observation) => observation.weight)
  const places = columns.reduce((sum, { rows }) => sum + rows.length, 0)
  const passes = Math.max(1, Math.floor(READ_AT_ONCE / Math.max(1, places)))
  yield { done: 0.2 }
  let beta = new Float64Array(columns.length)
  let reached = height(beta)
  let { up, bend } = curveAt(beta)
  for (let newton = 0; newton < MOST_NEWTON; newton++) {
    const step = yield* within(
      climb(),
      0.2 + (0.8 * newton) / MOST_NEWTON,
      0.2 + (0.8 * (newton + 1)) / MOST_NEWTON,
    )
    // Far from the top a step may overshoot: half as far then.
    let next = plus(beta, step, 1)
    let now = height(next)
    for (let part = 0.5; now < reached && part > LEAST_PART; part /= 2) {
      next = plus(beta, step, part)
      now = height(next)
    }
    const moved = next.reduce((most, value, j) => Math.max(most, Math.abs(value - (beta[j] as number))), 0)
    beta = next
    reached = now
    ;({ up, bend } = curveAt(beta))
    if (moved < CONVERGED) break
  }
  return new Map(
    columns.map(({ trait, rows, xs, precision }, j) => {
      let bent = precision
      for (let i = 0; i < rows.length; i++)
        bent += (bend[rows[i] as number] as number) * (xs[i] as number) ** 2
      return [trait, { mean: round(beta[j] as number), sd: round(1 / Math.sqrt(bent)) }]
    }),
  )

  /** By observation: how the log of the posterior rises with its margin, and how that bends. */
  function curveAt(pulls: Float64Array): { readonly up: Float64Array; readonly bend: Float64Array } {
    const doubt = marginsOf(columns, pulls, sorted.length).map((margin) => logistic(-margin))
    return {
      up: doubt.map((value, row) => (weight[row] as number) * value),
      bend: doubt.map((value, row) => (weight[row] as number) * value * (1 - value)),
    }
  }

  /** Log of the posterior, but for a constant. */
  function height(pulls: Float64Array): number {
    let sum = 0
    for (const [row, margin] of marginsOf(columns, pulls, sorted.length).entries())
      sum -= (weight[row] as number) * Math.log1p(Math.exp(-margin))
    for (const [j, { precision }] of columns.entries()) sum -= 0.5 * precision * (pulls[j] as number) ** 2
    return sum
  }

  /** Newton's step: to the top of the parabola that fits the posterior here. */
  function* climb(): Steps<Float64Array> {
    yield { done: 0 }
    const rest = sumsOf(columns, up)
    const scale = new Float64Array(columns.length)
    for (const [j, { rows, xs, precision }] of columns.entries()) {
      rest[j] = (rest[j] as number) - precision * (beta[j] as number)
      let bent = precision
      for (let i = 0; i < rows.length; i++)
        bent += (bend[rows[i] as number] as number) * (xs[i] as number) ** 2
      scale[j] = 1 / bent
    }
    let step = new Float64Array(columns.length)
    let way = rest.map((value, j) => value * (scale[j] as number))
    let left = dot(rest, way)
    const enough = left * SOLVED
    for (let pass = 0; pass < MOST_PASSES && left > enough; pass++) {
      if (pass % passes === passes - 1) yield { done: pass / MOST_PASSES }
      const seen = marginsOf(columns, way, sorted.length).map((value, row) => value * (bend[row] as number))
      const bent = sumsOf(columns, seen)
      for (const [j, { precision }] of columns.entries())
        bent[j] = (bent[j] as number) + precision * (way[j] as number)
      const far = left / dot(way, bent)
      step = plus(step, way, far)
      for (let j = 0; j < rest.length; j++) rest[j] = (rest[j] as number) - far * (bent[j] as number)
      const next = rest.map((value, j) => value * (scale[j] as number))
      const now = dot(rest, next)
      way = plus(next, way, now / left)
      left = now
    }
    return step
  }
}

/** By observation: the pulls of its traits together. */
function marginsOf(columns: readonly Column[], pulls: Float64Array, size: number): Float64Array {
  const margins = new Float64Array(size)
  for (let j = 0; j < columns.length; j++) {
    const { rows, xs } = columns[j] as Column
    const pull = pulls[j] as number
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as number
      margins[row] = (margins[row] as number) + pull * (xs[i] as number)
    }
  }
  return margins
}

/** By trait: the sum over its observations. */
function sumsOf(columns: readonly Column[], values: Float64Array): Float64Array {
  const sums = new Float64Array(columns.length)
  for (let j = 0; j < columns.length; j++) {
    const { rows, xs } = columns[j] as Column
    let sum = 0
    for (let i = 0; i < rows.length; i++) sum += (values[rows[i] as number] as number) * (xs[i] as number)
    sums[j] = sum
  }
  return sums
}

function plus(x: Float64Array, y: Float64Array, times: number): Float64Array<ArrayBuffer> {
  const sum = new Float64Array(x.length)
  for (let j = 0; j < x.length; j++) sum[j] = (x[j] as number) + times * (y[j] as number)
  return sum
}

function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0
  for (let j = 0; j < x.length; j++) sum += (x[j] as number) * (y[j] as number)
  return sum
}

/** A trait, and the observations that it is in. */
interface Column {
  readonly trait: string
  /** of the prior */
  readonly precision: number
  readonly rows: Int32Array
  readonly xs: Float64Array
}

function* readColumns(
  observations: readonly Observation[],
  priorOf: (trait: string) => number,
): Steps<readonly Column[]> {
  const found = new Map<string, { readonly rows: number[]; readonly xs: number[] }>()
  yield* visitEach(observations, OBSERVED_AT_ONCE, ({ toward }, row) => {
    for (const [trait, x] of toward) {
      if (Math.abs(x) < NEGLIGIBLE) continue
      let column = found.get(trait)
      if (!column) {
        column = { rows: [], xs: [] }
        found.set(trait, column)
      }
      column.rows.push(row)
      column.xs.push(x)
    }
  })
  return [...found.keys()].sort().map((trait) => ({
    trait,
    precision: 1 / priorOf(trait) ** 2,
    rows: Int32Array.from(found.get(trait)?.rows ?? []),
    xs: Float64Array.from(found.get(trait)?.xs ?? []),
  }))
}

const NEGLIGIBLE = 0.004
const MOST_NEWTON = 50
const MOST_PASSES = 500
const LEAST_PART = 1e-6
/** What is left of a step's square where it counts as solved. */
const SOLVED = 1e-6
/** Places in columns: some milliseconds of work. */
const READ_AT_ONCE = 400_000
/** Each has some hundreds of traits. */
const OBSERVED_AT_ONCE = 50
const CONVERGED = 1e-6

/** Engines differ in the last bits of `exp`. */
function round(x: number): number {
  return Math.round(x * 1e4) / 1e4
}
