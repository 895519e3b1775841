import { type Json, ModaicsError } from '@modaics/shared'
import { createCommitQueue } from './commit-queue.js'
import type { Journal, JournalContent, JournalEntry, JournalSize } from './journal.js'

const UPDATES = 'updates'
const META = 'meta'

/**
 * A journal in the browser: one database, strict durability, transactional, so that several tabs may share it. Each
 * reads what the others have stored; a compaction in one leaves the appends of the others as they are.
 *
 * @throws {ModaicsError} `storage-full`, `storage-failed`: the browser gives no storage (private mode, no permission)
 */
export async function openIndexedDbJournal(
  name: string,
  { indexedDB = globalThis.indexedDB }: { readonly indexedDB?: IDBFactory } = {},
): Promise<Journal> {
  if (!indexedDB) throw new ModaicsError('storage-failed', 'this platform has no IndexedDB')
  const database = await openDatabase(indexedDB, name)
  let size: JournalSize = { bytes: 0, compactedBytes: 0, updates: 0 }
  let gone: string | null = null
  database.onclose = () => {
    gone = 'the browser closed the database; it may have been cleared'
  }
  // Another tab deletes or upgrades it: to keep it open would block that for ever.
  database.onversionchange = () => {
    gone = 'another tab deletes the database'
    database.close()
  }

  const transact = async <T>(
    mode: IDBTransactionMode,
    work: (updates: IDBObjectStore, meta: IDBObjectStore, abort: (reason: unknown) => void) => () => T,
  ): Promise<T> => {
    if (gone !== null) throw new ModaicsError('storage-failed', gone)
    try {
      return await new Promise<T>((resolve, reject) => {
        const transaction = database.transaction([UPDATES, META], mode, { durability: 'strict' })
        let reason: unknown
        const abort = (why: unknown) => {
          reason = why
          transaction.abort()
        }
        transaction.onabort = () => reject(reason ?? transaction.error)
        try {
          const result = work(transaction.objectStore(UPDATES), transaction.objectStore(META), abort)
          transaction.oncomplete = () => resolve(result())
        } catch (error) {
          // Without this, what was put before the failure would be committed.
          abort(error)
        }
      })
    } catch (error) {
      throw storageError(error)
    }
  }

  const queue = createCommitQueue(async (entries: readonly JournalEntry[]) => {
    await transact('readwrite', (updates, meta) => {
      for (const entry of entries) {
        if (entry.update) updates.add(entry.update)
        for (const [key, value] of Object.entries(entry.meta ?? {})) meta.put(value, key)
      }
      return () => undefined
    })
    for (const { update } of entries)
      if (update) size = { ...size, bytes: size.bytes + update.length, updates: size.updates + 1 }
  })

  return {
    load: () =>
      queue.exclusive(async () => {
        const content = await transact('readonly', (updates, meta): (() => JournalContent) => {
          const stored = updates.getAll()
          const keys = meta.getAllKeys()
          const values = meta.getAll()
          return () => ({
            updates: stored.result as Uint8Array[],
            meta: Object.fromEntries(keys.result.map((key, i) => [String(key), values.result[i] as Json])),
            tornBytes: 0,
            damage: null,
          })
        })
        size = sizeOf(content.updates)
        return content
      }),
    append: (entry) => queue.append(entry),
    compact: (merge, values) =>
      queue.exclusive(async () => {
        size = await transact('readwrite', (updates, meta, abort) => {
          let after: readonly Uint8Array[] = []
          const stored = updates.getAll()
          stored.onsuccess = () => {
            after = stored.result as Uint8Array[]
            if (after.length < 2 && !values) return
            try {
              after = [merge(after)]
            } catch (error) {
              abort(error)
              return
            }
            updates.clear()
            updates.add(after[0])
            for (const [key, value] of Object.entries(values ?? {})) meta.put(value, key)
          }
          return () => sizeOf(after)
        })
      }),
    size: () => size,
    close: () => queue.close(async () => database.close()),
  }
}

function openDatabase(indexedDB: IDBFactory, name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1)
    request.onupgradeneeded = () => {
      request.result.createObjectStore(UPDATES, { autoIncrement: true })
      request.result.createObjectStore(META)
    }
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(storageError(request.error))
  })
}

function sizeOf(updates: readonly Uint8Array[]): JournalSize {
  return {
    bytes: updates.reduce((sum, update) => sum + update.length, 0),
    compactedBytes: updates[0]?.length ?? 0,
    updates: updates.length,
  }
}

function storageError(error: unknown): unknown {
  if (!(error instanceof DOMException)) return error
  return error.name === 'QuotaExceededError'
    ? new ModaicsError('storage-full', 'the browser grants no more storage', { cause: error })
    : new ModaicsError('storage-failed', `IndexedDB: ${error.name}: ${error.message}`, { cause: error })
}
