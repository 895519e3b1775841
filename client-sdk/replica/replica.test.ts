import { beatenEdits, conflictsOf, createId, ModaicsError } from '@modaics/shared'
import { describe, expect, test, vi } from 'vitest'
import * as Y from 'yjs'
import type { Journal, JournalEntry } from '../journal/journal.js'
import { type MemoryStorage, openMemoryJournal } from '../journal/memory-journal.js'
import { editsIn } from './documents.js'
import { openReplica } from './open-replica.js'
import type { Replica } from './replica.js'

const NOW = Date.UTC(2026, 0, 1)
const FRESH = { wardrobeId: createId(), device: 'phone-0001' }

/** A journal whose appends fail, or wait, when told to. */
function createTestJournal(storage: MemoryStorage = { updates: [], meta: {} }) {
  const inner = openMemoryJournal(storage)
  const control = {
    storage,
    appended: [] as JournalEntry[],
    /** asked before each append */
    before: async (_entry: JournalEntry): Promise<void> => {},
  }
  const journal: Journal = {
    ...inner,
    load: () => inner.load(),
    async append(entry) {
      control.appended.push(entry)
      await control.before(entry)
      await inner.append(entry)
    },
  }
  return { journal, control }
}

let count = 0
async function open(storage?: MemoryStorage, now = () => NOW) {
  const { journal, control } = createTestJournal(storage)
  const replica = await openReplica({ journal, fresh: FRESH, now, writer: `w${++count}` })
  return { replica, control }
}

const write = (replica: Replica, name: string, id = 'one'): Promise<void> =>
  replica.write({ kind: 'items', id, set: { name } })
const nameOf = (replica: Replica, id = 'one'): string | null | undefined =>
  replica.index.get('items', id)?.name
const full = async (): Promise<void> => {
  throw new ModaicsError('storage-full', 'no room')
}

/** What another device wrote, as the server passes it on. */
async function remoteUpdate(name: string, id: string): Promise<Uint8Array> {
  const { replica } = await open()
  await write(replica, name, id)
  const update = Y.encodeStateAsUpdate(replica.doc)
  await replica.close()
  return update
}

describe('an edit', () => {
  test('shows at once, and its promise resolves when the journal has it', async () => {
    const { replica, control } = await open()
    let stored = false
    let go = (): void => {}
    control.before = () =>
      new Promise((resolve) => {
        go = resolve
      })
    const writing = write(replica, 'Coat').then(() => {
      stored = true
    })
    expect(nameOf(replica)).toBe('Coat')
    await vi.waitFor(() => expect(control.appended).toHaveLength(1))
    expect(stored).toBe(false)
    control.before = async () => {}
    go()
    await writing
    await replica.close()
    const again = await open(control.storage)
    expect(nameOf(again.replica)).toBe('Coat')
    expect(again.replica.pending().count).toBe(1)
  })

  test('those of one turn are one append', async () => {
    const { replica, control } = await open()
    await Promise.all(Array.from({ length: 50 }, (_, i) => write(replica, `${i}`, `item-${i}`)))
    expect(control.appended).toHaveLength(1)
    expect(replica.pending().count).toBe(50)
  })

  test('of a shape that no server would take is refused at once', async () => {
    const { replica } = await open()
    expect(() => replica.write({ kind: 'items', id: 'one', set: { name: 7 } })).toThrow(
      expect.objectContaining({ code: 'invalid-edit' }),
    )
    expect(nameOf(replica)).toBeUndefined()
    await replica.close()
    expect(() => write(replica, 'Coat')).toThrow(expect.objectContaining({ code: 'closed' }))
  })
})

