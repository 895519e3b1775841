import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { createRandomBag } from '../testing/bag-update.js'
import { createPrng } from '../testing/prng.js'
import type { EditTuple } from './edit.js'
import { BAG_ROOT, readUpdate } from './read-update.js'
import { encodeDeletes, encodeEdits, writeUpdate } from './write-update.js'

const tuple = (hlc: number): EditTuple => [
  hlc,
  'server/v',
  'items',
  'x',
  { name: `n${hlc}` },
  {},
  'vision',
  { name: 0.5 },
]
const edit = (hlc: number) =>
  ({
    hlc,
    by: 'phone/a',
    kind: 'items',
    id: 'x',
    set: { name: 'ü€😀'.repeat(hlc % 4) },
    over: {},
    src: 'user',
    confidence: {},
  }) as const
const values = (doc: Y.Doc): unknown[] => doc.getArray(BAG_ROOT).toArray()

describe('writing an update without a document', () => {
  test('[PT1] what was read is written back byte for byte', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const update = Y.encodeStateAsUpdate(
          createRandomBag(createPrng(seed), { clients: 3, steps: 40, edit }),
        )
        const reading = readUpdate(update)
        if (!reading.ok) throw new Error(reading.detail)
        expect(writeUpdate(reading.content)).toEqual(update)
      }),
      { numRuns: 40 },
    )
  })

  test('[PT1] the bytes are those that Yjs writes for the same edits', () => {
    const doc = new Y.Doc()
    doc.clientID = 99
    doc.getArray(BAG_ROOT).push([tuple(1), tuple(2)])
    expect(encodeEdits(99, 0, [tuple(1), tuple(2)])).toEqual(Y.encodeStateAsUpdate(doc))
    expect(encodeEdits(99, 0, [])).toEqual(Y.encodeStateAsUpdate(new Y.Doc()))
  })

  test('[PT1] edits written one after another without a document all arrive, in any document', () => {
    const full = createRandomBag(createPrng(5), { clients: 3, steps: 40, edit })
    const before = values(full).length
    for (const doc of [new Y.Doc(), full])
      for (let clock = 0; clock < 20; clock += 2)
        Y.applyUpdate(doc, encodeEdits(2 ** 31 + 5, clock, [tuple(clock), tuple(clock + 1)]))
    expect(full.store.pendingStructs).toBeNull()
    expect(values(full)).toHaveLength(before + 20)
    expect(Y.getState(full.store, 2 ** 31 + 5)).toBe(20)
    for (let hlc = 0; hlc < 20; hlc++) expect(values(full)).toContainEqual(tuple(hlc))
  })

  test('[PT1] deletions written without a document take the same values out', () => {
    const doc = new Y.Doc()
    doc.clientID = 3
    doc.getArray(BAG_ROOT).push([tuple(1), tuple(2), tuple(3), tuple(4)])
    Y.applyUpdate(doc, encodeDeletes([{ client: 3, clock: 1, length: 2 }]))
    expect(values(doc)).toEqual([tuple(1), tuple(4)])
  })

  test('[PT1] updates of several clients can be merged by Yjs, whatever order their runs came in', () => {
    const run = (client: number, clock: number) =>
      ({
        client,
        clock,
        length: 1,
        values: [tuple(client * 10 + clock)],
        origin: null,
        rightOrigin: null,
      }) as const
    const pieces = [
      writeUpdate({ runs: [run(1, 0), run(9, 0), run(5, 0)], deletes: [] }),
      writeUpdate({ runs: [run(5, 1), run(1, 1), run(9, 1)], deletes: [] }),
    ]
    const merged = Y.mergeUpdates(pieces)
    expect(readUpdate(merged)).toMatchObject({ ok: true })
    const doc = new Y.Doc()
    Y.applyUpdate(doc, merged)
    expect(doc.store.pendingStructs).toBeNull()
    expect(values(doc)).toHaveLength(6)
  })
})
