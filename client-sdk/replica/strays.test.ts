import { createId, type EditTuple, encodeEdits, msToHlc } from '@modaics/shared'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { type MemoryStorage, openMemoryJournal } from '../journal/memory-journal.js'
import { openReplica } from './open-replica.js'
import type { Replica } from './replica.js'

const NOW = Date.UTC(2026, 0, 1)
const FRESH = { wardrobeId: createId(), device: 'phone-0001' }
const OTHER = 4_000_000_000

let count = 0
const open = (storage: MemoryStorage, shared = false): Promise<Replica> =>
  openReplica({
    journal: openMemoryJournal(storage),
    fresh: FRESH,
    now: () => NOW,
    writer: `w${++count}`,
    shared,
  })
const write = (replica: Replica, name: string): Promise<void> =>
  replica.write({ kind: 'items', id: 'one', set: { name } })
const nameOf = (replica: Replica): string | null | undefined => replica.index.get('items', 'one')?.name
const structs = (updates: readonly Uint8Array[]): number => {
  const doc = new Y.Doc()
  for (const update of updates) Y.applyUpdate(doc, update)
  return doc.store.pendingStructs ? -1 : Y.decodeStateVector(Y.encodeStateVector(doc)).size
}

/** A journal that has lost the first of two edits: what is left cannot be placed. */
async function damaged() {
  const storage: MemoryStorage = { updates: [], meta: {} }
  const replica = await open(storage)
  await write(replica, 'lost')
  await write(replica, 'left')
  await replica.close()
  const client = replica.doc.clientID
  const whole = storage.updates
  storage.updates = whole.slice(1)
  storage.meta.cursor = { epoch: 0, seq: 7 }
  return { storage, whole, client }
}

describe('edits whose place in the document is lost', () => {
  test('[JO8] show, count as pending, and are sent where the server does not have them', async () => {
    const { storage, client } = await damaged()
    const replica = await open(storage)
    expect(nameOf(replica)).toBe('left')
    expect(replica.pending().count).toBe(1)
    // The server is asked for what stood before them.
    expect(replica.meta().cursor).toEqual({ epoch: 0, seq: 0 })
    replica.settleStrays(new Map([[client, 1]]))
    expect(nameOf(replica)).toBe('left')
    expect(replica.pending().count).toBe(1)
    await replica.close()
    expect(structs(storage.updates)).toBe(1)
  })

  test('[JO8] are all there, also where more is missing between them', async () => {
    const storage: MemoryStorage = { updates: [], meta: {} }
    const writing = await open(storage)
    const ids = Array.from({ length: 5 }, () => createId())
    for (const id of ids) await writing.write({ kind: 'items', id, set: { name: id } })
    await writing.close()
    storage.updates = storage.updates.filter((_, i) => i % 2 === 1)
    expect(storage.updates).toHaveLength(2)
    const replica = await open(storage)
    const names = (of: Replica) => ids.map((id) => of.index.get('items', id)?.name)
    const [, second, , fourth] = ids
    const left = [undefined, second, undefined, fourth, undefined]
    expect(names(replica)).toEqual(left)
    replica.settleStrays(new Map())
    await replica.close()
    expect(structs(storage.updates)).toBe(1)
    const again = await open(storage)
    expect(names(again)).toEqual(left)
    await again.close()
  })

  test('[JO8] are not written a second time where the server has them: it may know that they are beaten', async () => {
    const { storage, whole, client } = await damaged()
    const replica = await open(storage)
    replica.settleStrays(new Map([[client, 2]]))
    replica.acknowledge([[client, 2]], null)
    expect(nameOf(replica)).toBeUndefined()
    expect(replica.pending().count).toBe(0)
    // What it has still comes back.
    replica.receive(whole, { epoch: 0, seq: 7 })
    expect(nameOf(replica)).toBe('left')
    await replica.close()
    const again = await open(storage)
    expect(nameOf(again)).toBe('left')
    expect(again.pending().count).toBe(0)
    await again.close()
  })

  test('[JO8] are left to the tab that has the connection', async () => {
    const { storage, whole } = await damaged()
    const replica = await open(storage, true)
    expect(nameOf(replica)).toBeUndefined()
    expect(replica.missed()).not.toBeNull()
    for (const update of whole) replica.receiveFromTab(update, true, 0)
    expect(nameOf(replica)).toBe('left')
    expect(replica.missed()).toBeNull()
    await replica.close()
  })
})

test('[JO8] what a tab that is gone could not store, the next one stores', async () => {
  const storage: MemoryStorage = { updates: [], meta: {} }
  const replica = await open(storage, true)
  const tuple: EditTuple = [msToHlc(NOW), 'tablet-0001/w', 'items', 'one', { name: 'from the server' }]
  replica.receiveFromTab(encodeEdits(OTHER, 0, [tuple]), false, 0)
  await replica.journaled()
  expect(storage.updates).toEqual([])
  await replica.reload()
  await replica.close()
  const again = await open(storage, true)
  expect(nameOf(again)).toBe('from the server')
  await again.close()
})
