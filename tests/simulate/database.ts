import type { Prng, VirtualProcess, VirtualTime } from '@modaics/shared/testing'
import {
  type CommitStore,
  compactMemoryWardrobe,
  createMemoryCommitStore,
  createMemoryEpochStore,
  type EpochStore,
  type MemoryWardrobes,
} from '../../server/testing/simulated-server.js'
import { type LoggedEdit, type LoggedValues, logEdits, namesOf } from './server-log.js'

/** The database as the instances of the server reach it: over a way that takes time and may fail. */
export interface SharedDatabase {
  open(process: VirtualProcess): {
    readonly store: CommitStore
    readonly epochStore: EpochStore
    /** for other tables: a way there and back, either of which may fail */
    readonly ask: <T>(label: string, work: () => Promise<T>) => Promise<T>
  }
  head(wardrobeId: string): number
  /** what was ever committed: a value that was stamped anew counts with its last stamp */
  values(wardrobeId: string): ReadonlyMap<string, LoggedEdit>
  /** Folds a log into its snapshot. */
  compact(wardrobeId: string, kept: number): void
  /** statements fail, before they are carried out or after */
  down: boolean
  /** ms of one way */
  latency: () => number
}

/** A fault that the simulation has made. */
class Trouble extends Error {}

/** True of the simulation's own faults: of the database, or of a disk. */
export function isTrouble(error: unknown): boolean {
  const { code } = error as { code?: string }
  return error instanceof Trouble || code === 'ENOSPC' || code === 'EIO'
}

export function createSharedDatabase(
  time: VirtualTime,
  random: Prng,
  wardrobes: MemoryWardrobes,
  log: (text: string) => void,
): SharedDatabase {
  const store = createMemoryCommitStore(wardrobes)
  const epochs = createMemoryEpochStore(wardrobes)
  const committed = new Map<string, LoggedValues>()
  const database: SharedDatabase = {
    values: (wardrobeId) => committed.get(wardrobeId) ?? new Map(),
    compact(wardrobeId, kept) {
      const wardrobe = wardrobes.get(wardrobeId)
      if (wardrobe && wardrobe.log.length > 0) compactMemoryWardrobe(wardrobe, kept)
    },
    head: (wardrobeId) => wardrobes.get(wardrobeId)?.head ?? 0,
    down: false,
    latency: () => 0.2 + random.next() * 2,
    open(process) {
      const wait = (label: string): Promise<void> =>
        new Promise((done) => {
          if (process.alive) time.at(process, database.latency(), label, done)
        })
      const ask = async <T>(label: string, work: () => Promise<T>): Promise<T> => {
        await wait(label)
        if (database.down && random.chance(0.5)) throw new Trouble('the connection to the database is lost')
        const result = await work()
        await wait('answer')
        if (database.down) throw new Trouble('the connection to the database is lost')
        return result
      }
      const opened: CommitStore = {
        load: (wardrobeId) => ask('load', () => store.load(wardrobeId)),
        newestStamps: (wardrobeId, writers) => ask('stamps', () => store.newestStamps(wardrobeId, writers)),
        folds: (wardrobeId, keys) => ask('folds', () => store.folds(wardrobeId, keys)),
        commit: (commit) =>
          ask(`commit ${commit.head}`, async () => {
            const done = await store.commit(commit)
            const values = committed.get(commit.wardrobeId) ?? new Map()
            committed.set(commit.wardrobeId, values)
            log(`commit ${commit.head} ${done ? 'stored' : 'came too late'}: ${namesOf(commit.edits)}`)
            if (done) logEdits(values, commit.edits)
            return done
          }),
        read: (wardrobeId, after) => ask('read', () => store.read(wardrobeId, after)),
        settled: (wardrobeId) => store.settled(wardrobeId),
      }
      return {
        ask,
        store: opened,
        epochStore: {
          page: (wardrobeId, after, count) => ask('page', () => epochs.page(wardrobeId, after, count)),
          live: (wardrobeId, keys) => ask('live', () => epochs.live(wardrobeId, keys)),
          turn: (turn) => ask('turn', () => epochs.turn(turn)),
          ended: (wardrobeId) => ask('ended', () => epochs.ended(wardrobeId)),
        },
      }
    },
  }
  return database
}
