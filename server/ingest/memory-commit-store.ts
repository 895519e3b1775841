import { createCompaction, type Edit, LIMITS } from '@modaics/shared'
import { foldRecord, groupByRecord, type RecordKey, recordKey } from '../fold/fold-records.js'
import type { CommitStore, LogEntry } from './commit-store.js'
import type { Writer } from './judge.js'

/** A wardrobe in memory. */
export interface MemoryWardrobe {
  epoch: number
  head: number
  readonly writers: Map<number, Writer>
  log: LogEntry[]
  /** what stands for the beginning of the log */
  snapshot: LogEntry | null
  /** whoever has read at least this far needs no snapshot */
  logStart: number
  /** live edits by `recordKey` */
  readonly folds: Map<string, readonly Edit[]>
  /** the state vectors that epochs ended with, the latest first */
  readonly ended: Uint8Array[]
}

/** What a memory store keeps; two stores on the same one are two instances on one database. */
export type MemoryWardrobes = Map<string, MemoryWardrobe>

export function createMemoryWardrobe(): MemoryWardrobe {
  return {
    epoch: 0,
    head: 0,
    writers: new Map(),
    log: [],
    snapshot: null,
    logStart: 0,
    folds: new Map(),
    ended: [],
  }
}

/** Commits in memory: for tests and the simulator. */
export function createMemoryCommitStore(wardrobes: MemoryWardrobes): CommitStore {
  return {
    async load(wardrobeId) {
      const wardrobe = wardrobes.get(wardrobeId)
      if (!wardrobe) return null
      const { epoch, head, writers } = wardrobe
      return { epoch, head, writers: new Map(writers) }
    },
    async folds(wardrobeId, keys) {
      const found = new Map<string, readonly Edit[]>()
      for (const key of keys.map((one: RecordKey) => recordKey(one))) {
        const live = wardrobes.get(wardrobeId)?.folds.get(key)
        if (live) found.set(key, live)
      }
      return found
    },
    async newestStamps(wardrobeId, writers) {
      const newest = new Map<string, number>()
      for (const live of wardrobes.get(wardrobeId)?.folds.values() ?? [])
        for (const { by, hlc } of live)
          if (writers.includes(by)) newest.set(by, Math.max(hlc, newest.get(by) ?? 0))
      return newest
    },
    async commit({ wardrobeId, expectedHead, head, updates, writers, edits }) {
      const wardrobe = wardrobes.get(wardrobeId)
      if (!wardrobe || wardrobe.head !== expectedHead) return false
      for (const group of groupByRecord(edits))
        wardrobe.folds.set(recordKey(group), foldRecord(wardrobe.folds, group).live)
      for (const [client, writer] of writers) wardrobe.writers.set(client, writer)
      wardrobe.log.push({ seq: head, updates: updates.map((update) => update.slice()) })
      wardrobe.head = head
      return true
    },
    async read(wardrobeId, after) {
      const { log = [], snapshot = null, logStart = 0 } = wardrobes.get(wardrobeId) ?? {}
      if (!snapshot || after >= logStart) return log.filter(({ seq }) => seq > after)
      return [snapshot, ...log.filter(({ seq }) => seq > snapshot.seq)]
    },
    settled: async () => {},
  }
}

/** Folds the log into a snapshot, as the compactor does in SQL; the newest `kept` commits stay in the log too. */
export function compactMemoryWardrobe(wardrobe: MemoryWardrobe, kept: number): void {
  const { log, snapshot, head } = wardrobe
  const compaction = createCompaction()
  const since = log.filter(({ seq }) => seq > (snapshot?.seq ?? 0))
  for (const { updates } of snapshot ? [snapshot, ...since] : since)
    for (const update of updates) compaction.add(update)
  wardrobe.snapshot = {
    seq: head,
    updates: [...compaction.write(LIMITS.pieceBytes)],
    snapshot: { epoch: wardrobe.epoch },
  }
  wardrobe.logStart = Math.max(wardrobe.logStart, head - kept)
  wardrobe.log = log.filter(({ seq }) => seq > wardrobe.logStart)
}
