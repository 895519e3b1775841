import fc from 'fast-check'
import * as encoding from 'lib0/encoding'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { createRandomBag } from '../testing/bag-update.js'
import { createPrng } from '../testing/prng.js'
import type { EditTuple } from './edit.js'
import { BAG_ROOT, type Run, readUpdate } from './read-update.js'
import { encodeDeletes, encodeEdits, writeUpdate } from './write-update.js'

const tuple = (hlc: number): EditTuple => [hlc, 'phone/a', 'items', 'x', { name: `n${hlc}` }]
const edit = (hlc: number) =>
  ({
    hlc,
    by: 'phone/a',
    kind: 'items',
    id: 'x',
    set: { name: `n${hlc}` },
    over: {},
    src: 'user',
    confidence: {},
  }) as const

function updateOf(change: (doc: Y.Doc) => void): Uint8Array {
  const doc = new Y.Doc()
  doc.clientID = 7
  change(doc)
  return Y.encodeStateAsUpdate(doc)
}

describe('reading an update', () => {
  test('[PT1] every update of a bag reads back as what the document holds', () => {
    for (let seed = 1; seed <= 30; seed++) {
      const doc = createRandomBag(createPrng(seed), { clients: 4, steps: 60, edit })
      const reading = readUpdate(Y.encodeStateAsUpdate(doc))
      if (!reading.ok) throw new Error(`seed ${seed}: ${reading.detail}`)
      const values = reading.content.runs.flatMap((run) => run.values ?? []) as EditTuple[]
      const inArray = doc.getArray(BAG_ROOT).toArray() as EditTuple[]
      const byClock = (x: EditTuple, y: EditTuple) => x[0] - y[0]
      expect([...values].sort(byClock)).toEqual([...inArray].sort(byClock))
      expect(writeUpdate(reading.content)).toEqual(Y.encodeStateAsUpdate(doc))
    }
  })

  test.each<[string, (doc: Y.Doc) => void]>([
    ['a nested map', (doc) => doc.getArray(BAG_ROOT).push([new Y.Map()])],
    ['a nested array', (doc) => doc.getArray(BAG_ROOT).push([new Y.Array()])],
    ['a nested text', (doc) => doc.getArray(BAG_ROOT).push([new Y.Text('hello')])],
    ['an XML element', (doc) => doc.getArray(BAG_ROOT).push([new Y.XmlElement('p')])],
    ['a subdocument', (doc) => doc.getArray(BAG_ROOT).push([new Y.Doc()])],
    ['bytes', (doc) => doc.getArray(BAG_ROOT).push([new Uint8Array([1, 2, 3])])],
    ['a map as root', (doc) => doc.getMap('settings').set('a', 1)],
    ['a map under the name of the bag', (doc) => doc.getMap(BAG_ROOT).set('a', 1)],
    ['a text as root', (doc) => doc.getText('notes').insert(0, 'hello')],
    ['a text under the name of the bag', (doc) => doc.getText(BAG_ROOT).insert(0, 'hello')],
    ['formatting', (doc) => doc.getText(BAG_ROOT).insert(0, 'hello', { bold: true })],
    ['an embed', (doc) => doc.getText(BAG_ROOT).insertEmbed(0, { image: 'x' })],
    ['another array as root', (doc) => doc.getArray('other').push([tuple(1)])],
    [
      'an edit and a foreign root',
      (doc) => {
        doc.getArray(BAG_ROOT).push([tuple(1)])
        doc.getMap('settings').set('a', 1)
      },
    ],
    [
      'an edit inside a nested array',
      (doc) => {
        const nested = new Y.Array()
        doc.getArray(BAG_ROOT).push([nested])
        nested.push([tuple(1)])
      },
    ],
    [
      'what garbage collection leaves of a nested type',
      (doc) => {
        const nested = new Y.Array()
        doc.getArray(BAG_ROOT).push([nested])
        nested.push([1, 2, 3])
        doc.getArray(BAG_ROOT).delete(0, 1)
      },
    ],
  ])('[PT2] %s is refused as not an edit', (_, change) => {
    expect(readUpdate(updateOf(change))).toMatchObject({ ok: false, code: 'not-an-edit' })
  })

  test('[PT2] an update that starts after a gap is refused as not an edit', () => {
    const doc = new Y.Doc()
    const updates: Uint8Array[] = []
    doc.on('update', (update: Uint8Array) => updates.push(update))
    for (const hlc of [1, 2, 3]) doc.getArray(BAG_ROOT).push([tuple(hlc)])
    const gap = Y.mergeUpdates([updates[0]!, updates[2]!])
    expect(readUpdate(gap)).toMatchObject({ ok: false, code: 'not-an-edit' })
  })

  test('[PT2] a deleted value reads as deleted', () => {
    const update = updateOf((doc) => {
      doc.getArray(BAG_ROOT).push([tuple(1), tuple(2)])
      doc.getArray(BAG_ROOT).delete(0, 1)
    })
    expect(readUpdate(update)).toMatchObject({
      ok: true,
      content: {
        runs: [
          { clock: 0, length: 1, values: null },
          { clock: 1, values: [tuple(2)] },
        ],
        deletes: [{ client: 7, clock: 0, length: 1 }],
      },
    })
  })

  const run = (more: Partial<Run>): Run => ({
    client: 7,
    clock: 0,
    length: 1,
    values: [tuple(1)],
    origin: null,
    rightOrigin: null,
    ...more,
  })
  /** As `writeUpdate`, but one block for each run, in the order given: what no Yjs writes. */
  function inBlocks(runs: readonly Run[]): Uint8Array {
    const bodies = runs.map((r) => writeUpdate({ runs: [r], deletes: [] }))
    return encoding.encode((encoder) => {
      encoding.writeVarUint(encoder, runs.length)
      for (const body of bodies) encoding.writeUint8Array(encoder, body.subarray(1, -1))
      encoding.writeVarUint(encoder, 0)
    })
  }

  test.each<[string, Uint8Array]>([
    ['nothing at all', new Uint8Array()],
    ['text', new TextEncoder().encode('hello there, this is not an update')],
    ['a cut update', encodeEdits(7, 0, [tuple(1)]).slice(0, -4)],
    ['a block of a client twice', inBlocks([run({}), run({ client: 5 }), run({ clock: 1 })])],
    ['clients in ascending order', inBlocks([run({ client: 5 }), run({ client: 7 })])],
    [
      'a gap in the clocks',
      writeUpdate({ runs: [run({}), run({ clock: 2, origin: Y.createID(9, 0) })], deletes: [] }).with(4, 9),
    ],
    ['a run of no values', writeUpdate({ runs: [run({ length: 0, values: [] })], deletes: [] })],
    ['a deleted run of no length', writeUpdate({ runs: [run({ length: 0, values: null })], deletes: [] })],
    [
      'a struct that needs itself',
      writeUpdate({ runs: [run({ clock: 3, origin: Y.createID(7, 3) })], deletes: [] }),
    ],
    [
      'a struct that needs a later one',
      writeUpdate({ runs: [run({ clock: 3, rightOrigin: Y.createID(7, 9) })], deletes: [] }),
    ],
    [
      'a clock beyond the safe integers',
      writeUpdate({ runs: [run({ clock: Number.MAX_SAFE_INTEGER, origin: Y.createID(7, 1) })], deletes: [] }),
    ],
    [
      'a deleted range beyond the safe integers',
      encodeDeletes([{ client: 1, clock: Number.MAX_SAFE_INTEGER, length: 2 }]),
    ],
    ['a deleted range of no length', encodeDeletes([{ client: 1, clock: 0, length: 0 }])],
    [
      'a deeply nested value',
      encodeEdits(7, 0, [JSON.parse(`[${'['.repeat(5_000)}${']'.repeat(5_000)}]`)]).slice(0, 4_000),
    ],
  ])('[PT3] %s is malformed', (_, update) => {
    expect(readUpdate(update)).toMatchObject({ ok: false, code: 'malformed' })
  })

  test('[PT3] random bytes are answered, never thrown at', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const reading = readUpdate(bytes)
        if (!reading.ok) expect(['malformed', 'not-an-edit']).toContain(reading.code)
      }),
      { numRuns: 3000 },
    )
  })

  test('[PT3] a real update with bytes changed, cut or repeated is answered, and what is accepted can be applied', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const random = createPrng(seed)
        const doc = createRandomBag(random, { clients: 3, steps: 12, edit })
        let bytes = Y.encodeStateAsUpdate(doc).slice()
        for (let n = 1 + random.below(4); n > 0; n--) {
          const at = random.below(bytes.length)
          const choice = random.below(3)
          if (choice === 0) bytes[at] = random.below(256)
          else if (choice === 1) bytes = bytes.slice(0, at + 1)
          else bytes = new Uint8Array([...bytes.slice(0, at), ...bytes.slice(random.below(at + 1))])
        }
        const reading = readUpdate(bytes)
        if (!reading.ok) return
        for (const { values, length } of reading.content.runs)
          if (values !== null) expect(values).toHaveLength(length)
        // It may still need what nobody has: then Yjs waits. It must not throw.
        const fresh = new Y.Doc()
        Y.applyUpdate(fresh, bytes)
        fresh.getArray(BAG_ROOT).toArray()
      }),
      { numRuns: 600 },
    )
  })
})
