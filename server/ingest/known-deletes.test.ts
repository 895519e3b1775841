import { encodeDeletes } from '@modaics/shared'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createKnownDeletes } from './known-deletes.js'

const range = fc.record({
  client: fc.integer({ min: 1, max: 3 }),
  clock: fc.integer({ min: 0, max: 60 }),
  length: fc.integer({ min: 1, max: 8 }),
})

describe('known deletes', () => {
  test('know a range exactly when every struct of it was deleted', () => {
    fc.assert(
      fc.property(fc.array(range), fc.array(range), range, (logged, added, asked) => {
        const known = createKnownDeletes(logged.length > 0 ? [encodeDeletes(logged)] : [])
        known.add(added)
        const deleted = new Set<string>()
        for (const { client, clock, length } of [...logged, ...added])
          for (let k = 0; k < length; k++) deleted.add(`${client} ${clock + k}`)
        const expected = Array.from({ length: asked.length }, (_, k) => `${asked.client} ${asked.clock + k}`)
        expect(known.has(asked)).toBe(expected.every((struct) => deleted.has(struct)))
      }),
    )
  })
})
