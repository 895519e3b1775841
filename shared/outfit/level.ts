import type { Group } from './problem.js'

/** What the search knows of an outfit of which some groups are decided. Of decided groups nothing is read. */
export interface Level {
  /** worth of what is decided, with its pairs */
  value: number
  /** what the unions are worth so far */
  united: number
  /** the most that the sums rise over their lines */
  over: number
  /** by group and class: the most that a class still brings */
  readonly reach: readonly Float64Array[]
  /** by group: the classes that can still lead somewhere, so many of them as `counts` says */
  readonly open: readonly Int32Array[]
  readonly counts: Int32Array
  /** by group: the greatest reach of its open classes */
  readonly tops: Float64Array
  /** by sum */
  readonly totals: Float64Array
  /** by union */
  readonly bits: Int32Array
}

export function createLevel(groups: readonly Group[], sums: number, unions: number): Level {
  return {
    value: 0,
    united: 0,
    over: 0,
    reach: groups.map(({ classes }) => new Float64Array(classes.length)),
    open: groups.map(({ classes }) => new Int32Array(classes.length)),
    counts: new Int32Array(groups.length),
    tops: new Float64Array(groups.length),
    totals: new Float64Array(sums),
    bits: new Int32Array(unions),
  }
}
