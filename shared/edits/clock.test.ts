import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CLOCK_EPOCH_MS, hlcToMs, msToHlc, nextHlc } from './clock.js'

/** In 2089: a wall clock beyond it counts as it. */
const LAST_MS = CLOCK_EPOCH_MS + 2 ** 41 - 2 ** 32
const anyMs = fc.integer({ min: CLOCK_EPOCH_MS, max: LAST_MS - 1000 })

describe('the hybrid logical clock', () => {
  test('[CL1] a clock value says its millisecond, and sorts as time does', () => {
    fc.assert(
      fc.property(anyMs, anyMs, fc.nat(4095), (x, y, counter) => {
        expect(Number.isSafeInteger(msToHlc(x) + counter)).toBe(true)
        expect(hlcToMs(msToHlc(x) + counter)).toBe(x)
        expect(Math.sign(msToHlc(x) - msToHlc(y))).toBe(Math.sign(x - y))
      }),
    )
  })

  test('[CL1] the epoch is 2020, the end is in 2089, times before 2020 count as 2020', () => {
    expect(CLOCK_EPOCH_MS).toBe(Date.UTC(2020, 0, 1))
    expect(msToHlc(CLOCK_EPOCH_MS)).toBe(0)
    expect(msToHlc(0)).toBe(0)
    expect(msToHlc(Date.UTC(2500, 0, 1))).toBe(msToHlc(LAST_MS))
    expect(Number.isSafeInteger(msToHlc(Date.UTC(2500, 0, 1)) + 2 ** 43)).toBe(true)
    expect(new Date(LAST_MS).getUTCFullYear()).toBe(2089)
    expect(msToHlc(CLOCK_EPOCH_MS + 1.75)).toBe(4096)
  })

  test('[CL2] stamps only ever grow, whatever the wall clock does', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: LAST_MS - 1000 }), { minLength: 1 }), (times) => {
        let last = 0
        for (const ms of times) {
          const next = nextHlc(last, ms)
          expect(next).toBeGreaterThan(last)
          expect(next).toBeGreaterThanOrEqual(msToHlc(ms))
          expect(Number.isSafeInteger(next)).toBe(true)
          last = next
        }
      }),
    )
  })

  test('[CL2] a stamp is later than everything seen, also from a device that is a year ahead', () => {
    const now = Date.UTC(2026, 0, 1)
    const ahead = msToHlc(now + 365 * 86_400_000)
    expect(nextHlc(ahead, now)).toBe(ahead + 1)
    expect(nextHlc(msToHlc(now) - 1, now)).toBe(msToHlc(now))
  })

  test('[CL2] more than 4,096 edits in one millisecond borrow from the next', () => {
    const now = Date.UTC(2026, 0, 1)
    let last = 0
    for (let i = 0; i < 5000; i++) last = nextHlc(last, now)
    expect(last).toBe(msToHlc(now) + 4999)
    expect(hlcToMs(last)).toBe(now + 1)
  })
})
