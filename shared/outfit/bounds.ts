import type { LookPairs } from './look-pairs.js'
import type { Group, GroupClass, Problem, SumTerm } from './problem.js'
import type { Template } from './templates.js'

/** What the search knows of a group for all templates that it is in. */
export interface GroupFacts {
  /** worth of its best piece */
  readonly most: number
  /** no piece has more with itself */
  readonly selfMost: number
  /** by class of another group: no pair of it with one of this group is worth more */
  pairsWith(other: Group): { readonly byClass: Float64Array; readonly most: number }
  /** for each sum: the worth of the best piece that adds so much */
  readonly worths: readonly ReadonlyMap<number, number>[]
  readonly least: readonly number[]
  readonly greatest: readonly number[]
}

/** A line above the curve of a sum: `curve(t) ≤ slope · t + over`. */
export interface Line {
  readonly slope: number
  readonly over: number
}

export interface Bounds {
  /** a class as a pair with itself */
  withItself(one: GroupClass): number
  factsOf(group: Group): GroupFacts
  /** no outfit of this template scores more */
  mostOf(template: Template): number
  /** for each sum the line that leaves the template the least room */
  linesOf(template: Template): readonly Line[]
}

export function createBounds(problem: Problem): Bounds {
  const { sums, unions } = problem
  const facts = new Map<Group, GroupFacts>()
  const united = unions.reduce((sum, term) => sum + term.of(0), 0)

  function factsOf(group: Group): GroupFacts {
    let known = facts.get(group)
    if (!known) {
      known = readGroup(problem, group)
      facts.set(group, known)
    }
    return known
  }

  return {
    withItself: (one) => withItself(problem, one),
    factsOf,
    mostOf({ groups, shares, pairShares }) {
      let most = united
      for (const [g, group] of groups.entries()) {
        const { most: own, selfMost, pairsWith } = factsOf(group)
        most += (shares[g] as number) * own + (pairShares[g]?.[g] ?? 0) * selfMost
        for (const [h, other] of groups.entries())
          if (h > g) most += (pairShares[g]?.[h] ?? 0) * pairsWith(other).most
      }
      for (const [s, term] of sums.entries()) {
        const [low, high] = rangeOf(groups.map(factsOf), s)
        most += term.mostBetween(low, high)
      }
      return most
    },
    linesOf({ groups, shares }) {
      const known = groups.map(factsOf)
      return sums.map((term, s) => lineAbove(term, s, known, shares))
    },
  }
}

function readGroup(problem: Problem, { classes }: Group): GroupFacts {
  const { colour, cut, look, sums } = problem
  // Made when first asked for: most groups are in no template that is ever walked.
  let colourMost: Float64Array | undefined
  let cutMost: Float64Array | undefined
  let lookMost: ((look: number) => number) | undefined
  const pairs = new Map<Group, { readonly byClass: Float64Array; readonly most: number }>()
  const worths = sums.map(({ amounts }) => {
    const byAmount = new Map<number, number>()
    for (const { number, most } of classes) {
      const amount = amounts[number] as number
      byAmount.set(amount, Math.max(most, byAmount.get(amount) ?? Number.NEGATIVE_INFINITY))
    }
    return byAmount
  })
  return {
    most: classes.reduce((top, one) => Math.max(top, one.most), Number.NEGATIVE_INFINITY),
    selfMost: classes.reduce((top, one) => Math.max(top, withItself(problem, one)), 0),
    pairsWith(other) {
      const known = pairs.get(other)
      if (known) return known
      colourMost ??= rowMost(colour.points, colour.size, new Set(classes.map((one) => one.colour)))
      cutMost ??= rowMost(cut.points, cut.size, new Set(classes.map((one) => one.cut)))
      lookMost ??= lookMostOf(look, new Set(classes.map((one) => one.look)))
      const byClass = new Float64Array(other.classes.length)
      let most = 0
      for (const [c, one] of other.classes.entries()) {
        const value = (colourMost[one.colour] as number) + (cutMost[one.cut] as number) + lookMost(one.look)
        byClass[c] = value
        if (value > most) most = value
      }
      const made = { byClass, most }
      pairs.set(other, made)
      return made
    },
    worths,
    least: worths.map((byAmount) => Math.min(...byAmount.keys())),
    greatest: worths.map((byAmount) => Math.max(...byAmount.keys())),
  }
}

/** Slopes that are tried: those of the curve at so many places. */
const PLACES = 12

/**
 * A sum becomes a worth of each piece by a line above its curve, as a term does by the multiplier of a Lagrangian
 * relaxation. Any line above will do; of a few the best is taken, since a good one is quick.
 */
function lineAbove(term: SumTerm, s: number, known: readonly GroupFacts[], shares: readonly number[]): Line {
  const [low, high] = rangeOf(known, s)
  let best: Line = { slope: 0, over: term.mostBetween(low, high) }
  if (high === low) return best
  let least = roomOf(best)
  for (let place = 0; place < PLACES; place++) {
    const total = low + Math.floor(((high - low) * place) / PLACES)
    const slope = term.of(total + 1) - term.of(total)
    const line = { slope, over: maxBetween(term, slope, low, high) }
    const room = roomOf(line)
    if (room < least) {
      least = room
      best = line
    }
  }
  return best

  function roomOf({ slope, over }: Line): number {
    let sum = over
    for (const [g, one] of known.entries()) {
      let most = Number.NEGATIVE_INFINITY
      for (const [amount, worth] of one.worths[s] ?? [])
        most = Math.max(most, (shares[g] as number) * worth + slope * amount)
      sum += most
    }
    return sum
  }
}

function rangeOf(known: readonly GroupFacts[], s: number): [low: number, high: number] {
  let [low, high] = [0, 0]
  for (const one of known) {
    low += one.least[s] ?? 0
    high += one.greatest[s] ?? 0
  }
  return [low, high]
}

/** The most by which the curve rises over `slope · total`. */
function maxBetween(term: SumTerm, slope: number, low: number, high: number): number {
  let most = Number.NEGATIVE_INFINITY
  for (let total = low; total <= high; total++) most = Math.max(most, term.of(total) - slope * total)
  return most
}

function rowMost(points: Float64Array, size: number, rows: Iterable<number>): Float64Array {
  const most = new Float64Array(size)
  for (const row of rows)
    for (let i = 0; i < size; i++) {
      const value = points[row * size + i] as number
      if (value > (most[i] as number)) most[i] = value
    }
  return most
}

/** In a group of more looks than these nearly every look finds its like. */
const MOST_LOOKS = 64

/** The best that a look makes with any of these; where they are many, the best that it makes at all. */
function lookMostOf(pairs: LookPairs, looks: ReadonlySet<number>): (look: number) => number {
  if (looks.size > MOST_LOOKS) return (look) => pairs.mostOf(look)
  const known: number[] = []
  return (look) => {
    let most = known[look]
    if (most === undefined) {
      most = 0
      for (const other of looks) {
        most = Math.max(most, pairs.points(other, look))
        if (most >= pairs.mostOf(look)) break
      }
      known[look] = most
    }
    return most
  }
}

function withItself({ colour, cut, look }: Problem, one: GroupClass): number {
  return (
    (colour.points[one.colour * colour.size + one.colour] as number) +
    (cut.points[one.cut * cut.size + one.cut] as number) +
    look.alone
  )
}
