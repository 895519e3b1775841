import type { Edit } from '@modaics/shared'
import { type Folds, foldRecords, type RecordKey, recordKey } from '../fold/fold-records.js'
import type { CommitStore, LogEntry, WardrobeState } from '../ingest/commit-store.js'
import type { Writer } from '../ingest/judge.js'

export interface MemoryWardrobe {
  state: WardrobeState
  readonly log: LogEntry[]
  readonly folds: Map<string, readonly Edit[]>
}

/** Commits in memory: for tests of what stands before the store, a million times over. */
export function createMemoryCommitStore(): CommitStore & {
  create(wardrobeId: string): MemoryWardrobe
  drop(wardrobeId: string): void
} {
  const wardrobes = new Map<string, MemoryWardrobe>()

  function foldsOf(wardrobeId: string, keys: readonly RecordKey[]): Folds {
    const folds = new Map<string, readonly Edit[]>()
    for (const key of keys) {
      const live = wardrobes.get(wardrobeId)?.folds.get(recordKey(key))
      if (live) folds.set(recordKey(key), live)
    }
    return folds
  }

  return {
    create(wardrobeId) {
      const wardrobe: MemoryWardrobe = {
        state: { epoch: 0, head: 0, writers: new Map() },
        log: [],
        folds: new Map(),
      }
      wardrobes.set(wardrobeId, wardrobe)
      return wardrobe
    },
    drop: (wardrobeId) => void wardrobes.delete(wardrobeId),
    load: async (wardrobeId) => wardrobes.get(wardrobeId)?.state ?? null,
    folds: async (wardrobeId, keys) => foldsOf(wardrobeId, keys),
    async newestStamps(wardrobeId, writers) {
      const newest = new Map<string, number>()
      for (const live of wardrobes.get(wardrobeId)?.folds.values() ?? [])
        for (const { by, hlc } of live)
          if (writers.includes(by)) newest.set(by, Math.max(hlc, newest.get(by) ?? 0))
      return newest
    },
    async commit({ wardrobeId, expectedHead, head, updates, writers, edits }) {
      const wardrobe = wardrobes.get(wardrobeId)
      if (!wardrobe || wardrobe.state.head !== expectedHead) return false
      for (const record of foldRecords(foldsOf(wardrobeId, edits), edits))
        wardrobe.folds.set(recordKey(record), record.live)
      wardrobe.log.push({ seq: head, updates: [...updates] })
      const all = new Map<number, Writer>([...wardrobe.state.writers, ...writers])
      wardrobe.state = { ...wardrobe.state, head, writers: all }
      return true
    },
    read: async (wardrobeId, after) => wardrobes.get(wardrobeId)?.log.filter(({ seq }) => seq > after) ?? [],
    settled: async () => {},
  }
}