describe('a full disk', () => {
  test('rejects the edit, which still shows, and goes into the journal with the next that can', async () => {
    const { replica, control } = await open()
    control.before = full
    await expect(write(replica, 'Coat')).rejects.toMatchObject({ code: 'storage-full' })
    expect(nameOf(replica)).toBe('Coat')
    expect(replica.storageFault).toBe('storage-full')
    await expect(replica.journaled()).rejects.toMatchObject({ code: 'storage-full' })
    expect(control.storage.updates).toEqual([])
    control.before = async () => {}
    await write(replica, 'Scarf', 'two')
    expect(replica.storageFault).toBeNull()
    await replica.close()
    const again = await open(control.storage)
    expect([nameOf(again.replica), nameOf(again.replica, 'two')]).toEqual(['Coat', 'Scarf'])
  })

  test('is over when journaled() says so', async () => {
    const { replica, control } = await open()
    control.before = full
    await expect(write(replica, 'Coat')).rejects.toMatchObject({ code: 'storage-full' })
    control.before = async () => {}
    await replica.journaled()
    expect(control.storage.updates).toHaveLength(1)
  })

  test('an edit that builds on one which could not be stored is not called stored either', async () => {
    const { replica, control } = await open()
    let reject = (_error: Error): void => {}
    control.before = () =>
      new Promise((_resolve, fail) => {
        reject = fail
      })
    const first = write(replica, 'Coat')
    first.catch(() => {})
    await vi.waitFor(() => expect(control.appended).toHaveLength(1))
    control.before = async () => {}
    const second = write(replica, 'Scarf', 'two')
    second.catch(() => {})
    await vi.waitFor(() => expect(control.appended).toHaveLength(2))
    reject(new ModaicsError('storage-full', 'no room'))
    await expect(first).rejects.toMatchObject({ code: 'storage-full' })
    await expect(second).rejects.toMatchObject({ code: 'storage-full' })
    await replica.journaled()
    await replica.close()
    const again = await open(control.storage)
    expect([nameOf(again.replica), nameOf(again.replica, 'two')]).toEqual(['Coat', 'Scarf'])
  })

  test('never leaves a cursor in the journal that is ahead of what the journal has', async () => {
    const { replica, control } = await open()
    let reject = (_error: Error): void => {}
    control.before = ({ update }) =>
      update
        ? new Promise((_resolve, fail) => {
            reject = fail
          })
        : Promise.resolve()
    replica.receive([await remoteUpdate('Theirs', 'two')], { epoch: 0, seq: 7 })
    expect(control.appended).toHaveLength(1)
    // An ack moves the cursor while that append is under way, and is stored by the next edit, which succeeds.
    control.before = async () => {}
    replica.acknowledge([], { epoch: 0, seq: 8 })
    const writing = write(replica, 'Coat')
    writing.catch(() => {})
    await vi.waitFor(() => expect(control.storage.updates).toHaveLength(1))
    reject(new ModaicsError('storage-full', 'no room'))
    await expect(writing).rejects.toMatchObject({ code: 'storage-full' })
    // As a crash would leave it now.
    expect(control.storage.meta.cursor ?? null).toBeNull()
    await replica.journaled()
    await replica.close()
    expect(control.storage.meta.cursor).toEqual({ epoch: 0, seq: 8 })
    const again = await open(control.storage)
    expect(nameOf(again.replica, 'two')).toBe('Theirs')
  })
})

