import type { HeadWeights } from '@modaics/shared/vision'
import { gram, ridge, scoresOf, standardise } from './ridge.js'

export const FOLDS = 4

export interface HeadTask {
  readonly classes: readonly string[]
  readonly samples: readonly Float32Array[]
  readonly labels: readonly string[]
  /** the fold of each sample; the photos of a person are in one */
  readonly folds: readonly number[]
  readonly penalty: number
  readonly balance: number
  /** what probabilities are right for: photos of which every class has as many, or photos as people take them */
  readonly calibratedFor: 'classes' | 'photos'
}

/** Deals people to folds, those with most photos first, each to the fold that has fewest. */
export function foldsOf(senders: readonly string[]): number[] {
  const counts = new Map<string, number>()
  for (const sender of senders) counts.set(sender, (counts.get(sender) ?? 0) + 1)
  const sizes = new Array<number>(FOLDS).fill(0)
  const foldOf = new Map<string, number>()
  for (const [sender, count] of [...counts].sort(([x, a], [y, b]) => b - a || (x < y ? -1 : 1))) {
    const least = sizes.indexOf(Math.min(...sizes))
    foldOf.set(sender, least)
    sizes[least] = (sizes[least] ?? 0) + count
  }
  return senders.map((sender) => foldOf.get(sender) ?? 0)
}

/**
 * A linear classifier by ridge regression. Its temperature makes the probabilities of photos of other people as likely as
 * can be.
 */
export function trainHead(name: string, task: HeadTask): HeadWeights {
  const { classes, samples, labels, folds, penalty, balance, calibratedFor } = task
  const { rows, mean, deviation } = standardise(samples)
  const products = gram(rows)
  const everyone = labels.map((_, i) => i)

  const held: number[][] = []
  for (let fold = 0; fold < FOLDS; fold++) {
    const chosen = everyone.filter((i) => folds[i] !== fold)
    const fitted = ridge(products, labels, classes, chosen, { penalty, balance })
    for (const i of everyone)
      if (folds[i] === fold) held[i] = scoresOf(fitted, products, labels.length, chosen, i)
  }
  const temperature = calibrate(held, labels, classes, calibratedFor === 'classes')
  report(name, held, labels, classes, temperature)

  const { alphas, bias } = ridge(products, labels, classes, everyone, { penalty, balance })
  const weights = alphas.map((alpha) => {
    const out = new Float64Array(mean.length)
    for (const [i, row] of rows.entries()) {
      const share = alpha[i] ?? 0
      for (let j = 0; j < row.length; j++) out[j] = (out[j] ?? 0) + share * (row[j] ?? 0)
    }
    return Float32Array.from(out)
  })
  return { classes, mean, deviation, weights, bias, temperature }
}

function calibrate(
  scores: readonly number[][],
  labels: readonly string[],
  classes: readonly string[],
  sameWeight: boolean,
): number {
  const sizes = new Map<string, number>()
  for (const label of labels) sizes.set(label, (sizes.get(label) ?? 0) + 1)
  let best = 1
  let least = Number.POSITIVE_INFINITY
  for (let temperature = 0.02; temperature < 2; temperature *= 1.05) {
    let loss = 0
    for (const [i, label] of labels.entries()) {
      const logits = (scores[i] ?? []).map((score) => score / temperature)
      const greatest = Math.max(...logits)
      const total = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - greatest), 0)) + greatest
      loss += (total - (logits[classes.indexOf(label)] ?? 0)) / (sameWeight ? (sizes.get(label) ?? 1) : 1)
    }
    if (loss < least) {
      least = loss
      best = temperature
    }
  }
  return best
}

function report(
  name: string,
  scores: readonly number[][],
  labels: readonly string[],
  classes: readonly string[],
  temperature: number,
): void {
  const shares = classes.flatMap((one) => {
    const mine = labels.flatMap((label, i) => (label === one ? [scores[i] ?? []] : []))
    if (mine.length === 0) return []
    const right = mine.filter((row) => row.indexOf(Math.max(...row)) === classes.indexOf(one)).length
    return [{ one, count: mine.length, share: right / mine.length }]
  })
  const balanced = shares.reduce((sum, { share }) => sum + share, 0) / shares.length
  console.log(`${name}: people apart, balanced ${balanced.toFixed(3)}, temperature ${temperature.toFixed(3)}`)
  for (const { one, count, share } of shares) console.log(`  ${one} ${count}: ${share.toFixed(2)}`)
}
