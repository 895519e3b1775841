import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { createRandomBag } from '../testing/bag-update.js'
import { createPrng } from '../testing/prng.js'
import { createCompaction } from './compaction.js'
import type { Edit } from './edit.js'
import { BAG_ROOT } from './read-update.js'
import { splitUpdate } from './split-update.js'
import { encodeDeletes, encodeEdits } from './write-update.js'

const edit = (n: number): Edit => ({
  hlc: n,
  by: 'device-1/w',
  kind: 'items',
  id: `item-${n}`,
  set: { name: `name ${n}` },
  over: {},
  src: 'user',
  confidence: {},
})

/** What a document shows, in no order, with the struct that carries it. */
function contents(doc: Y.Doc): string[] {
  const shown: string[] = []
  for (const [client, structs] of doc.store.clients)
    for (const struct of structs)
      if (struct instanceof Y.Item && !struct.deleted)
        for (const [k, value] of struct.content.getContent().entries())
          shown.push(`${client}:${struct.id.clock + k} ${JSON.stringify(value)}`)
  return shown.sort()
}

function docOf(updates: Iterable<Uint8Array>): Y.Doc {
  const doc = new Y.Doc()
  for (const update of updates) Y.applyUpdate(doc, update)
  expect(doc.store.pendingStructs).toBeNull()
  return doc
}

const stateVector = (doc: Y.Doc): Map<number, number> => Y.decodeStateVector(Y.encodeStateVector(doc))

describe('updates without a document', () => {
  test.each(Array.from({ length: 60 }, (_, seed) => [seed]))(
    '[EP1] come to the same edits as in one, in pieces of any size (seed %i)',
    (seed) => {
      const random = createPrng(seed)
      const whole = createRandomBag(random, { clients: 1 + random.below(6), steps: 60, edit })
      const compaction = createCompaction()
      for (const update of splitUpdate(Y.encodeStateAsUpdate(whole), 200 + random.below(2_000)))
        compaction.add(update)
      const pieces = [...compaction.write(300 + random.below(3_000))]
      const copy = docOf(pieces)
      expect(contents(copy)).toEqual(contents(whole))
      expect(stateVector(copy)).toEqual(stateVector(whole))
      expect(compaction.clocks()).toEqual(stateVector(whole))
      expect([...compaction.live()]).toHaveLength(whole.getArray(BAG_ROOT).length)
      // And what was compacted can be compacted again, to the same.
      const again = createCompaction()
      for (const piece of pieces) again.add(piece)
      expect(contents(docOf(again.write(1_000)))).toEqual(contents(whole))
    },
  )

  test.each(Array.from({ length: 60 }, (_, seed) => [seed]))(
    '[EP2] bring whoever has some of it to the same edits (seed %i)',
    (seed) => {
      const random = createPrng(1_000 + seed)
      const early = createRandomBag(random, { clients: 1 + random.below(5), steps: 30, edit })
      const late = docOf([Y.encodeStateAsUpdate(early)])
      for (let i = 0; i < 40; i++) {
        const array = late.getArray(BAG_ROOT)
        if (random.chance(0.5)) array.push([[i, 'd/w', 'items', 'x', { name: String(i) }]])
        else if (array.length > 0) array.delete(random.below(array.length), 1)
      }
      const compaction = createCompaction()
      compaction.add(Y.encodeStateAsUpdate(late))
      for (const update of compaction.write(500, stateVector(early))) Y.applyUpdate(early, update)
      expect(contents(early)).toEqual(contents(late))
      expect(stateVector(early)).toEqual(stateVector(late))
      expect(early.store.pendingStructs).toBeNull()
    },
  )

  test('[EP1] what was deleted takes no room, however the writers took turns', () => {
    const docs = [new Y.Doc(), new Y.Doc()] as const
    for (let n = 0; n < 4_000; n++) {
      const [writer, reader] = n % 2 ? docs : [docs[1], docs[0]]
      const array = writer.getArray(BAG_ROOT)
      const before = Y.encodeStateVector(writer)
      writer.transact(() => {
        array.push([[n, 'd/w', 'items', 'x', { name: `name ${n}` }]])
        if (array.length > 10) array.delete(0, array.length - 10)
      })
      Y.applyUpdate(reader, Y.encodeStateAsUpdate(writer, before))
    }
    const update = Y.encodeStateAsUpdate(docs[0])
    const compaction = createCompaction()
    compaction.add(update)
    const size = [...compaction.write(1_000_000)].reduce((sum, { byteLength }) => sum + byteLength, 0)
    expect(update.byteLength).toBeGreaterThan(20_000)
    expect(size).toBeLessThan(700)
  })

  test('[EP1] a log with a gap is an error, not a loss', () => {
    const compaction = createCompaction()
    compaction.add(encodeEdits(1, 0, [[1, 'd/w', 'items', 'x', { name: 'a' }]]))
    expect(() => compaction.add(encodeEdits(1, 2, [[1, 'd/w', 'items', 'x', { name: 'a' }]]))).toThrow(
      'missing',
    )
    compaction.add(encodeDeletes([{ client: 1, clock: 0, length: 1 }]))
    expect([...compaction.live()]).toEqual([])
  })
})
