import type { Slot, Taxonomy } from '../domain/garment.js'
import type { Steps } from '../domain/steps.js'
import type { Context } from './context.js'
import type { LookPairs } from './look-pairs.js'
import { createLooks } from './look-pairs.js'
import type { Piece } from './piece.js'
import { toPieces } from './piece.js'
import type { PairRule, SumRule, UnionRule } from './rule.js'
import { pointsOf } from './rule.js'
import { RULES } from './rules.js'
import type { GarmentLike } from './types.js'

/**
 * What is kept from one request to the next: the pieces of items that have not changed, and how each two kinds of piece
 * go together. All of it follows from the content of the items, so that it can be forgotten at any time.
 */
export interface Closet {
  /** the pieces of an item: those made before, if it still says the same */
  piecesOf(item: GarmentLike): readonly Piece[]
  /**
   * Number of the class of a piece: pieces of one class are equal to all rules but those of form `piece`.
   * They get on with every other piece alike, and count alike in every sum and union.
   */
  classOf(piece: Piece): number
  readonly classes: Classes
  readonly sorts: readonly Sort[]
  /** how two kinds of piece go together in this context, as weighted points */
  pairs(table: Table, context: Context): Steps<PairMatrix>
  /** the same of two looks */
  looks(context: Context): LookPairs
  /** forgets items that are not among these */
  keep(ids: readonly { readonly id: string }[]): void
}

/** Columns by number of the class. */
export interface Classes {
  readonly colour: readonly number[]
  readonly cut: readonly number[]
  readonly look: readonly number[]
  /** number of the sort of piece, into {@link Closet.sorts} */
  readonly sort: readonly number[]
  /** for each rule of {@link SUMS} */
  readonly amounts: readonly (readonly number[])[]
  /** for each rule of {@link UNIONS} */
  readonly bits: readonly (readonly number[])[]
}

/** Pieces that can stand in for each other in an outfit: of one way of wearing, and under the same conditions. */
export interface Sort {
  readonly slots: readonly Slot[]
  readonly role: 'clothes' | 'hosiery' | 'style' | 'wrap' | 'rain'
  readonly openLegs: boolean
}

/** Each is some hundreds of pairs: a millisecond or so where they are judged for the first time. */
const ROWS_AT_ONCE = 16

type Table = Exclude<PairRule['table'], 'look'>

export interface PairMatrix {
  readonly size: number
  /** `points[x * size + y]` */
  readonly points: Float64Array
}

export const SUMS: readonly SumRule[] = RULES.filter((rule): rule is SumRule => rule.form === 'sum')
export const UNIONS: readonly UnionRule[] = RULES.filter((rule): rule is UnionRule => rule.form === 'union')
const PAIRS = RULES.filter((rule): rule is PairRule => rule.form === 'pair')

export function createCloset(taxonomy: Taxonomy): Closet {
  const known = new Map<string, { readonly item: GarmentLike; readonly pieces: readonly Piece[] }>()
  const tables = { colour: createKinds('colour'), cut: createKinds('cut') }
  const looks = createLooks(PAIRS.filter(({ table }) => table === 'look'))
  const classByKey = new Map<string, number>()
  const sorts: Sort[] = []
  const sortByKey = new Map<string, number>()
  const classOfPiece = new WeakMap<Piece, number>()
  const classes = {
    colour: [] as number[],
    cut: [] as number[],
    look: [] as number[],
    sort: [] as number[],
    amounts: SUMS.map((): number[] => []),
    bits: UNIONS.map((): number[] => []),
  }

  function sortOf(piece: Piece): number {
    const sort: Sort = { slots: piece.slots, role: roleOf(piece), openLegs: piece.traits.openLegs }
    const key = `${sort.slots.join('+')} ${sort.role} ${sort.openLegs}`
    let number = sortByKey.get(key)
    if (number === undefined) {
      number = sorts.length
      sortByKey.set(key, number)
      sorts.push(sort)
    }
    return number
  }

  return {
    piecesOf(item) {
      const before = known.get(item.id)
      if (before && (before.item === item || isSame(before.item, item))) return before.pieces
      const pieces = toPieces(item, taxonomy)
      known.set(item.id, { item, pieces })
      return pieces
    },
    classOf(piece) {
      let number = classOfPiece.get(piece)
      if (number !== undefined) return number
      const colour = tables.colour.kindOf(piece)
      const cut = tables.cut.kindOf(piece)
      const look = looks.lookOf(piece)
      const amounts = SUMS.map((rule) => rule.amount(piece))
      const bits = UNIONS.map((rule) => rule.bits(piece))
      const sort = sortOf(piece)
      const key = `${sort} ${colour} ${cut} ${look} ${amounts.join(' ')} ${bits.join(' ')}`
      number = classByKey.get(key)
      if (number === undefined) {
        number = classes.colour.length
        classByKey.set(key, number)
        classes.colour.push(colour)
        classes.cut.push(cut)
        classes.look.push(look)
        classes.sort.push(sort)
        for (const [i, amount] of amounts.entries()) classes.amounts[i]?.push(amount)
        for (const [i, bit] of bits.entries()) classes.bits[i]?.push(bit)
      }
      classOfPiece.set(piece, number)
      return number
    },
    classes,
    sorts,
    pairs: (table, context) => tables[table].matrix(context),
    looks: (context) => looks.pairs(context),
    keep(items) {
      if (known.size <= items.length * 2) return
      const ids = new Set(items.map(({ id }) => id))
      for (const id of known.keys()) if (!ids.has(id)) known.delete(id)
    },
  }
}

