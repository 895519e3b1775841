import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Journal } from './journal.js'

/** A place where a journal can be opened again and again: a folder, a database, a storage. */
export interface JournalPlace {
  open(): Promise<Journal>
  remove(): Promise<void>
}

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)
const concat = (updates: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from(updates.flatMap((update) => [...update]))
const lists = (updates: readonly Uint8Array[]): number[][] => updates.map((update) => [...update])

/** What every journal promises. */
export function describeJournal(name: string, makePlace: () => Promise<JournalPlace>): void {
  describe(`${name} as a journal`, () => {
    let place: JournalPlace
    let journal: Journal
    const reopen = async () => {
      await journal.close()
      journal = await place.open()
    }
    beforeEach(async () => {
      place = await makePlace()
      journal = await place.open()
    })
    afterEach(async () => {
      await journal.close()
      await place.remove()
    })

    test('a new journal is empty', async () => {
      expect(await journal.load()).toEqual({ updates: [], meta: {}, tornBytes: 0, damage: null })
      expect(journal.size().updates).toBe(0)
    })

    test('[JO1] what was appended is there, in order, before and after opening again', async () => {
      await journal.append({ update: bytes(1, 2, 3) })
      await journal.append({ update: bytes(), meta: { cursor: 7 } })
      await journal.append({ meta: { device: { id: 'é🧥', list: [1, null, true] } } })
      await journal.append({ update: bytes(4) })
      for (let i = 0; i < 2; i++) {
        const content = await journal.load()
        expect(lists(content.updates)).toEqual([[1, 2, 3], [], [4]])
        expect(content.meta).toEqual({ cursor: 7, device: { id: 'é🧥', list: [1, null, true] } })
        expect(journal.size().updates).toBe(3)
        await reopen()
      }
    })

    test('[JO1] the last write of a key wins', async () => {
      await journal.append({ meta: { a: 1, b: 1 } })
      await journal.append({ meta: { a: 2 }, update: bytes(1) })
      await Promise.all([journal.append({ meta: { a: 3 } }), journal.append({ meta: { a: null } })])
      expect((await journal.load()).meta).toEqual({ a: null, b: 1 })
      await reopen()
      expect((await journal.load()).meta).toEqual({ a: null, b: 1 })
    })

    test('[JO1] appends that are not awaited keep the order of their calls, and load waits for them', async () => {
      const appends = Array.from({ length: 300 }, (_, i) =>
        journal.append({ update: bytes(i >> 8, i & 255) }),
      )
      const content = await journal.load()
      expect(content.updates.map(([high = 0, low = 0]) => high * 256 + low)).toEqual(
        Array.from({ length: 300 }, (_, i) => i),
      )
      await Promise.all(appends)
      await reopen()
      expect((await journal.load()).updates).toHaveLength(300)
    })

    test('an update is stored as it was when append was called and resolved', async () => {
      const update = bytes(1, 2, 3)
      await journal.append({ update })
      update.fill(9)
      expect(lists((await journal.load()).updates)).toEqual([[1, 2, 3]])
    })

    test('updates may be parts of larger buffers, and large', async () => {
      const large = new Uint8Array(3_000_000).map((_, i) => (i * 31) & 255)
      await journal.append({ update: large.subarray(1_000, 2_900_000) })
      await reopen()
      const [stored] = (await journal.load()).updates
      expect(Buffer.compare(stored ?? bytes(), large.subarray(1_000, 2_900_000))).toBe(0)
      expect(journal.size().bytes).toBeGreaterThanOrEqual(2_899_000)
    })

    test('compact replaces all updates by one and keeps the values', async () => {
      for (let i = 0; i < 5; i++) await journal.append({ update: bytes(i), meta: { last: i } })
      await journal.compact(concat)
      expect(journal.size().updates).toBe(1)
      await journal.append({ update: bytes(9), meta: { more: true } })
      await reopen()
      const content = await journal.load()
      expect(lists(content.updates)).toEqual([[0, 1, 2, 3, 4], [9]])
      expect(content.meta).toEqual({ last: 4, more: true })
      await journal.compact(concat)
      await journal.compact(concat)
      await reopen()
      expect(lists((await journal.load()).updates)).toEqual([[0, 1, 2, 3, 4, 9]])
    })

    test('appends and loads called around a compaction take their turn', async () => {
      const work: Promise<unknown>[] = []
      for (let i = 0; i < 20; i++) {
        work.push(journal.append({ update: bytes(i) }))
        if (i % 7 === 3) work.push(journal.compact(concat))
        if (i % 5 === 0) work.push(journal.load())
      }
      await Promise.all(work)
      await reopen()
      expect([...concat((await journal.load()).updates)]).toEqual(Array.from({ length: 20 }, (_, i) => i))
    })

    test('merge is not called on fewer than two updates', async () => {
      const merge = (): Uint8Array => {
        throw new Error('called')
      }
      await journal.compact(merge)
      await journal.append({ update: bytes(1), meta: { a: 1 } })
      await journal.compact(merge)
      const content = await journal.load()
      expect(lists(content.updates)).toEqual([[1]])
      expect(content.meta).toEqual({ a: 1 })
    })

    test('compact with values remembers them at once with what it made, of whatever there was', async () => {
      await journal.compact((updates) => bytes(...lists(updates).flat(), 7), { epoch: 1 })
      await journal.append({ update: bytes(8), meta: { a: 1 } })
      await journal.compact((updates) => bytes(...lists(updates).flat(), 9), { epoch: 2 })
      await reopen()
      const content = await journal.load()
      expect(lists(content.updates)).toEqual([[7, 8, 9]])
      expect(content.meta).toEqual({ a: 1, epoch: 2 })
    })

    test('[JO6] a merge that throws leaves everything as it was', async () => {
      await journal.append({ update: bytes(1) })
      await journal.append({ update: bytes(2) })
      await expect(
        journal.compact(() => {
          throw new Error('no merge')
        }),
      ).rejects.toThrow('no merge')
      await journal.append({ update: bytes(3) })
      await reopen()
      expect(lists((await journal.load()).updates)).toEqual([[1], [2], [3]])
    })

    test('close waits for appends, then everything is refused with `closed`', async () => {
      const append = journal.append({ update: bytes(1) })
      await journal.close()
      await journal.close()
      await append
      await expect(journal.append({ update: bytes(2) })).rejects.toMatchObject({ code: 'closed' })
      await expect(journal.load()).rejects.toMatchObject({ code: 'closed' })
      await expect(journal.compact(concat)).rejects.toMatchObject({ code: 'closed' })
      journal = await place.open()
      expect(lists((await journal.load()).updates)).toEqual([[1]])
    })
  })
}
