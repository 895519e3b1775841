import { createPrng } from '@modaics/shared/testing'
import { describe, expect, test } from 'vitest'
import { TARGETS } from './targets.js'

// The short form of `npm run torture`: a few kills of each. The server, PostgreSQL itself and the Node client are killed in
// tests/sync/kill.test.ts too, with other questions asked.

const KILLS = 2

describe('what was acknowledged survives SIGKILL at a random instant', () => {
  for (const { name, summary, unavailable, run } of TARGETS) {
    const reason = unavailable()
    if (reason) console.warn(`tests/torture: ${name} skipped: ${reason}`)
    test.skipIf(reason !== null)(
      `[JO2] [SV9] [TB3] ${name}: ${summary}${reason ? ` (${reason})` : ''}`,
      async () => {
        const random = createPrng(Date.now() >>> 0)
        const figures = await run({
          kills: KILLS,
          until: Number.POSITIVE_INFINITY,
          random,
          built: false,
          onKill: () => {},
        })
        expect(figures).toMatchObject({ kills: KILLS, lost: [], faults: [] })
        expect(figures.acknowledged).toBeGreaterThan(0)
      },
      900_000,
    )
  }
})
