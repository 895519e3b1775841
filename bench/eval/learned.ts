import { parseTitle } from '@modaics/shared'
import type { Judge, Wearing } from './outfit-baselines.js'

/**
 * What learning would add, for information only: how much more often than by chance two words stand in two pieces of one
 * outfit, counted in other outfits, in log2 and shrunk towards nothing. Brands are left out: only words that our
 * parser knows count.
 */
export function learn(outfits: readonly Wearing[]): Judge {
  const alone = new Map<string, number>()
  const together = new Map<string, number>()
  let pairs = 0
  for (const outfit of outfits) {
    const pieces = Object.values(outfit).map(wordsOf)
    for (const words of pieces) for (const word of words) add(alone, word, 1)
    eachTwo(pieces, (x, y) => {
      pairs++
      for (const mine of x) for (const theirs of y) add(together, keyOf(mine, theirs), 1)
    })
  }
  const pieceCount = outfits.reduce((sum, outfit) => sum + Object.keys(outfit).length, 0)
  const lift = (x: string, y: string): number => {
    const share = ((alone.get(x) ?? 0) / pieceCount) * ((alone.get(y) ?? 0) / pieceCount)
    const expected = share * pairs * (x === y ? 1 : 2)
    if (expected === 0) return 0
    return Math.log2(((together.get(keyOf(x, y)) ?? 0) + DOUBT) / (expected + DOUBT))
  }
  return (outfit) => {
    let sum = 0
    eachTwo(Object.values(outfit).map(wordsOf), (x, y) => {
      for (const mine of x) for (const theirs of y) sum += lift(mine, theirs) / Math.sqrt(x.length * y.length)
    })
    return sum
  }
}

/** Pairs seen so often by chance count half. */
const DOUBT = 3

const read = new Map<string, readonly string[]>()

function wordsOf(title: string): readonly string[] {
  let words = read.get(title)
  if (!words) {
    const { features, subcategory } = parseTitle(title)
    words = [...features, ...(subcategory === null ? [] : [`a ${subcategory}`])]
    read.set(title, words)
  }
  return words
}

function eachTwo<T>(list: readonly T[], visit: (x: T, y: T) => void): void {
  for (const [i, x] of list.entries()) for (const y of list.slice(i + 1)) visit(x, y)
}

function keyOf(x: string, y: string): string {
  return x < y ? `${x}\n${y}` : `${y}\n${x}`
}

function add(counts: Map<string, number>, key: string, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by)
}
