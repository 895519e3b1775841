import type { Slot } from '../domain/garment.js'
import { partOf, selfPartOf } from './parts.js'

/** What the shares of an outfit add up to: points are multiplied by them, so that scores are whole numbers. */
export const SHARES = 1_000_000

/** What each of the pieces, and each two of them, counts for; the shares of the search, whole numbers. */
export function sharesOf(worn: readonly { readonly slots: readonly Slot[] }[]): {
  readonly single: readonly number[]
  /** by two positions; on the diagonal the piece with itself */
  readonly pair: readonly (readonly number[])[]
} {
  const part = worn.map(({ slots }) => partOf(slots))
  const parts = part.reduce((sum, one) => sum + one, 0)
  let pairs = 0
  for (const [i, x] of worn.entries()) {
    pairs += selfPartOf(x.slots)
    for (let j = i + 1; j < worn.length; j++) pairs += (part[i] ?? 0) * (part[j] ?? 0)
  }
  const share = (one: number, whole: number): number => (whole > 0 ? Math.floor((SHARES * one) / whole) : 0)
  return {
    single: part.map((one) => share(one, parts)),
    pair: worn.map((x, i) =>
      worn.map((_, j) => share(i === j ? selfPartOf(x.slots) : (part[i] ?? 0) * (part[j] ?? 0), pairs)),
    ),
  }
}