describe('what the server has', () => {
  const clockOf = (replica: Replica): [number, number][] => [
    ...Y.decodeStateVector(Y.encodeStateVector(replica.doc)),
  ]

  test('is no longer pending, also after a restart', async () => {
    const { replica, control } = await open()
    await write(replica, 'Coat')
    const stored = replica.stored()
    expect(replica.pending().count).toBe(1)
    replica.acknowledge(clockOf(replica), { epoch: 0, seq: 1 })
    await stored
    expect(replica.pending()).toEqual({ count: 0, oldestAt: null })
    await write(replica, 'Scarf', 'two')
    await replica.close()
    const again = await open(control.storage)
    expect(again.replica.pending().count).toBe(1)
    expect(again.replica.meta().cursor).toEqual({ epoch: 0, seq: 1 })
  })

  test('a refused edit is set aside, rejects whoever waits, and does not take with it what it beat', async () => {
    const { replica, control } = await open()
    await write(replica, 'Coat')
    replica.acknowledge(clockOf(replica), null)
    await write(replica, 'Winter coat')
    const stored = replica.stored()
    stored.catch(() => {})
    replica.refuse('forbidden', 'a viewer may not write')
    await expect(stored).rejects.toMatchObject({ code: 'forbidden' })
    expect(nameOf(replica)).toBe('Coat')
    expect(replica.pending().count).toBe(0)
    await replica.close()
    const again = await open(control.storage)
    expect(nameOf(again.replica)).toBe('Coat')
    const [refused] = again.replica.meta().refused
    expect(refused).toMatchObject({ code: 'forbidden' })
    expect(again.replica.dropRefused([refused!.edit[0], refused!.edit[1]])).toEqual(refused)
    expect(again.replica.meta().refused).toEqual([])
  })

  test('[SE8] an edit that is refused before the journal has it was never stored on the server', async () => {
    const { replica } = await open()
    const written = write(replica, 'Coat')
    const stored = replica.stored()
    replica.refuse('forbidden', 'a viewer may not write')
    await expect(stored).rejects.toMatchObject({ code: 'forbidden' })
    await written
    expect(replica.meta().refused).toHaveLength(1)
    await expect(replica.stored()).resolves.toBeUndefined()
  })

  test('a corrected clock restamps what is pending in its order, and nothing else', async () => {
    let now = NOW
    const { replica } = await open(undefined, () => now)
    await write(replica, 'stored')
    replica.acknowledge(clockOf(replica), null)
    const [before] = replica.index.live({ kind: 'items', id: 'one' })
    now += 1_000
    await write(replica, 'first', 'two')
    now += 1_000
    await write(replica, 'second', 'two')
    const year = 365 * 86_400_000
    replica.correctClock(-year)
    expect(replica.index.live({ kind: 'items', id: 'one' })[0]?.hlc).toBe(before?.hlc)
    expect(nameOf(replica, 'two')).toBe('second')
    expect(replica.pending()).toMatchObject({ oldestAt: expect.any(Number) })
    expect(replica.index.get('items', 'two')?.updatedAt).toBe(now - year)
    expect(replica.index.conflicts()).toEqual([])
    replica.acknowledge(clockOf(replica), null)
    expect(replica.pending().count).toBe(0)
  })

  test('[CL3] what an earlier run left is pending still when it was stamped anew before anything was written', async () => {
    const { replica: earlier, control } = await open()
    await write(earlier, 'left')
    await earlier.close()
    const { replica } = await open(control.storage)
    replica.correctClock(-60_000)
    expect(replica.pending().count).toBe(1)
    const [edit] = replica.index.live({ kind: 'items', id: 'one' })
    if (edit) replica.refuse('clock-ahead', 'still', [edit.hlc, edit.by])
    expect(replica.pending().count).toBe(0)
    expect(replica.meta().refused).toHaveLength(1)
  })

  test('[CL4] an edit that was stamped anew beats its former self, which the server may have got all the same', async () => {
    const { replica } = await open()
    await write(replica, 'one')
    const underway = Y.encodeStateAsUpdate(replica.doc)
    const [former] = replica.index.live({ kind: 'items', id: 'one' })
    replica.correctClock(-60_000)
    await write(replica, 'two')
    const live = [...replica.index.live({ kind: 'items', id: 'one' })]
    expect(conflictsOf(live)).toEqual([])
    // The server keeps no document: it drops what is beaten by name.
    expect(beatenEdits([...(former ? [former] : []), ...live])).toContain(former)
    const { replica: other } = await open()
    other.receive([Y.encodeStateAsUpdate(replica.doc), underway], null)
    expect(nameOf(other)).toBe('two')
    expect(other.index.conflicts()).toEqual([])
  })

  test('[CL5] a clock that is put right and wrong again gives no edit a name that it had before', async () => {
    const { replica } = await open()
    await write(replica, 'one')
    const names = new Set<string>()
    for (const offset of [0, -60_000, 0, -60_000, 3_600_000, 0]) {
      replica.correctClock(offset)
      replica.adoptDevice(offset < 0 ? 'phone-0002' : 'phone-0001')
      const live = replica.index.live({ kind: 'items', id: 'one' })
      expect(live).toHaveLength(1)
      for (const { hlc, by, over } of live) {
        expect(names).not.toContain(`${hlc} ${by}`)
        expect(over.name).not.toContainEqual([hlc, by])
        names.add(`${hlc} ${by}`)
      }
    }
    // Nor does a name grow.
    expect(Math.max(...[...names].map((name) => name.length))).toBeLessThan(60)
    expect(nameOf(replica)).toBe('one')
  })

  test('[SE9] what an earlier run may have sent is named by all that is written over it, until the server says that it is not there', async () => {
    const { replica, control } = await open()
    await write(replica, 'Coat')
    const sent = Y.encodeStateAsUpdate(replica.doc)
    await replica.close()
    const { replica: again } = await open(control.storage)
    await write(again, 'Winter coat')
    await write(again, 'Old coat')
    // The server drops nothing from its rows because of a deletion: only what is named is beaten.
    const [former] = editsIn([sent]).edits
    const later = editsIn([Y.encodeStateAsUpdate(again.doc)]).edits
    expect(conflictsOf([former!, ...later.filter(({ hlc }) => hlc !== former!.hlc)])).toEqual([])
    await again.close()
  })

  test('closing rejects those who wait for the server', async () => {
    const { replica } = await open()
    await write(replica, 'Coat')
    const stored = replica.stored()
    stored.catch(() => {})
    await vi.waitFor(() => expect(replica.pending().count).toBe(1))
    await replica.close()
    await expect(stored).rejects.toMatchObject({ code: 'closed' })
  })
})
