import { readWords } from '../title/read-words.js'
import { SAME_WORDS } from '../title/title-words.js'
import type { Style } from './styles.js'
import { STYLES } from './styles.js'

/** What the words of a piece say of its style. */
export interface StyleProfile {
  /** how much of each style, 0 to 1, in the order of the table; nothing but zeros where no word says any */
  readonly amounts: readonly number[]
  /** words of the table that the piece has, each once */
  readonly words: ReadonlySet<string>
}

/** A table of styles, read once: what each word says, and which styles are near each other. */
export interface StyleTable {
  readonly styles: readonly Style[]
  /** by word; each a vector of length 1, in the order of the styles */
  readonly vectors: ReadonlyMap<string, readonly number[]>
  /** 1 for the same style, less for one that is often mixed with it, 0 for another, negative for one at odds with it */
  readonly kinship: readonly (readonly number[])[]
}

/** The core words of a style say it outright, leaning ones half. */
const LEANING = 0.5
const NEAR = 0.2
const FAR = -0.5

export function createStyleTable(styles: readonly Style[] = STYLES): StyleTable {
  const raw = new Map<string, number[]>()
  for (const [i, { core, leaning }] of styles.entries()) {
    for (const [words, amount] of [
      [leaning, LEANING],
      [core, 1],
    ] as const)
      for (const word of words) {
        const form = Object.hasOwn(SAME_WORDS, word) ? (SAME_WORDS[word] ?? word) : word
        const vector = raw.get(form) ?? new Array<number>(styles.length).fill(0)
        vector[i] = amount
        raw.set(form, vector)
      }
  }
  const vectors = new Map(
    [...raw].map(([word, vector]) => {
      const length = lengthOf(vector)
      return [word, vector.map((amount) => amount / length)] as const
    }),
  )
  const kinship = styles.map((x) =>
    styles.map((y) => {
      if (x === y) return 1
      if (x.far.includes(y.id) || y.far.includes(x.id)) return FAR
      return x.near.includes(y.id) || y.near.includes(x.id) ? NEAR : 0
    }),
  )
  return { styles, vectors, kinship }
}

export const STYLE_TABLE: StyleTable = createStyleTable()

/** One word says little: its style counts half, that of five words nearly whole. */
const DOUBT = 1

/** Reads a title, or any words of a piece. */
export function styleProfile(text: string, table: StyleTable = STYLE_TABLE): StyleProfile {
  const read = new Set(readWords(text, (phrase) => table.vectors.has(phrase)))
  const words = new Set([...read].filter((word) => table.vectors.has(word)))
  const sum = new Array<number>(table.styles.length).fill(0)
  for (const word of words)
    for (const [i, amount] of (table.vectors.get(word) ?? []).entries()) sum[i] = (sum[i] ?? 0) + amount
  const length = lengthOf(sum)
  return { amounts: sum.map((amount) => amount / (length + DOUBT)), words }
}

/** The styles that a piece has most of, the strongest first; none where its words say none clearly. */
export function stylesOf({ amounts }: StyleProfile, table: StyleTable = STYLE_TABLE): Style[] {
  return table.styles
    .map((style, i) => ({ style, amount: amounts[i] ?? 0 }))
    .filter(({ amount }) => amount >= CLEAR)
    .sort((x, y) => y.amount - x.amount || (x.style.id < y.style.id ? -1 : 1))
    .map(({ style }) => style)
}

const CLEAR = 0.3

/** `Math.hypot` may differ between engines in its last digit; a square root may not. */
function lengthOf(vector: readonly number[]): number {
  return Math.sqrt(vector.reduce((sum, amount) => sum + amount * amount, 0))
}
