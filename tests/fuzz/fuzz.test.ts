import { describe, expect, test } from 'vitest'
import { fuzz } from './fuzz.js'
import { fuzzRest } from './fuzz-rest.js'

// The short form of `npm run fuzz`: another seed each time, and those that found something.

const SEEDS = [1, Date.now() % 1_000_000]

describe('the server’s door', () => {
  test.each(SEEDS)('[PT3] [SV10] takes no rubbish, whatever is sent to it: seed %i', async (seed) => {
    const figures = await fuzz({ inputs: 2_500, seed })
    expect(figures.findings).toEqual([])
    // Some of it is sound: the door is not just shut.
    expect(figures.accepted).toBeGreaterThan(50)
  })

  test('[SV10] [SV11] answers every request as its description says, and takes no rubbish', async () => {
    const figures = await fuzzRest({ inputs: 300, seed: Date.now() % 1_000_000 })
    expect(figures.findings).toEqual([])
    expect(figures.accepted).toBeGreaterThan(15)
  }, 600_000)
})
