/**
 * Hybrid logical clock (Kulkarni et al. 2014) in one safe integer:
 * `(milliseconds since 2020-01-01T00:00Z) * 4096 + counter`. Good until 2089.
 */

/** 2020-01-01T00:00Z in milliseconds since 1970. */
export const CLOCK_EPOCH_MS = 1_577_836_800_000

const TICKS_PER_MS = 4096

/** A wall clock beyond this (in 2089) counts as this: stamps stay safe integers, with room for 2^44 edits after it. */
const LAST_MS = 2 ** 41 - 2 ** 32

/** The clock value at the start of a millisecond (ms since 1970); times before 2020 count as 2020, far later ones as 2089. */
export function msToHlc(ms: number): number {
  return Math.min(Math.max(0, Math.floor(ms) - CLOCK_EPOCH_MS), LAST_MS) * TICKS_PER_MS
}

/** The physical part of a clock value, in milliseconds since 1970. */
export function hlcToMs(hlc: number): number {
  return Math.floor(hlc / TICKS_PER_MS) + CLOCK_EPOCH_MS
}

/** The stamp of a new edit: later than everything seen (`last`), and not before the wall clock (`nowMs`). */
export function nextHlc(last: number, nowMs: number): number {
  return Math.max(last + 1, msToHlc(nowMs))
}
