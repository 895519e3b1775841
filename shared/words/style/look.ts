import { findColors } from '../../colour/parse-color.js'
import { readWords } from '../title/read-words.js'
import type { Department } from '../title/title-tables.js'
import { DEPARTMENT_WORDS, DETAIL_WORDS, DOUBTFUL_COLORS } from '../title/title-tables.js'
import type { StyleProfile, StyleTable } from './style-profile.js'
import { STYLE_TABLE, styleProfile } from './style-profile.js'

/**
 * What the words of a piece say of its look, in whole numbers: how much two are of one look is then the same both ways
 * and in every engine.
 */
export interface Look {
  /** by style, in {@link AMOUNT}ths, less what a piece has of it by chance; all zeros where no word says any */
  readonly styles: Int32Array
  /** `styles`, each style with those that are near to it or at odds with it */
  readonly kin: Int32Array
  /** numbers of the words that name a material, a pattern or a trim, ascending */
  readonly details: readonly number[]
  readonly department: Department | null
  /** equal for equal looks */
  readonly key: string
}

/** What {@link kinshipOf} counts in: as many are a kinship of 1. */
export const KIN = 36_000

/** What details and the department count beside styles. */
const DETAIL = 0.3 * KIN
const DEPARTMENT = 0.2 * KIN

export interface LookKinship {
  /** about −0.2 to 1 */
  readonly styles: number
  /** how many details come back; what half of all clothes have counts half */
  readonly details: number
  /** 1 the same, −1 another, 0 where one is not known */
  readonly department: number
}

/** How much two are of one look: 0 where nothing is known of one. In {@link KIN}ths, a whole number. */
export function kinshipOf(x: Look, y: Look): number {
  return styleProduct(x, y) + (DETAIL / 2) * detailHalves(x, y) + DEPARTMENT * sameDepartment(x, y)
}

/** {@link kinshipOf} part by part. */
export function lookKinship(x: Look, y: Look): LookKinship {
  return {
    styles: styleProduct(x, y) / KIN,
    details: detailHalves(x, y) / 2,
    department: sameDepartment(x, y),
  }
}

/** The look that a text tells: a title, or any words of a piece. */
export function readLook(text: string, table: StyleTable = STYLE_TABLE): Look {
  const known = texts.get(table) ?? new Map<string, Look>()
  texts.set(table, known)
  let look = known.get(text)
  if (!look) {
    const words = readWords(text, (phrase) => table.vectors.has(phrase) || DETAIL_WORDS.has(phrase))
    const style = styleProfile(text, table)
    const department = departmentOf(words)
    look = toLook(
      style,
      new Set([...words.filter((word) => DETAIL_WORDS.has(word)), ...style.words]),
      department,
      table,
    )
    if (known.size < MOST_REMEMBERED) known.set(text, look)
  }
  return look
}

export function toLook(
  style: StyleProfile,
  features: ReadonlySet<string>,
  department: Department | null,
  table: StyleTable,
): Look {
  const styles = Int32Array.from(style.amounts, (amount) =>
    style.words.size > 0 ? Math.round(amount * AMOUNT) - USUAL : 0,
  )
  const kin = Int32Array.from(table.kinship, (row) =>
    row.reduce((sum, near, i) => sum + Math.round(near * NEARNESS) * (styles[i] as number), 0),
  )
  const details = [...features].flatMap((word) => detailOf(word) ?? []).sort((x, y) => x - y)
  return {
    styles,
    kin,
    details,
    department,
    key: `${styles.join(' ')};${details.join(' ')};${department ?? ''}`,
  }
}

export function departmentOf(words: readonly string[]): Department | null {
  for (const word of words) if (Object.hasOwn(DEPARTMENT_WORDS, word)) return DEPARTMENT_WORDS[word] ?? null
  return null
}

const AMOUNT = 60
/** A tenth: two pieces are alike in what they have more of. */
const USUAL = 6
/** Kinships of styles are tenths. `AMOUNT² · NEARNESS` is `KIN`. */
const NEARNESS = 10

/** Wardrobes say the same over and over where pieces have no names. */
const MOST_REMEMBERED = 2_000
const texts = new WeakMap<StyleTable, Map<string, Look>>()

function styleProduct(x: Look, y: Look): number {
  const [mine, theirs] = [x.styles, y.kin]
  let sum = 0
  for (let i = 0; i < mine.length; i++) sum += (mine[i] as number) * (theirs[i] as number)
  return sum
}

function detailHalves(x: Look, y: Look): number {
  const [mine, theirs] = [x.details, y.details]
  let halves = 0
  for (let i = 0, j = 0; i < mine.length && j < theirs.length; ) {
    const [a, b] = [mine[i] as number, theirs[j] as number]
    if (a === b) halves += halvesOf[a] as number
    if (a <= b) i++
    if (b <= a) j++
  }
  return halves
}

function sameDepartment(x: Look, y: Look): number {
  return x.department === null || y.department === null ? 0 : x.department === y.department ? 1 : -1
}

/** What half of all wardrobes is made of says less. */
const COMMON: ReadonlySet<string> = new Set(['leather', 'suede', 'denim', 'gold', 'print'])

const numbers = new Map<string, number | undefined>()
const halvesOf: number[] = []

/** The number of a word; none for colours, which a piece has by itself, and for departments. */
function detailOf(word: string): number | undefined {
  if (!numbers.has(word)) {
    const isColor = findColors(word).length > 0 && !DETAIL_WORDS.has(word) && !DOUBTFUL_COLORS.has(word)
    const isDetail = !isColor && !Object.hasOwn(DEPARTMENT_WORDS, word)
    numbers.set(word, isDetail ? halvesOf.push(COMMON.has(word) ? 1 : 2) - 1 : undefined)
  }
  return numbers.get(word)
}
