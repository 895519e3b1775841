import { hexToOklab } from '../../colour/convert.js'
import { oklabDistance } from '../../colour/distance.js'
import type { FoundColor } from '../../colour/parse-color.js'
import type { StyleProfile, StyleTable } from './style-profile.js'
import { STYLE_TABLE } from './style-profile.js'

/** What is known of a piece by its words. `parseTitle` gives it. */
export interface Described {
  readonly style: StyleProfile
  /** materials, patterns, trims and colours that the words name: what can come back in another piece */
  readonly features: ReadonlySet<string>
  /** the first is the main one */
  readonly colors: readonly FoundColor[]
  readonly department: Department | null
}

export type Department = 'women' | 'men' | 'children'

/**
 * How much two pieces are of one look: about −0.5 (nothing in common) to 2, around 0 where little is known. Four
 * things that people go by: the same styles or near ones; details that come back (a print, a cloth, a trim); a main
 * colour that is the same or close (real outfits repeat colours twice as often as chance would); and one department.
 */
export function styleKinship(x: Described, y: Described, table: StyleTable = STYLE_TABLE): number {
  const { styles, details, color, department } = kinshipParts(x, y, table)
  return styles + DETAILS * details + COLOR * color + DEPARTMENT * department
}

const DETAILS = 0.3
const COLOR = 0.3
const DEPARTMENT = 0.2

/** What the kinship of two pieces is made of, each around 0 where little is known. */
export interface KinshipParts {
  /** about −0.2 to 1 */
  readonly styles: number
  /** how many details come back; what half of all clothes have counts half */
  readonly details: number
  /** 0.85 for one colour down to −0.15 */
  readonly color: number
  /** 1 the same, −1 another, 0 where one is not known */
  readonly department: number
}

export function kinshipParts(x: Described, y: Described, table: StyleTable = STYLE_TABLE): KinshipParts {
  return {
    styles: likeness(x.style, y.style, table),
    details: echo(x.features, y.features),
    color: colorLikeness(x.colors[0]?.hex, y.colors[0]?.hex),
    department: sameDepartment(x.department, y.department),
  }
}

/** What a piece has of a style by chance: two pieces are alike in what they have more of. */
const USUAL = 0.1

function likeness(x: StyleProfile, y: StyleProfile, { kinship }: StyleTable): number {
  if (x.words.size === 0 || y.words.size === 0) return 0
  let sum = 0
  for (const [i, row] of kinship.entries()) {
    const mine = (x.amounts[i] ?? 0) - USUAL
    for (const [j, near] of row.entries()) if (near !== 0) sum += near * mine * ((y.amounts[j] ?? 0) - USUAL)
  }
  return sum
}

/** Details that both have. What half of all wardrobes is made of says less. */
function echo(x: ReadonlySet<string>, y: ReadonlySet<string>): number {
  let sum = 0
  for (const word of x) if (y.has(word)) sum += COMMON.has(word) ? 0.5 : 1
  return sum
}

const COMMON: ReadonlySet<string> = new Set(['black', 'white', 'leather', 'gold', 'suede', 'denim', 'print'])

/** 1 for one colour, falling with the distance; less what two pieces have by chance. */
function colorLikeness(x: string | undefined, y: string | undefined): number {
  const [mine, theirs] = [x && hexToOklab(x), y && hexToOklab(y)]
  if (!mine || !theirs) return 0
  return Math.exp(-((oklabDistance(mine, theirs) / SAME_COLOR) ** 2)) - BY_CHANCE
}

/** on the scale of `oklabDistance`: navy and black are 0.2 apart */
const SAME_COLOR = 0.3
const BY_CHANCE = 0.15

function sameDepartment(x: Department | null, y: Department | null): number {
  return x === null || y === null ? 0 : x === y ? 1 : -1
}
