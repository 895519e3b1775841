import type { BestList } from './best-list.js'
import type { Bounds, GroupFacts, Line } from './bounds.js'
import { outfitOf } from './evaluate.js'
import type { GroupClass, Problem, SumTerm, UnionTerm } from './problem.js'
import type { Template } from './templates.js'

export interface Work {
  steps: number
  readonly effort: number
}

/**
 * The outfits of one template, class by class. At each depth one group is decided: the one with the fewest classes that
 * can still lead somewhere. What an outfit can still reach is
 *
 * - what is decided: worth and pairs;
 * - for each open group the most that any of its classes brings: the worth of its best piece, its pairs with what is
 *   decided, and half of the best pairs that it could make with each other open group (half is with that group);
 * - for each sum (warmth, rain) the line above its curve, so that it is a worth of pieces too;
 * - what the unions are worth so far: they only fall.
 *
 * None of that is ever less than the best outfit has. A class that cannot lead to a better one than the worst of the
 * best is passed over from there on.
 *
 * Yields where a caller may pause.
 */
export function* walk(
  problem: Problem,
  template: Template,
  bounds: Bounds,
  best: BestList,
  work: Work,
  allows: (pieces: readonly number[]) => boolean,
): Generator<void> {
  const { colour, cut, look, sums, unions, worth } = problem
  const { groups, shares, pairShares } = template
  const size = groups.length
  const classes = groups.map((group) => group.classes)
  const lines = bounds.linesOf(template)
  const facts = groups.map(bounds.factsOf)

  // By depth: what was decided before it, and what its decision makes of the open groups.
  const chosen: GroupClass[] = []
  const values = new Float64Array(size + 1)
  const united = new Float64Array(size + 1)
  const overs = new Float64Array(size + 1)
  const tops = levels(() => new Float64Array(size))
  const reach = levels(() => groups.map((group) => new Float64Array(group.classes.length)))
  const open = levels(() => groups.map((group) => new Int32Array(group.classes.length)))
  const counts = levels(() => new Int32Array(size))
  const totals = levels(() => new Float64Array(sums.length))
  const bits = levels(() => new Int32Array(unions.length))
  const decided = new Uint8Array(size)
  // `guesses[g][h]`: by class of h, the best pair that it could make in group g.
  const guesses = groups.map((_, g) => {
    const { pairMost } = row(facts, g)
    return classes.map((list, h) => (h === g ? new Float64Array(0) : Float64Array.from(list, pairMost)))
  })

  united[0] = unions.reduce((sum, term) => sum + term.of(0), 0)
  begin()
  overs[0] = overAt(0)
  if (roomAt(0) > best.least) yield* slowly(0)

  function begin(): void {
    for (let g = 0; g < size; g++) {
      const vector = row(reach, 0)[g] as Float64Array
      const list = row(open, 0)[g] as Int32Array
      const self = pairShares[g]?.[g] ?? 0
      let top = Number.NEGATIVE_INFINITY
      for (const [c, one] of (classes[g] as readonly GroupClass[]).entries()) {
        let value = (shares[g] as number) * one.most
        if (self > 0) value += self * withItself(one)
        for (const [s, { slope }] of lines.entries())
          value += slope * ((sums[s] as SumTerm).amounts[one.number] as number)
        for (let h = 0; h < size; h++)
          if (h !== g) value += 0.5 * (pairShares[g]?.[h] ?? 0) * (row(row(guesses, h), g)[c] as number)
        vector[c] = value
        list[c] = c
        if (value > top) top = value
      }
      row(counts, 0)[g] = vector.length
      row(tops, 0)[g] = top
    }
  }

  /** The first two levels, where a caller may pause. */
  function* slowly(depth: number): Generator<void> {
    const g = nextGroup(depth)
    for (const c of promising(depth, g)) {
      if (!decide(depth, g, c)) continue
      if (depth + 1 === size) leaf()
      else if (depth === 0) yield* slowly(1)
      else quickly(depth + 1)
      decided[g] = 0
      if (work.steps >= work.effort) return
      yield
    }
  }

  function quickly(depth: number): void {
    const g = nextGroup(depth)
    for (const c of promising(depth, g)) {
      if (!decide(depth, g, c)) continue
      if (depth + 1 === size) leaf()
      else quickly(depth + 1)
      decided[g] = 0
      if (work.steps >= work.effort) return
    }
  }

  /** Of the open groups the one with the fewest classes left; of equals the one that counts most. */
  function nextGroup(depth: number): number {
    let next = -1
    for (let g = 0; g < size; g++)
      if (
        decided[g] === 0 &&
        (next < 0 || (row(counts, depth)[g] as number) < (row(counts, depth)[next] as number))
      )
        next = g
    return next
  }

  function roomAt(depth: number): number {
    let room = (values[depth] as number) + (united[depth] as number) + (overs[depth] as number)
    for (let g = 0; g < size; g++) if (decided[g] === 0) room += row(tops, depth)[g] as number
    return room
  }

  /** The most that the sums rise over their lines; on a level line, no more than the totals still in reach give. */
  function overAt(depth: number): number {
    let over = 0
    for (let s = 0; s < sums.length; s++) {
      const { slope, over: most } = lines[s] as Line
      if (slope !== 0) {
        over += most
        continue
      }
      let low = row(totals, depth)[s] as number
      let high = low
      for (let g = 0; g < size; g++)
        if (decided[g] === 0) {
          low += (facts[g] as GroupFacts).least[s] as number
          high += (facts[g] as GroupFacts).greatest[s] as number
        }
      over += (sums[s] as SumTerm).mostBetween(low, high)
    }
    return over
  }

  /** The classes of a group that reach more than the worst of the best, the most promising first. */
  function promising(depth: number, g: number): number[] {
    const vector = row(reach, depth)[g] as Float64Array
    const list = row(open, depth)[g] as Int32Array
    const others = roomAt(depth) - (row(tops, depth)[g] as number)
    const found: number[] = []
    for (let i = 0; i < (row(counts, depth)[g] as number); i++) {
      const c = list[i] as number
      if (others + (vector[c] as number) > best.least) found.push(c)
    }
    const aside = asideFrom(depth, g)
    return found.sort((x, y) => (vector[y] as number) - (vector[x] as number) || aside(x) - aside(y) || x - y)
  }

  /**
   * How far a class takes the sums from where they should go, for the order of classes that reach the same: towards the
   * middle of what scores best, each group by its part of what the open groups can do.
   */
  function asideFrom(depth: number, g: number): (c: number) => number {
    const aims = sums.map((term, s) => {
      let [low, high] = [row(totals, depth)[s] as number, row(totals, depth)[s] as number]
      for (let h = 0; h < size; h++)
        if (decided[h] === 0) {
          low += row(facts, h).least[s] as number
          high += row(facts, h).greatest[s] as number
        }
      const [least, greatest] = [row(facts, g).least[s] as number, row(facts, g).greatest[s] as number]
      const part = high > low ? Math.min(1, Math.max(0, (term.aim() - low) / (high - low))) : 0
      return least + (greatest - least) * part
    })
    return (c) => {
      const { number } = row(row(classes, g), c)
      let aside = 0
      for (let s = 0; s < sums.length; s++)
        aside += Math.abs((row(sums, s).amounts[number] as number) - (aims[s] as number))
      return aside
    }
  }

  /** Takes a class for a group; false where that leads nowhere. */
  function decide(depth: number, g: number, c: number): boolean {
    work.steps++
    const one = (classes[g] as readonly GroupClass[])[c] as GroupClass
    const before = roomAt(depth)
    if (
      before - (row(tops, depth)[g] as number) + ((row(reach, depth)[g] as Float64Array)[c] as number) <=
      best.least
    )
      return false

    // Its reach without the halves that it guessed for the open groups is what it is worth beside what is decided.
    let value = (values[depth] as number) + ((row(reach, depth)[g] as Float64Array)[c] as number)
    for (let h = 0; h < size; h++)
      if (h !== g && decided[h] === 0)
        value -= 0.5 * (pairShares[g]?.[h] ?? 0) * (row(row(guesses, h), g)[c] as number)

    let settled = 0
    for (let u = 0; u < unions.length; u++) {
      const term = unions[u] as UnionTerm
      const all = (row(bits, depth)[u] as number) | (term.bits[one.number] as number)
      row(bits, depth + 1)[u] = all
      settled += term.of(all)
    }

    for (let s = 0; s < sums.length; s++)
      row(totals, depth + 1)[s] =
        (row(totals, depth)[s] as number) + ((sums[s] as SumTerm).amounts[one.number] as number)
    decided[g] = 1
    overs[depth + 1] = overAt(depth + 1)
    decided[g] = 0
    let room = value + settled + (overs[depth + 1] as number)

    const colours = one.colour * colour.size
    const cuts = one.cut * cut.size
    for (let h = 0; h < size; h++) {
      if (h === g || decided[h] === 1) continue
      const share = pairShares[g]?.[h] ?? 0
      const reached = row(reach, depth)[h] as Float64Array
      const after = row(reach, depth + 1)[h] as Float64Array
      const from = row(open, depth)[h] as Int32Array
      const to = row(open, depth + 1)[h] as Int32Array
      const guess = row(row(guesses, g), h)
      const list = classes[h] as readonly GroupClass[]
      const needed = best.least - (before - (row(tops, depth)[h] as number))
      let count = 0
      let top = Number.NEGATIVE_INFINITY
      for (let i = 0; i < (row(counts, depth)[h] as number); i++) {
        const other = from[i] as number
        if ((reached[other] as number) <= needed) continue
        const them = list[other] as GroupClass
        const now =
          (reached[other] as number) +
          share *
            ((colour.points[colours + them.colour] as number) +
              (cut.points[cuts + them.cut] as number) +
              look.points(one.look, them.look) -
              0.5 * (guess[other] as number))
        after[other] = now
        to[count++] = other
        if (now > top) top = now
      }
      if (count === 0) return false
      row(counts, depth + 1)[h] = count
      row(tops, depth + 1)[h] = top
      room += top
    }
    if (room <= best.least) return false
    values[depth + 1] = value
    united[depth + 1] = settled
    chosen[g] = one
    decided[g] = 1
    return true
  }

  /** One class for each group: their pieces, the worthiest first. */
  function leaf(): void {
    let score = (values[size] as number) + (united[size] as number)
    for (let s = 0; s < sums.length; s++) {
      const total = row(totals, size)[s] as number
      score += (sums[s] as SumTerm).of(total) - (lines[s]?.slope ?? 0) * total
    }
    if (score > best.least) pick(0, score, [])
  }

  function pick(g: number, score: number, pieces: readonly number[]): void {
    if (g === size) {
      const found = outfitOf(problem, pieces, score)
      if (found && allows(pieces)) best.offer(found)
      return
    }
    const one = chosen[g] as GroupClass
    for (const piece of one.members()) {
      const left = score - (shares[g] as number) * (one.most - (worth[piece] as number))
      if (left <= best.least) return
      work.steps++
      pick(g + 1, left, [...pieces, piece])
      if (work.steps >= work.effort) return
    }
  }

  function withItself({ colour: shade, cut: shape }: GroupClass): number {
    return (
      (colour.points[shade * colour.size + shade] as number) +
      (cut.points[shape * cut.size + shape] as number) +
      look.alone
    )
  }

  function levels<T>(make: () => T): readonly T[] {
    return Array.from({ length: size + 1 }, make)
  }
}

/** A row that is there: depths and groups are within bounds. */
function row<T>(rows: readonly T[], i: number): T {
  return rows[i] as T
}
