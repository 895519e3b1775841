import { createId, type EditTuple, encodeEdits, msToHlc } from '@modaics/shared'
import { IDBFactory } from 'fake-indexeddb'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { openIndexedDbJournal } from '../journal/indexeddb-journal.js'
import { type MemoryStorage, openMemoryJournal } from '../journal/memory-journal.js'
import { openReplica } from './open-replica.js'
import type { Replica } from './replica.js'

const NOW = Date.UTC(2026, 0, 1)
const FRESH = { wardrobeId: createId(), device: 'phone-0001' }
const SERVER = 4_000_000_000

let count = 0
const write = (replica: Replica, id: string, name: string): Promise<void> =>
  replica.write({ kind: 'items', id, set: { name } })
const names = (replica: Replica): Record<string, string | null> =>
  Object.fromEntries(replica.index.list('items').map(({ id, name }) => [id, name]))

/** The bag of an epoch, as the server writes it. */
function bag(...items: readonly (readonly [id: string, name: string])[]): Uint8Array {
  const edits = items.map(
    ([id, name]): EditTuple => [msToHlc(NOW) + ++count, 'tablet-0001/w', 'items', id, { name }],
  )
  return encodeEdits(SERVER + count, 0, edits)
}

describe('a new epoch on a device', () => {
  const open = (storage: MemoryStorage) =>
    openReplica({ journal: openMemoryJournal(storage), fresh: FRESH, now: () => NOW, writer: `w${++count}` })

  test('[EP7] the bag takes the place of the document, and what was not stored is carried over, also after a restart', async () => {
    const storage: MemoryStorage = { updates: [], meta: {} }
    const replica = await open(storage)
    replica.receive([bag(['a', 'old a'], ['b', 'old b'])], { epoch: 0, seq: 5 })
    await write(replica, 'c', 'mine')
    replica.acknowledge([...Y.decodeStateVector(Y.encodeStateVector(replica.doc))], { epoch: 0, seq: 6 })
    await write(replica, 'd', 'not stored')
    const changed: string[] = []
    replica.events.on('change', ({ records }) => changed.push(...records.map(({ id }) => id)))
    const before = replica.doc
    // Of the old document the server has kept `a` (changed), and `c` is gone.
    replica.renew([bag(['a', 'new a'], ['e', 'new e'])], { epoch: 3, seq: 9 })
    expect(replica.doc).not.toBe(before)
    expect(names(replica)).toEqual({ a: 'new a', e: 'new e', d: 'not stored' })
    expect(replica.pending().count).toBe(1)
    expect(new Set(changed)).toEqual(new Set(['a', 'b', 'c', 'd', 'e']))
    await write(replica, 'f', 'later')
    await replica.journaled()
    expect(storage.updates.length).toBeLessThan(3)
    await replica.close()
    const again = await open(storage)
    expect(names(again)).toEqual({ a: 'new a', e: 'new e', d: 'not stored', f: 'later' })
    expect(again.meta().cursor).toEqual({ epoch: 3, seq: 9 })
    expect(again.epoch).toBe(3)
    expect(again.pending().count).toBe(2)
    await again.close()
  })

  test('[EP7] a journal that cannot be written keeps the old epoch whole, and takes the new one when it can', async () => {
    const storage: MemoryStorage = { updates: [], meta: {} }
    const inner = openMemoryJournal(storage)
    let full = false
    const journal: typeof inner = {
      ...inner,
      async append(entry) {
        if (full) throw new Error('no room')
        await inner.append(entry)
      },
      async compact(merge, meta) {
        if (full) throw new Error('no room')
        await inner.compact(merge, meta)
      },
    }
    const replica = await openReplica({ journal, fresh: FRESH, now: () => NOW, writer: `w${++count}` })
    replica.receive([bag(['a', 'old a'])], { epoch: 0, seq: 5 })
    await replica.journaled()
    full = true
    await write(replica, 'b', 'unsaved').catch(() => {})
    replica.renew([bag(['a', 'new a'])], { epoch: 1, seq: 9 })
    await write(replica, 'c', 'unsaved too').catch(() => {})
    const crashed = await open(structuredClone(storage))
    expect(names(crashed)).toEqual({ a: 'old a' })
    expect(crashed.meta().cursor).toEqual({ epoch: 0, seq: 5 })
    await crashed.close()
    full = false
    await write(replica, 'd', 'saved')
    await replica.close()
    const again = await open(storage)
    expect(names(again)).toEqual({ a: 'new a', b: 'unsaved', c: 'unsaved too', d: 'saved' })
    expect(again.meta().cursor).toEqual({ epoch: 1, seq: 9 })
    expect(again.pending().count).toBe(3)
    await again.close()
  })
})

