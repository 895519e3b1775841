import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { createRandomBag } from '../testing/bag-update.js'
import { createPrng } from '../testing/prng.js'
import { orderRuns } from './order-runs.js'
import { type Run, readUpdate } from './read-update.js'

const run = (client: number, clock: number, more: Partial<Run> = {}): Run => ({
  client,
  clock,
  length: 1,
  values: [null],
  origin: null,
  rightOrigin: null,
  ...more,
})
const edit = (hlc: number) =>
  ({
    hlc,
    by: 'phone/a',
    kind: 'items',
    id: 'x',
    set: { a: 1 },
    over: {},
    src: 'user',
    confidence: {},
  }) as const

describe('the order of runs', () => {
  test('[PT4] each comes after what it needs of the update, and none is lost', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const doc = createRandomBag(createPrng(seed), { clients: 5, steps: 60, edit })
        const reading = readUpdate(Y.encodeStateAsUpdate(doc))
        if (!reading.ok) throw new Error(reading.detail)
        const ordered = orderRuns(reading.content.runs)
        const done = new Map<number, number>()
        for (const { client, clock, length, origin, rightOrigin } of ordered ?? []) {
          expect(clock).toBe(done.get(client) ?? 0)
          for (const id of [origin, rightOrigin])
            if (id) expect(id.clock).toBeLessThan(done.get(id.client) ?? 0)
          done.set(client, clock + length)
        }
        expect(new Set(ordered)).toEqual(new Set(reading.content.runs))
      }),
      { numRuns: 40 },
    )
  })

  test('[PT4] what lies outside the update holds nothing up', () => {
    const runs = [run(2, 5, { origin: Y.createID(9, 3), rightOrigin: Y.createID(2, 4) })]
    expect(orderRuns([...runs, run(1, 0, { origin: Y.createID(2, 5) })])).toHaveLength(2)
    expect(orderRuns([])).toEqual([])
  })

  test('[PT4] a circle has no order', () => {
    const circle = [run(2, 0, { origin: Y.createID(1, 0) }), run(1, 0, { rightOrigin: Y.createID(2, 0) })]
    expect(orderRuns(circle)).toBeNull()
    expect(orderRuns([run(3, 0), ...circle])).toBeNull()
  })

  test('[PT4] a chain through a hundred thousand clients, given backwards, is put right', () => {
    const count = 100_000
    const runs = Array.from({ length: count }, (_, i) => {
      const client = count - i
      return run(client, 0, client > 1 ? { origin: Y.createID(client - 1, 0) } : {})
    })
    expect(orderRuns(runs)?.map(({ client }) => client)).toEqual(runs.map(({ client }) => client).reverse())
  })
})
