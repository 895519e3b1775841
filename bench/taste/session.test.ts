import { describe, expect, test } from 'vitest'
import { liveThrough } from './session.js'

describe('simulated people', () => {
  test('are the same each time, and like more of what is proposed once something was learned', () => {
    const sessions = [1, 2, 3].map((seed) => liveThrough(seed, [0, 20]))
    expect(liveThrough(1, [0, 20])).toEqual(sessions[0])
    for (const { unlearned, checkpoints } of sessions) expect(checkpoints[0]?.learned).toBe(unlearned)
    const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length
    expect(mean(sessions.map(({ checkpoints }) => checkpoints[1]?.learned ?? 0))).toBeGreaterThan(
      mean(sessions.map(({ unlearned }) => unlearned)),
    )
  })
})