describe('a new epoch in several tabs', () => {
  async function tabs() {
    const indexedDB = new IDBFactory()
    const open = async (): Promise<Replica> =>
      openReplica({
        journal: await openIndexedDbJournal('shared', { indexedDB }),
        fresh: FRESH,
        now: () => NOW,
        writer: `w${++count}`,
        shared: true,
      })
    const owner = await open()
    owner.receive([bag(['a', 'old a'])], { epoch: 0, seq: 5 })
    await owner.journaled()
    await new Promise<void>((saved) => {
      const look = async (): Promise<void> => {
        const other = await open()
        const found = other.epoch === 0
        await other.close()
        if (found) saved()
        else await look()
      }
      void look()
    })
    return { owner, other: await open(), open }
  }

  test('[EP10] what another tab stored and the owner had not heard of is carried over', async () => {
    const { owner, other } = await tabs()
    await write(other, 'b', 'of the other tab')
    owner.renew([bag(['a', 'new a'])], { epoch: 1, seq: 9 })
    await owner.journaled()
    expect(names(owner)).toEqual({ a: 'new a', b: 'of the other tab' })
    await other.reload()
    expect(names(other)).toEqual(names(owner))
    expect(other.epoch).toBe(1)
    await Promise.all([owner.close(), other.close()])
  })

  test('[EP10] what another tab writes before it knows of the epoch reaches everyone', async () => {
    const { owner, other, open } = await tabs()
    owner.renew([bag(['a', 'new a'])], { epoch: 1, seq: 9 })
    await owner.journaled()
    const updates: Uint8Array[] = []
    other.events.on('update', ({ update }) => updates.push(update))
    const old = other.epoch
    await write(other, 'b', 'late')
    // The owner hears of it, and leaves it to its tab.
    for (const update of updates.splice(0)) owner.receiveFromTab(update, true, old)
    expect(names(owner)).toEqual({ a: 'new a' })
    await other.reload()
    expect(names(other)).toEqual({ a: 'new a', b: 'late' })
    for (const update of updates) owner.receiveFromTab(update, true, other.epoch)
    expect(names(owner)).toEqual(names(other))
    expect(owner.pending().count).toBe(1)
    await other.journaled()
    const third = await open()
    expect(names(third)).toEqual(names(owner))
    third.adoptStrays()
    expect(names(third)).toEqual(names(owner))
    expect(third.doc.store.pendingStructs).toBeNull()
    await Promise.all([owner.close(), other.close(), third.close()])
  })

  test('[EP10] a tab that dies before it knows of the epoch leaves its edits to the next', async () => {
    const { owner, other, open } = await tabs()
    await write(other, 'b', 'first')
    owner.renew([bag(['a', 'new a'])], { epoch: 1, seq: 9 })
    await owner.journaled()
    await write(other, 'c', 'stored in the journal, and told nobody')
    const next = await open()
    next.adoptStrays()
    expect(names(next)).toEqual({ a: 'new a', b: 'first', c: 'stored in the journal, and told nobody' })
    expect(next.doc.store.pendingStructs).toBeNull()
    expect(next.pending().count).toBe(2)
    await Promise.all([owner.close(), other.close(), next.close()])
  })
})
