import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { createRandomBag } from '../testing/bag-update.js'
import { createPrng } from '../testing/prng.js'
import { BAG_ROOT, readUpdate } from './read-update.js'
import { splitUpdate } from './split-update.js'
import { encodeDeletes, encodeEdits, writeUpdate } from './write-update.js'

const notes = ['', 'short', 'ü€😀'.repeat(30), 'x'.repeat(300)]
const edit = (hlc: number) =>
  ({
    hlc,
    by: 'phone/a',
    kind: 'items',
    id: `record-${hlc % 7}`,
    set: { notes: notes[hlc % 4]!, colors: [0.123456789, null, true, { share: hlc / 3 }] },
    over: {},
    src: 'user',
    confidence: {},
  }) as const

/** The bytes of the largest single edit, with its framing. */
const LARGEST = 700

function expectSame(pieces: readonly Uint8Array[], original: Y.Doc): void {
  const fresh = new Y.Doc()
  for (const piece of pieces) {
    expect(readUpdate(piece)).toMatchObject({ ok: true })
    Y.applyUpdate(fresh, piece)
    expect(fresh.store.pendingStructs).toBeNull()
    expect(fresh.store.pendingDs).toBeNull()
  }
  expect(fresh.getArray(BAG_ROOT).toArray()).toEqual(original.getArray(BAG_ROOT).toArray())
  expect(Y.encodeStateAsUpdate(fresh)).toEqual(Y.encodeStateAsUpdate(original))
}

describe('splitting an update', () => {
  test('[PT4] pieces applied in order never wait for a later one and give the same document', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.integer({ min: 1, max: 80 }),
        fc.integer({ min: 1, max: 6000 }),
        (seed, steps, maxBytes) => {
          const doc = createRandomBag(createPrng(seed), { clients: 4, steps, edit })
          const update = Y.encodeStateAsUpdate(doc)
          const pieces = splitUpdate(update, maxBytes)
          for (const piece of pieces)
            expect(piece.byteLength).toBeLessThanOrEqual(Math.max(maxBytes, LARGEST))
          expectSame(pieces, doc)
        },
      ),
      { numRuns: 80 },
    )
  })

  test('[PT4] the pieces can also be merged, in any order', () => {
    for (let seed = 1; seed <= 15; seed++) {
      const random = createPrng(seed)
      const doc = createRandomBag(random, { clients: 4, steps: 60, edit })
      const pieces = splitUpdate(Y.encodeStateAsUpdate(doc), 1500)
      expect(pieces.length).toBeGreaterThan(1)
      expectSame([Y.mergeUpdates(random.shuffle(pieces))], doc)
    }
  })

  test('[PT4] a part of a document, as a difference, can be split too', () => {
    for (let seed = 1; seed <= 15; seed++) {
      const random = createPrng(seed)
      const doc = createRandomBag(random, { clients: 3, steps: 40, edit })
      const before = Y.encodeStateAsUpdate(doc)
      const array = doc.getArray(BAG_ROOT)
      for (let i = 0; i < 30; i++) {
        if (array.length > 2 && random.chance(0.3)) array.delete(random.below(array.length - 1), 1)
        else
          array.insert(random.below(array.length + 1), [
            [i, 'phone/b', 'items', 'x', { notes: notes[i % 4] }],
          ])
      }
      const fresh = new Y.Doc()
      Y.applyUpdate(fresh, before)
      const pieces = splitUpdate(Y.encodeStateAsUpdate(doc, Y.encodeStateVector(fresh)), 500)
      expectSame([before, ...pieces], doc)
    }
  })

  test('[PT4] what is small enough stays as it is; at the limit too', () => {
    const update = encodeEdits(1, 0, [[1, 'phone/a', 'items', 'x', { name: 'a' }]])
    expect(splitUpdate(update, update.byteLength)).toEqual([update])
    expect(splitUpdate(update, update.byteLength)[0]).toBe(update)
    expect(splitUpdate(update, update.byteLength - 1)).toEqual([update])
  })

  test('[PT4] a single edit larger than the limit is a piece of its own', () => {
    const big = 'x'.repeat(5000)
    const edits = ['a', 'b', big, 'c', 'd'].map(
      (text, i) => [i, 'phone/a', 'items', 'x', { notes: text }] as const,
    )
    const pieces = splitUpdate(encodeEdits(1, 0, edits), 1000)
    expect(pieces).toHaveLength(3)
    expect(pieces.map((piece) => piece.byteLength > 1000)).toEqual([false, true, false])
  })

  test('[PT4] many deletions are cut as well', () => {
    const ranges = Array.from({ length: 1000 }, (_, i) => ({ client: (i % 3) + 1, clock: i * 2, length: 1 }))
    const pieces = splitUpdate(encodeDeletes(ranges), 1000)
    expect(pieces.length).toBeGreaterThan(3)
    for (const piece of pieces) expect(piece.byteLength).toBeLessThanOrEqual(1000)
    const read = pieces.flatMap((piece) => {
      const reading = readUpdate(piece)
      return reading.ok ? reading.content.deletes : []
    })
    const order = (x: { client: number; clock: number }, y: { client: number; clock: number }) =>
      x.client - y.client || x.clock - y.clock
    expect([...read].sort(order)).toEqual([...ranges].sort(order))
  })

  test('[PT4] an update that is not of a bag is an error of ours, and thrown', () => {
    const doc = new Y.Doc()
    doc.getText('notes').insert(0, 'hello hello hello')
    expect(() => splitUpdate(Y.encodeStateAsUpdate(doc), 5)).toThrow('outside the root array')
  })

  test('[PT4] structs that need each other in a circle are an error, not an endless loop', () => {
    const values = [[1, 'phone/a', 'items', 'x', { name: 'a' }]]
    const run = (client: number, origin: Y.ID) =>
      ({ client, clock: 0, length: 1, values, origin, rightOrigin: null }) as const
    const circle = writeUpdate({ runs: [run(1, Y.createID(2, 0)), run(2, Y.createID(1, 0))], deletes: [] })
    expect(() => splitUpdate(circle, 10)).toThrow('circle')
  })
})