/** Of accessories an outfit has one of each role: something for style, a wrap over a coat, an umbrella. */
function roleOf({ slots, traits }: Piece): Sort['role'] {
  if (slots[0] === 'hosiery') return 'hosiery'
  if (slots[0] !== 'accessory') return 'clothes'
  return traits.wrap ? 'wrap' : traits.place === 'hand' ? 'rain' : 'style'
}

/** The kinds of piece that the pair rules of one table tell apart, and how each two go together. */
function createKinds(table: Table) {
  const rules = PAIRS.filter((rule) => rule.table === table)
  const scores = rules.map(createKeyScores)
  const numbers = new Map<string, number>()
  const kinds: (readonly number[])[] = []
  let last: { readonly matrix: PairMatrix; readonly of: string; readonly taste: unknown } | undefined

  return {
    kindOf(piece: Piece): number {
      const keys = scores.map((rule) => rule.numberOf(piece))
      const text = keys.join(' ')
      let kind = numbers.get(text)
      if (kind === undefined) {
        kind = kinds.length
        numbers.set(text, kind)
        kinds.push(keys)
      }
      return kind
    },
    *matrix(context: Context): Steps<PairMatrix> {
      const speaking = rules.map((rule) => rule.speaks(context))
      const of = `${kinds.length} ${speaking.join(' ')}`
      const personal = rules.some((rule, i) => rule.personal && speaking[i])
      if (last && last.of === of && (!personal || last.taste === context.taste)) return last.matrix
      const size = kinds.length
      const points = new Float64Array(size * size)
      for (const [r, rule] of rules.entries()) {
        const own = scores[r]
        if (!speaking[r] || !own) continue
        const { values, stride } = yield* own.all(context)
        for (let x = 0; x < size; x++) {
          if (!rule.personal && x % ROWS_AT_ONCE === ROWS_AT_ONCE - 1) yield { done: x / size }
          const row = (kinds[x]?.[r] ?? 0) * stride
          for (let y = 0; y < size; y++)
            points[x * size + y] =
              (points[x * size + y] ?? 0) + rule.weight * (values[row + (kinds[y]?.[r] ?? 0)] ?? 0)
        }
      }
      last = { matrix: { size, points }, of, taste: context.taste }
      return last.matrix
    },
  }
}

/** One rule's points for each two of the keys that were met. They are asked of the rule once. */
function createKeyScores(rule: PairRule) {
  const numbers = new Map<string, number>()
  const pieces: Piece[] = []
  let stride = 0
  let values = new Float64Array(0)
  let done = 0
  let judged: unknown

  return {
    numberOf(piece: Piece): number {
      const key = rule.key(piece)
      let number = numbers.get(key)
      if (number === undefined) {
        number = pieces.length
        numbers.set(key, number)
        pieces.push(piece)
      }
      return number
    },
    *all(context: Context): Steps<{ readonly values: Float64Array; readonly stride: number }> {
      if (rule.personal && judged !== context.taste) done = 0
      judged = context.taste
      const size = pieces.length
      if (size > stride) {
        const wider = Math.max(64, size * 2)
        const grown = new Float64Array(wider * wider)
        for (let x = 0; x < done; x++) grown.set(values.subarray(x * stride, x * stride + done), x * wider)
        values = grown
        stride = wider
      }
      while (done < size) {
        for (let other = 0; other <= done; other++) {
          const [x, y] = [pieces[done], pieces[other]]
          const points = x && y ? pointsOf(rule.score(x, y, context)) : 0
          values[done * stride + other] = points
          values[other * stride + done] = points
        }
        done++
        // Another request may come in between, and have another taste: what is personal is made in one go.
        if (!rule.personal && done % ROWS_AT_ONCE === 0) yield { done: done / size }
      }
      return { values, stride }
    },
  }
}

const FIELDS = [
  'name',
  'category',
  'subcategory',
  'colors',
  'seasons',
  'occasions',
  'formality',
  'warmth',
  'waterproof',
  'material',
  'pattern',
  'patternScale',
  'fit',
  'attributes',
  'tags',
] as const satisfies readonly (keyof GarmentLike)[]

/** True if two items say the same of a garment; whether it is there or in the laundry is no part of that. */
function isSame(x: GarmentLike, y: GarmentLike): boolean {
  for (const field of FIELDS) {
    const [mine, theirs] = [x[field], y[field]]
    if (mine === theirs) continue
    if (typeof mine !== 'object' || typeof theirs !== 'object') return false
    if (JSON.stringify(mine) !== JSON.stringify(theirs)) return false
  }
  return true
}
