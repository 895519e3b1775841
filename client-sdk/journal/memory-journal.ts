import type { Json } from '@modaics/shared'
import { createCommitQueue } from './commit-queue.js'
import type { Journal, JournalEntry } from './journal.js'

/** What a memory journal keeps; hand the same one to the next journal to open it again. */
export interface MemoryStorage {
  updates: Uint8Array[]
  meta: Record<string, Json>
}

/** A journal that lives as long as its storage: for tests, and for wardrobes that are not to leave a trace. */
export function openMemoryJournal(storage: MemoryStorage = { updates: [], meta: {} }): Journal {
  let bytes = storage.updates.reduce((sum, update) => sum + update.length, 0)
  let compactedBytes = storage.updates[0]?.length ?? 0
  const queue = createCommitQueue(async (entries: readonly JournalEntry[]) => {
    for (const { update, meta } of entries) {
      if (update) {
        storage.updates.push(update.slice())
        bytes += update.length
      }
      if (meta) Object.assign(storage.meta, structuredClone(meta))
    }
  })
  return {
    load: () =>
      queue.exclusive(async () => ({
        updates: [...storage.updates],
        meta: structuredClone(storage.meta),
        tornBytes: 0,
        damage: null,
      })),
    append: (entry) => queue.append(entry),
    compact: (merge, meta) =>
      queue.exclusive(async () => {
        if (storage.updates.length < 2 && !meta) return
        const merged = merge(storage.updates).slice()
        Object.assign(storage.meta, structuredClone(meta ?? {}))
        storage.updates = [merged]
        bytes = merged.length
        compactedBytes = bytes
      }),
    size: () => ({ bytes, compactedBytes, updates: storage.updates.length }),
    close: () => queue.close(async () => undefined),
  }
}
