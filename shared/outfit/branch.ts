import type { BestList } from './best-list.js'
import type { Bounds, Line } from './bounds.js'
import { outfitOf } from './evaluate.js'
import type { Level } from './level.js'
import { createLevel } from './level.js'
import { UNJUDGED } from './look-pairs.js'
import type { GroupClass, Problem, SumTerm, UnionTerm } from './problem.js'
import type { Template } from './templates.js'

export interface Work {
  /** decisions taken, and classes looked at, so many of which are a decision's worth: about a microsecond each */
  steps: number
  readonly effort: number
}

/** In a large wardrobe a decision looks at thousands of classes: without them effort would say nothing of time. */
const CLASSES_A_STEP = 128

/** The walk through the outfits of one template, before its first step. */
export interface Walk {
  /** no outfit of it scores more */
  readonly room: number
  /** Yields where a caller may pause. */
  steps(): Generator<void>
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
 */
export function prepareWalk(
  problem: Problem,
  template: Template,
  bounds: Bounds,
  best: BestList,
  work: Work,
  allows: (pieces: readonly number[]) => boolean,
): Walk {
  const { colour, cut, look, sums, unions, worth } = problem
  const { groups, shares, pairShares } = template
  const size = groups.length
  const classes = groups.map((group) => group.classes)
  const lines = bounds.linesOf(template)
  const facts = groups.map(bounds.factsOf)
  // `guesses[g][h]`: by class of h, the best pair that it could make in group g.
  const guesses = facts.map(({ pairsWith }, g) =>
    groups.map((other, h) => (h === g ? NONE : pairsWith(other).byClass)),
  )
  const decided = new Uint8Array(size)
  const chosen: GroupClass[] = []
  /** by depth: what was decided before it, and what its decision makes of the open groups */
  const levels: Level[] = []
  begin(levelAt(0))

  return {
    room: roomAt(levelAt(0)),
    *steps() {
      if (roomAt(levelAt(0)) > best.least) yield* slowly(0)
    },
  }

  function levelAt(depth: number): Level {
    levels[depth] ??= createLevel(groups, sums.length, unions.length)
    return levels[depth] as Level
  }

  function begin(level: Level): void {
    for (let g = 0; g < size; g++) {
      const reach = row(level.reach, g)
      const list = row(level.open, g)
      const self = pairShares[g]?.[g] ?? 0
      for (const [c, one] of row(classes, g).entries()) {
        let value = (shares[g] as number) * one.most
        if (self > 0) value += self * bounds.withItself(one)
        for (const [s, { slope }] of lines.entries())
          value += slope * ((sums[s] as SumTerm).amounts[one.number] as number)
        reach[c] = value
        list[c] = c
      }
      for (let h = 0; h < size; h++) {
        if (h === g) continue
        const half = 0.5 * (pairShares[g]?.[h] ?? 0)
        const guess = row(row(guesses, h), g)
        for (let c = 0; c < reach.length; c++) reach[c] = (reach[c] as number) + half * (guess[c] as number)
      }
      level.counts[g] = reach.length
      let top = Number.NEGATIVE_INFINITY
      for (let c = 0; c < reach.length; c++) top = Math.max(top, reach[c] as number)
      level.tops[g] = top
    }
    level.united = unions.reduce((sum, term) => sum + term.of(0), 0)
    level.over = overAt(level)
  }

  /** The first two levels, where a caller may pause. */
  function* slowly(depth: number): Generator<void> {
    const g = nextGroup(levelAt(depth))
    for (const c of promising(levelAt(depth), g)) {
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
    const g = nextGroup(levelAt(depth))
    for (const c of promising(levelAt(depth), g)) {
      if (!decide(depth, g, c)) continue
      if (depth + 1 === size) leaf()
      else quickly(depth + 1)
      decided[g] = 0
      if (work.steps >= work.effort) return
    }
  }

  /** Of the open groups the one with the fewest classes left; of equals the one that counts most. */
  function nextGroup({ counts }: Level): number {
    let next = -1
    for (let g = 0; g < size; g++)
      if (decided[g] === 0 && (next < 0 || (counts[g] as number) < (counts[next] as number))) next = g
    return next
  }

  function roomAt({ value, united, over, tops }: Level): number {
    let room = value + united + over
    for (let g = 0; g < size; g++) if (decided[g] === 0) room += tops[g] as number
    return room
  }

  /** The most that the sums rise over their lines; on a level line, no more than the totals still in reach give. */
  function overAt({ totals }: Level): number {
    let over = 0
    for (let s = 0; s < sums.length; s++) {
      const { slope, over: most } = lines[s] as Line
      if (slope !== 0) {
        over += most
        continue
      }
      const [low, high] = rangeAt(totals, s)
      over += (sums[s] as SumTerm).mostBetween(low, high)
    }
    return over
  }

  /** The totals still in reach. */
  function rangeAt(totals: Float64Array, s: number): [low: number, high: number] {
    let low = totals[s] as number
    let high = low
    for (let g = 0; g < size; g++)
      if (decided[g] === 0) {
        low += row(facts, g).least[s] as number
        high += row(facts, g).greatest[s] as number
      }
    return [low, high]
  }

  /** The classes of a group that reach more than the worst of the best, the most promising first. */
  function promising(level: Level, g: number): number[] {
    const reach = row(level.reach, g)
    const list = row(level.open, g)
    const others = roomAt(level) - (level.tops[g] as number)
    work.steps += (level.counts[g] as number) / CLASSES_A_STEP
    const found: number[] = []
    for (let i = 0; i < (level.counts[g] as number); i++) {
      const c = list[i] as number
      if (others + (reach[c] as number) > best.least) found.push(c)
    }
    const aside = asideFrom(level, g)
    return found.sort((x, y) => (reach[y] as number) - (reach[x] as number) || aside(x) - aside(y) || x - y)
  }

  /**
   * How far a class takes the sums from where they should go, for the order of classes that reach the same: towards the
   * middle of what scores best, each group by its part of what the open groups can do.
   */
  function asideFrom({ totals }: Level, g: number): (c: number) => number {
    const aims = sums.map((term, s) => {
      const [low, high] = rangeAt(totals, s)
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
    const [level, next] = [levelAt(depth), levelAt(depth + 1)]
    const one = row(row(classes, g), c)
    const before = roomAt(level)
    const reached = row(level.reach, g)[c] as number
    let room = before - (level.tops[g] as number) + reached
    if (room <= best.least) return false

    let united = 0
    for (let u = 0; u < unions.length; u++) {
      const term = unions[u] as UnionTerm
      const all = (level.bits[u] as number) | (term.bits[one.number] as number)
      next.bits[u] = all
      united += term.of(all)
    }

    for (let s = 0; s < sums.length; s++)
      next.totals[s] = (level.totals[s] as number) + ((sums[s] as SumTerm).amounts[one.number] as number)
    decided[g] = 1
    next.over = overAt(next)
    decided[g] = 0
    room += united - level.united + next.over - level.over
    if (room <= best.least) return false

    // Its reach without the halves that it guessed for the open groups is what it is worth beside what is decided.
    let value = level.value + reached
    const colours = one.colour * colour.size
    const cuts = one.cut * cut.size
    const looks = look.row(one.look)
    for (let h = 0; h < size; h++) {
      if (h === g || decided[h] === 1) continue
      const share = pairShares[g]?.[h] ?? 0
      const from = row(level.reach, h)
      const to = row(next.reach, h)
      const open = row(level.open, h)
      const left = row(next.open, h)
      const guess = row(row(guesses, g), h)
      const list = row(classes, h)
      const guessed = 0.5 * share * (row(row(guesses, h), g)[c] as number)
      const needed = best.least - (room - (level.tops[h] as number))
      work.steps += (level.counts[h] as number) / CLASSES_A_STEP
      let count = 0
      let top = Number.NEGATIVE_INFINITY
      for (let i = 0; i < (level.counts[h] as number); i++) {
        const other = open[i] as number
        if ((from[other] as number) <= needed) continue
        const them = list[other] as GroupClass
        const place = looks[them.look] as number
        const now =
          (from[other] as number) +
          share *
            ((colour.points[colours + them.colour] as number) +
              (cut.points[cuts + them.cut] as number) +
              (place === UNJUDGED ? look.points(one.look, them.look) : (look.values[place] as number)) -
              0.5 * (guess[other] as number))
        if (now - guessed <= needed) continue
        to[other] = now
        left[count++] = other
        if (now > top) top = now
      }
      if (count === 0) return false
      next.counts[h] = count
      next.tops[h] = top
      value -= guessed
      room += top - guessed - (level.tops[h] as number)
    }
    next.value = value
    next.united = united
    chosen[g] = one
    decided[g] = 1
    return true
  }

  /** One class for each group: their pieces, the worthiest first. */
  function leaf(): void {
    const { value, united, totals } = levelAt(size)
    let score = value + united
    for (let s = 0; s < sums.length; s++) {
      const total = totals[s] as number
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
}

const NONE = new Float64Array(0)

/** A row that is there: depths and groups are within bounds. */
function row<T>(rows: readonly T[], i: number): T {
  return rows[i] as T
}
