import type { Steps } from '../domain/steps.js'
import { visitEach } from '../domain/steps.js'
import type { Closet, PairMatrix, Sort } from './closet.js'
import { SUMS, UNIONS } from './closet.js'
import type { Context } from './context.js'
import { weightOf } from './evaluate.js'
import type { LookPairs } from './look-pairs.js'
import { partOf } from './parts.js'
import type { Piece } from './piece.js'
import type { PieceRule } from './rule.js'
import { POINTS, pointsOf } from './rule.js'
import { RULES } from './rules.js'
import { SHARES } from './shares.js'

/**
 * A request in numbers, for the search: whole numbers throughout, so that sums are exact and the order of equals is the
 * same in every engine. A perfect outfit is worth `scale`.
 */
export interface Problem {
  readonly context: Context
  readonly closet: Closet
  readonly pieces: readonly Piece[]
  /** points of each piece by itself, weighted */
  readonly worth: Float64Array
  readonly colour: PairMatrix
  readonly cut: PairMatrix
  readonly look: LookPairs
  readonly sums: readonly SumTerm[]
  readonly unions: readonly UnionTerm[]
  readonly scale: number
}

export interface SumTerm {
  /** by number of the class */
  readonly amounts: readonly number[]
  /** points of a total, weighted */
  of(total: number): number
  /** the most of it for any total of these and between them */
  mostBetween(low: number, high: number): number
  /** the middle of the totals that give most, as far as totals were asked for */
  aim(): number
}

export interface UnionTerm {
  readonly bits: readonly number[]
  of(bits: number): number
}

/** Some milliseconds of work where their colours are read for the first time. */
const READ_AT_ONCE = 100

const PIECE_RULES = RULES.filter((rule): rule is PieceRule => rule.form === 'piece')

/** @param bonus what a piece is worth more (or less) for reasons of the request, as a part of a perfect outfit */
export function* createProblem(
  pieces: readonly Piece[],
  context: Context,
  closet: Closet,
  bonus?: (piece: Piece) => number,
): Steps<Problem> {
  const full = weightOf(RULES, context) * POINTS
  const speaking = PIECE_RULES.filter((rule) => rule.speaks(context))
  const worth = new Float64Array(pieces.length)
  yield* visitEach(pieces, READ_AT_ONCE, (piece, i) => {
    let points = bonus ? Math.round(bonus(piece) * full) : 0
    for (const rule of speaking) points += rule.weight * pointsOf(rule.score(piece, context))
    worth[i] = points
    closet.classOf(piece)
  })
  return {
    context,
    closet,
    pieces,
    worth,
    colour: yield* closet.pairs('colour', context),
    cut: yield* closet.pairs('cut', context),
    look: closet.looks(context),
    sums: SUMS.flatMap((rule, i) => {
      if (!rule.speaks(context)) return []
      return toSumTerm(
        closet.classes.amounts[i] ?? [],
        (total) => SHARES * rule.weight * pointsOf(rule.score(total, context)),
      )
    }),
    unions: UNIONS.flatMap((rule, i) => {
      if (!rule.speaks(context)) return []
      const known = new Map<number, number>()
      return {
        bits: closet.classes.bits[i] ?? [],
        of(bits: number) {
          let points = known.get(bits)
          if (points === undefined) {
            points = SHARES * rule.weight * pointsOf(rule.score(bits, context))
            known.set(bits, points)
          }
          return points
        },
      }
    }),
    scale: full * SHARES,
  }
}

function toSumTerm(amounts: readonly number[], points: (total: number) => number): SumTerm {
  const known: number[] = []
  function of(total: number): number {
    let value = known[total]
    if (value === undefined) {
      value = points(total)
      known[total] = value
    }
    return value
  }
  // Totals from the first of the greatest on: it falls after the last of them.
  let peak = 0
  let end = 0
  let last = 0
  return {
    amounts,
    of,
    mostBetween(low, high) {
      while (last < high) {
        last++
        if (of(last) > of(peak)) peak = last
        if (of(last) === of(peak)) end = last
      }
      return high <= peak ? of(high) : low <= peak ? of(peak) : of(low)
    },
    aim: () => (peak + end) / 2,
  }
}

/** Pieces of one sort, by class. */
export interface Group {
  readonly sort: Sort
  readonly part: number
  readonly classes: readonly GroupClass[]
}

export interface GroupClass {
  readonly number: number
  readonly colour: number
  readonly cut: number
  readonly look: number
  /** worth of its best piece */
  readonly most: number
  /** indices of pieces, the worthiest first. Sorted when first asked for. */
  members(): readonly number[]
}

/** One group for each sort among the pieces of these indices; all in the order of the pieces. */
export function groupsOf(problem: Problem, indices: Iterable<number>): Group[] {
  const { closet, pieces, worth } = problem
  const { sort, colour, cut, look } = closet.classes
  const members: (number[] | undefined)[] = []
  const numbers: number[] = []
  for (const i of indices) {
    const number = closet.classOf(pieces[i] as Piece)
    const list = members[number]
    if (list) list.push(i)
    else {
      members[number] = [i]
      numbers.push(number)
    }
  }
  const groups = new Map<number, GroupClass[]>()
  for (const number of numbers) {
    const list = members[number] as number[]
    let most = Number.NEGATIVE_INFINITY
    for (const i of list) most = Math.max(most, worth[i] as number)
    let sorted = list.length === 1
    const one: GroupClass = {
      number,
      colour: colour[number] as number,
      cut: cut[number] as number,
      look: look[number] as number,
      most,
      members() {
        if (!sorted) list.sort((x, y) => (worth[y] as number) - (worth[x] as number) || x - y)
        sorted = true
        return list
      },
    }
    const key = sort[number] as number
    const group = groups.get(key)
    if (group) group.push(one)
    else groups.set(key, [one])
  }
  return [...groups].map(([key, classes]) => {
    const own = closet.sorts[key] as Sort
    return { sort: own, part: partOf(own.slots), classes }
  })
}
