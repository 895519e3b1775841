import { hexToOklab } from '../../colour/convert.js'
import { oklabDistance } from '../../colour/distance.js'
import type { FoundColor } from '../../colour/parse-color.js'
import type { Department } from '../title/title-tables.js'
import type { Look, LookKinship } from './look.js'
import { KIN, kinshipOf, lookKinship, toLook } from './look.js'
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

/**
 * How much two pieces are of one look: about −0.5 (nothing in common) to 2, around 0 where little is known. Four
 * things that people go by: the same styles or near ones; details that come back (a print, a cloth, a trim); a main
 * colour that is the same or close (real outfits repeat colours twice as often as chance would); and one department.
 * The engine has the first, second and last as a rule (`rules/look.ts`), and of colours its own.
 */
export function styleKinship(x: Described, y: Described, table: StyleTable = STYLE_TABLE): number {
  return kinshipOf(lookOf(x, table), lookOf(y, table)) / KIN + COLOR * colorKinship(x, y)
}

/** What the kinship of two pieces is made of, each around 0 where little is known. */
export interface KinshipParts extends LookKinship {
  /** 0.85 for one colour down to −0.15 */
  readonly color: number
}

export function kinshipParts(x: Described, y: Described, table: StyleTable = STYLE_TABLE): KinshipParts {
  return { ...lookKinship(lookOf(x, table), lookOf(y, table)), color: colorKinship(x, y) }
}

const COLOR = 0.3

const looks = new WeakMap<StyleTable, WeakMap<Described, Look>>()

function lookOf(piece: Described, table: StyleTable): Look {
  const known = looks.get(table) ?? new WeakMap<Described, Look>()
  looks.set(table, known)
  const look = known.get(piece) ?? toLook(piece.style, piece.features, piece.department, table)
  known.set(piece, look)
  return look
}

/** 1 for one colour, falling with the distance; less what two pieces have by chance. */
function colorKinship(x: Described, y: Described): number {
  const [mine, theirs] = [x.colors[0]?.hex, y.colors[0]?.hex].map((hex) => hex && hexToOklab(hex))
  if (!mine || !theirs) return 0
  return Math.exp(-((oklabDistance(mine, theirs) / SAME_COLOR) ** 2)) - BY_CHANCE
}

/** on the scale of `oklabDistance`: navy and black are 0.2 apart */
const SAME_COLOR = 0.3
const BY_CHANCE = 0.15
