/** Samples in rows, standardised: each number less its mean, by its deviation and by the root of how many there are. */
export interface Standardised {
  readonly rows: readonly Float32Array[]
  readonly mean: Float32Array
  readonly deviation: Float32Array
}

export function standardise(samples: readonly Float32Array[]): Standardised {
  const width = samples[0]?.length ?? 0
  const sum = new Float64Array(width)
  const squares = new Float64Array(width)
  for (const sample of samples)
    for (let j = 0; j < width; j++) {
      const value = sample[j] ?? 0
      sum[j] = (sum[j] ?? 0) + value
      squares[j] = (squares[j] ?? 0) + value * value
    }
  const mean = Float32Array.from(sum, (value) => value / samples.length)
  const deviation = Float32Array.from(squares, (value, j) => {
    const variance = Math.max(0, value / samples.length - (mean[j] ?? 0) ** 2)
    return (Math.sqrt(variance) + 1e-6) * Math.sqrt(width)
  })
  const rows = samples.map((sample) =>
    sample.map((value, j) => (value - (mean[j] ?? 0)) / (deviation[j] ?? 1)),
  )
  return { rows, mean, deviation }
}

/** All products of two rows. */
export function gram(rows: readonly Float32Array[]): Float64Array {
  const count = rows.length
  const out = new Float64Array(count * count)
  for (let i = 0; i < count; i++) {
    const x = rows[i] as Float32Array
    for (let j = 0; j <= i; j++) {
      const y = rows[j] as Float32Array
      let [a, b, c, d] = [0, 0, 0, 0]
      let k = 0
      for (; k + 3 < x.length; k += 4) {
        a += (x[k] as number) * (y[k] as number)
        b += (x[k + 1] as number) * (y[k + 1] as number)
        c += (x[k + 2] as number) * (y[k + 2] as number)
        d += (x[k + 3] as number) * (y[k + 3] as number)
      }
      for (; k < x.length; k++) a += (x[k] as number) * (y[k] as number)
      out[i * count + j] = a + b + c + d
      out[j * count + i] = a + b + c + d
    }
  }
  return out
}

export interface Ridge {
  /** of each sample that was learnt from, for each class */
  readonly alphas: readonly Float64Array[]
  readonly bias: readonly number[]
}

export interface RidgeOptions {
  readonly penalty: number
  /** 0: every photo counts the same; 1: every class does */
  readonly balance: number
}

/**
 * One-against-the-rest ridge regression to ±1 through the products of samples, where a sample weighs
 * `(1 / size of its class) ^ balance`. `chosen` are the samples to learn from.
 */
export function ridge(
  products: Float64Array,
  labels: readonly string[],
  classes: readonly string[],
  chosen: readonly number[],
  { penalty, balance }: RidgeOptions,
): Ridge {
  const count = labels.length
  const n = chosen.length
  const sizes = new Map<string, number>()
  for (const i of chosen) sizes.set(labels[i] ?? '', (sizes.get(labels[i] ?? '') ?? 0) + 1)
  const weights = chosen.map((i) => (1 / (sizes.get(labels[i] ?? '') ?? 1)) ** balance)
  const meanWeight = weights.reduce((sum, weight) => sum + weight, 0) / n
  const matrix = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++)
      matrix[i * n + j] = products[(chosen[i] ?? 0) * count + (chosen[j] ?? 0)] ?? 0
    matrix[i * n + i] = (matrix[i * n + i] ?? 0) + (penalty * meanWeight) / (weights[i] ?? 1)
  }
  cholesky(matrix, n)
  const ones = solve(matrix, n, new Float64Array(n).fill(1))
  const onesSum = ones.reduce((sum, value) => sum + value, 0)
  const bias: number[] = []
  const alphas = classes.map((name) => {
    const target = Float64Array.from(chosen, (i) => (labels[i] === name ? 1 : -1))
    const alpha = solve(matrix, n, target)
    const shift = alpha.reduce((sum, value) => sum + value, 0) / onesSum
    bias.push(shift)
    return alpha.map((value, i) => value - shift * (ones[i] ?? 0))
  })
  return { alphas, bias }
}

/** Scores of one sample for each class. */
export function scoresOf(
  { alphas, bias }: Ridge,
  products: Float64Array,
  count: number,
  chosen: readonly number[],
  sample: number,
): number[] {
  return alphas.map((alpha, c) =>
    chosen.reduce(
      (sum, other, k) => sum + (alpha[k] ?? 0) * (products[sample * count + other] ?? 0),
      bias[c] ?? 0,
    ),
  )
}

function cholesky(matrix: Float64Array, n: number): void {
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let sum = matrix[i * n + j] as number
      const [x, y] = [i * n, j * n]
      for (let k = 0; k < j; k++) sum -= (matrix[x + k] as number) * (matrix[y + k] as number)
      matrix[x + j] = i === j ? Math.sqrt(sum) : sum / (matrix[y + j] as number)
    }
  }
}

function solve(factor: Float64Array, n: number, target: Float64Array): Float64Array {
  const out = target.slice()
  for (let i = 0; i < n; i++) {
    let sum = out[i] as number
    for (let k = 0; k < i; k++) sum -= (factor[i * n + k] as number) * (out[k] as number)
    out[i] = sum / (factor[i * n + i] as number)
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = out[i] as number
    for (let k = i + 1; k < n; k++) sum -= (factor[k * n + i] as number) * (out[k] as number)
    out[i] = sum / (factor[i * n + i] as number)
  }
  return out
}
