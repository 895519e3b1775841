import { IDBFactory } from 'fake-indexeddb'
import { describe, expect, test, vi } from 'vitest'
import { openIndexedDbJournal } from './indexeddb-journal.js'
import { describeJournal } from './journal-conformance.js'

describeJournal('IndexedDB', async () => {
  const indexedDB = new IDBFactory()
  return {
    open: () => openIndexedDbJournal('wardrobe', { indexedDB }),
    remove: async () => undefined,
  }
})

const concat = (updates: readonly Uint8Array[]) => Uint8Array.from(updates.flatMap((update) => [...update]))

describe('a journal in IndexedDB', () => {
  test('[JO7] tabs share it: each reads what the others stored, and a compaction loses none of their appends', async () => {
    const indexedDB = new IDBFactory()
    const one = await openIndexedDbJournal('shared', { indexedDB })
    const two = await openIndexedDbJournal('shared', { indexedDB })
    const work: Promise<void>[] = []
    for (let i = 0; i < 30; i++) {
      work.push((i % 2 ? one : two).append({ update: Uint8Array.of(i), meta: { [`k${i}`]: i } }))
      if (i % 10 === 9) work.push(one.compact(concat), two.compact(concat))
    }
    await Promise.all(work)
    for (const journal of [one, two]) {
      const { updates, meta } = await journal.load()
      expect([...concat(updates)].sort((x, y) => x - y)).toEqual(Array.from({ length: 30 }, (_, i) => i))
      expect(Object.keys(meta)).toHaveLength(30)
      await journal.close()
    }
  })

  test('[JO2] every write asks for strict durability', async () => {
    const indexedDB = new IDBFactory()
    const journal = await openIndexedDbJournal('strict', { indexedDB })
    const transaction = vi.spyOn(
      Object.getPrototypeOf(await openRaw(indexedDB, 'strict')) as IDBDatabase,
      'transaction',
    )
    await journal.append({ update: Uint8Array.of(1) })
    expect(transaction).toHaveBeenCalledWith(expect.anything(), 'readwrite', { durability: 'strict' })
    transaction.mockRestore()
    await journal.close()
  })

  test('[JO5] no space left is `storage-full`, stores nothing of the entry, and later appends work', async () => {
    const indexedDB = new IDBFactory()
    const journal = await openIndexedDbJournal('full', { indexedDB })
    const store = Object.getPrototypeOf(
      (await openRaw(indexedDB, 'full')).transaction('meta').objectStore('meta'),
    ) as IDBObjectStore
    const put = vi.spyOn(store, 'put').mockImplementation(() => {
      throw new DOMException('no space', 'QuotaExceededError')
    })
    await expect(journal.append({ update: Uint8Array.of(1), meta: { a: 1 } })).rejects.toMatchObject({
      code: 'storage-full',
    })
    put.mockRestore()
    await journal.append({ update: Uint8Array.of(2), meta: { a: 2 } })
    const { updates, meta } = await journal.load()
    expect(updates.map((update) => [...update])).toEqual([[2]])
    expect(meta).toEqual({ a: 2 })
    await journal.close()
  })

  test('a database that another tab deletes is let go of, and appends say so', async () => {
    const indexedDB = new IDBFactory()
    const journal = await openIndexedDbJournal('deleted', { indexedDB })
    await journal.append({ update: Uint8Array.of(1) })
    await new Promise<void>((resolve, reject) => {
      const request = indexedDB.deleteDatabase('deleted')
      request.onsuccess = () => resolve()
      request.onerror = () => reject(request.error)
    })
    await expect(journal.append({ update: Uint8Array.of(2) })).rejects.toMatchObject({
      code: 'storage-failed',
    })
    await journal.close()
  })

  test('a platform without IndexedDB is `storage-failed`', async () => {
    await expect(openIndexedDbJournal('none')).rejects.toMatchObject({ code: 'storage-failed' })
  })
})

function openRaw(indexedDB: IDBFactory, name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name)
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}
