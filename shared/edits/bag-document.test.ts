import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { editsArbitrary } from '../testing/arbitraries.js'
import { createPrng } from '../testing/prng.js'
import { createModelReplica } from '../testing/replica.js'
import { type BagChange, createBagDocument } from './bag-document.js'
import { type Edit, editKey, editToTuple } from './edit.js'
import { foldEdits } from './fold.js'
import { BAG_ROOT, readUpdate } from './read-update.js'

const edit = (hlc: number, set: Edit['set'] = { name: 'a' }, more: Partial<Edit> = {}): Edit => ({
  hlc,
  by: 'phone/a',
  kind: 'items',
  id: 'x',
  set,
  over: {},
  src: 'user',
  confidence: {},
  ...more,
})
const shown = (edits: readonly Edit[]) =>
  [...foldEdits(edits)].map(([field, state]) => [field, state.value]).sort()

function watched(doc = new Y.Doc()) {
  const changes: BagChange[] = []
  const bag = createBagDocument(doc, (change) => changes.push(change))
  return { doc, bag, changes }
}

describe('the bag document', () => {
  test('[ED3] documents that exchange their edits in any partition and order show one state', () => {
    fc.assert(
      fc.property(editsArbitrary(fc, { ids: ['x'] }), fc.nat(), (edits, seed) => {
        const random = createPrng(seed)
        const docs = [1, 2, 3].map((client) => {
          const one = watched()
          one.doc.clientID = client
          const updates: Uint8Array[] = []
          one.doc.on('update', (update: Uint8Array) => updates.push(update))
          return { ...one, updates }
        })
        const all: Uint8Array[] = []
        for (const e of edits) {
          const author = random.pick(docs)
          author.bag.write([e], [], 'author')
          all.push(author.updates.at(-1)!)
          // Now and then somebody hears of something, out of order and more than once.
          while (random.chance(0.4)) Y.applyUpdate(random.pick(docs).doc, random.pick(all))
        }
        for (const { doc } of docs)
          for (const update of random.shuffle([...all, ...all])) Y.applyUpdate(doc, update)
        for (const { doc, bag } of docs) {
          expect(doc.store.pendingStructs).toBeNull()
          const live = [...bag.all()]
          expect(live.map(editKey).sort()).toEqual(edits.map(editKey).sort())
          expect(shown(live)).toEqual(shown(edits))
        }
      }),
      { numRuns: 150 },
    )
  })

  test('[ED3] what is reported adds up to what is there, through writes, sweeps and exchanges', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const random = createPrng(seed)
      let ms = Date.UTC(2026, 0, 1)
      const replicas = [1, 2, 3].map((client) =>
        createModelReplica({ by: `d${client}/w`, client, now: () => ++ms }),
      )
      const late = replicas.map((replica) => {
        const sum = new Map<string, Edit>()
        createBagDocument(replica.doc, ({ added, removed }) => {
          for (const e of added) sum.set(editKey(e), e)
          for (const e of removed) expect(sum.delete(editKey(e))).toBe(true)
        })
        return sum
      })
      for (let i = 0; i < 60; i++) {
        const one = random.pick(replicas)
        if (random.chance(0.6))
          one.write('items', random.pick(['x', 'y']), { [random.pick(['name', 'brand'])]: i })
        else random.pick(replicas).pull(one)
      }
      replicas.forEach((replica, i) => {
        const inArray = replica.doc.getArray(BAG_ROOT).toArray() as unknown[][]
        const names = inArray.map(([hlc, by]) => `${hlc}|${by}`).sort()
        expect([...replica.bag.all()].map(editKey).sort()).toEqual(names)
        expect([...late[i]!.keys()].sort()).toEqual(names)
      })
    }
  })

  test('[ED6] after a thousand edits by one writer the bag holds what counts, one edit per field at most', () => {
    let ms = Date.UTC(2026, 0, 1)
    const replica = createModelReplica({ by: 'phone/a', client: 1, now: () => ++ms })
    const random = createPrng(1)
    const fields = ['name', 'brand', 'size', 'tags.a', 'deletedAt']
    for (let i = 0; i < 1000; i++)
      replica.write(
        'items',
        'x',
        Object.fromEntries(
          random
            .shuffle(fields)
            .slice(0, 2)
            .map((f) => [f, i]),
        ),
      )
    expect(replica.editsOf('items', 'x').length).toBeLessThanOrEqual(fields.length)
    expect(replica.doc.getArray(BAG_ROOT).length).toBe(replica.editsOf('items', 'x').length)
    expect(Y.encodeStateAsUpdate(replica.doc).byteLength).toBeLessThan(30_000)
  })

  test('a write is one Yjs update, which readUpdate can read, and keeps the Yjs client id', () => {
    const { doc, bag, changes } = watched()
    const client = doc.clientID
    const updates: Uint8Array[] = []
    doc.on('update', (update: Uint8Array) => updates.push(update))
    bag.write([edit(1)], [], 'first')
    for (let hlc = 2; hlc < 50; hlc++) bag.write([edit(hlc)], [...bag.all()], 'next')
    expect(doc.clientID).toBe(client)
    expect([...Y.decodeStateVector(Y.encodeStateVector(doc)).keys()]).toEqual([client])
    expect(updates).toHaveLength(49)
    for (const update of updates) expect(readUpdate(update)).toMatchObject({ ok: true })
    expect(changes).toHaveLength(49)
    expect(changes.at(-1)).toMatchObject({ origin: 'next', added: [{ hlc: 49 }], removed: [{ hlc: 48 }] })
    expect([...bag.all()]).toMatchObject([{ hlc: 49, client, clock: 48 }])
    expect(bag.at(client, 48)).toMatchObject({ hlc: 49 })
    expect(bag.at(client, 47)).toBeUndefined()
  })

  test('what the document holds already is reported at once', () => {
    const first = watched()
    first.bag.write([edit(1), edit(2)], [], null)
    const { doc } = first
    const second = watched(doc)
    expect(second.changes).toMatchObject([{ added: [{ hlc: 1 }, { hlc: 2 }], removed: [], origin: null }])
  })

  test('edits written while a change is being told are told once, after it', () => {
    const doc = new Y.Doc()
    const told: number[][] = []
    const bag = createBagDocument(doc, ({ added }) => {
      told.push(added.map(({ hlc }) => hlc))
      if (told.length === 1) for (const hlc of [2, 3, 4]) bag.write([edit(hlc)], [], null)
    })
    bag.write([edit(1)], [], null)
    expect(told).toEqual([[1], [2, 3, 4]])
    expect([...bag.all()]).toHaveLength(4)
  })

  test('nothing is reported after close', () => {
    const { doc, bag, changes } = watched()
    bag.close()
    doc.getArray(BAG_ROOT).push([editToTuple(edit(1))])
    expect(changes).toEqual([])
  })

  test('values that are not edits, and edits outside the bag’s array, are left alone', () => {
    const { doc, bag, changes } = watched()
    const tuple = editToTuple(edit(1))
    doc
      .getArray(BAG_ROOT)
      .push([1, 'text', null, [], ['1', 'a/b', 'items', 'x', {}], [1, 'a/b', 'items', 'x', null]])
    doc.getArray('elsewhere').push([tuple])
    doc.getMap('map').set('key', tuple)
    expect([...bag.all()]).toEqual([])
    expect(changes).toEqual([])
    expect(doc.getArray('elsewhere').length).toBe(1)
    doc.getArray('elsewhere').delete(0, 1)
    bag.write([edit(2)], [], null)
    expect([...bag.all()]).toMatchObject([{ hlc: 2 }])
  })

  test('deleting many at once, and what another deletes, is reported', () => {
    const here = watched()
    here.bag.write(
      Array.from({ length: 500 }, (_, i) => edit(i + 1)),
      [],
      null,
    )
    const there = watched()
    Y.applyUpdate(there.doc, Y.encodeStateAsUpdate(here.doc))
    there.doc.getArray(BAG_ROOT).delete(100, 300)
    Y.applyUpdate(here.doc, Y.encodeStateAsUpdate(there.doc), 'there')
    expect(here.changes.at(-1)).toMatchObject({ origin: 'there', added: [] })
    expect(here.changes.at(-1)?.removed.map(({ hlc }) => hlc)).toEqual(
      Array.from({ length: 300 }, (_, i) => i + 101),
    )
    expect([...here.bag.all()]).toHaveLength(200)
  })
})
