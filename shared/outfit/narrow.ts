import type { Level } from './level.js'
import type { Problem } from './problem.js'
import type { Template } from './templates.js'

/** So many pairs are looked at for one narrowing: some tenths of a millisecond. */
const MOST_PAIRS = 30_000
/** With fewer it is as quick to try them all. */
const FEWEST_PAIRS = 24

/**
 * What a class guesses of its pairs is the best of all that a group had at first, colour, cut and look each by itself.
 * Once something is decided few classes are left, and what they guess becomes the best pair with one that is left.
 *
 * @param room of the outfit, before
 * @param least what it has to exceed
 * @returns the room after it; at most `least` where nothing is left, and the level is not to be read
 */
export function narrow(
  { colour, cut, look }: Problem,
  { groups, pairShares }: Template,
  level: Level,
  decided: Uint8Array,
  room: number,
  least: number,
): { readonly room: number; readonly pairs: number } {
  const { counts, open, reach, tops } = level
  const free: number[] = []
  for (let g = 0; g < groups.length; g++) if (decided[g] === 0) free.push(g)
  let pairs = 0
  for (const [i, g] of free.entries())
    for (const h of free.slice(i + 1)) pairs += (counts[g] as number) * (counts[h] as number)
  if (free.length < 3 || pairs < FEWEST_PAIRS || pairs > MOST_PAIRS) return { room, pairs: 0 }

  level.own ??= groups.map((_, g) =>
    groups.map(({ classes }, h) => new Float64Array(g === h ? 0 : classes.length)),
  )
  const before = level.guesses
  for (const [i, g] of free.entries())
    for (const h of free.slice(i + 1)) {
      const mine = level.own[h]?.[g] as Float64Array
      const theirs = level.own[g]?.[h] as Float64Array
      const [list, others] = [open[g] as Int32Array, open[h] as Int32Array]
      const [size, otherSize] = [counts[g] as number, counts[h] as number]
      for (let j = 0; j < otherSize; j++) theirs[others[j] as number] = 0
      for (let i = 0; i < size; i++) {
        const c = list[i] as number
        const one = groups[g]?.classes[c]
        if (!one) continue
        const colours = one.colour * colour.size
        const cuts = one.cut * cut.size
        let best = 0
        for (let j = 0; j < otherSize; j++) {
          const d = others[j] as number
          const other = groups[h]?.classes[d]
          if (!other) continue
          const points =
            (colour.points[colours + other.colour] as number) +
            (cut.points[cuts + other.cut] as number) +
            look.points(one.look, other.look)
          if (points > best) best = points
          if (points > (theirs[d] as number)) theirs[d] = points
        }
        mine[c] = best
      }
      const half = 0.5 * (pairShares[g]?.[h] ?? 0)
      lower(g, half, before[h]?.[g] as Float64Array, mine)
      lower(h, half, before[g]?.[h] as Float64Array, theirs)
    }
  level.guesses = level.own

  let left = room
  for (const g of free) left += topOf(g) - (tops[g] as number)
  if (left <= least) return { room: left, pairs }
  // What cannot lead anywhere any more goes, so that it is not looked at again.
  for (const g of free) {
    const top = topOf(g)
    tops[g] = top
    const needed = least - (left - top)
    const list = open[g] as Int32Array
    let count = 0
    for (let i = 0; i < (counts[g] as number); i++) {
      const c = list[i] as number
      if ((reach[g]?.[c] as number) > needed) list[count++] = c
    }
    counts[g] = count
  }
  return { room: left, pairs }

  function lower(g: number, half: number, from: Float64Array, to: Float64Array): void {
    const own = reach[g] as Float64Array
    const list = open[g] as Int32Array
    for (let i = 0; i < (counts[g] as number); i++) {
      const c = list[i] as number
      own[c] = (own[c] as number) - half * ((from[c] as number) - (to[c] as number))
    }
  }

  function topOf(g: number): number {
    const own = reach[g] as Float64Array
    const list = open[g] as Int32Array
    let top = Number.NEGATIVE_INFINITY
    for (let i = 0; i < (counts[g] as number); i++) top = Math.max(top, own[list[i] as number] as number)
    return top
  }
}
