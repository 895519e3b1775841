import type { Prng, VirtualProcess, VirtualTime } from '@modaics/shared/testing'
import {
  type CommitStore,
  createMemoryCommitStore,
  type MemoryWardrobes,
} from '../../server/testing/simulated-server.js'

/** The database as the instances of the server reach it: over a way that takes time and may fail. */
export interface SharedDatabase {
  open(process: VirtualProcess): CommitStore
  head(wardrobeId: string): number
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
): SharedDatabase {
  const store = createMemoryCommitStore(wardrobes)
  const database: SharedDatabase = {
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
      return {
        load: (wardrobeId) => ask('load', () => store.load(wardrobeId)),
        newestStamps: (wardrobeId, writers) => ask('stamps', () => store.newestStamps(wardrobeId, writers)),
        folds: (wardrobeId, keys) => ask('folds', () => store.folds(wardrobeId, keys)),
        commit: (commit) => ask(`commit ${commit.head}`, () => store.commit(commit)),
        read: (wardrobeId, after) => ask('read', () => store.read(wardrobeId, after)),
        settled: (wardrobeId) => store.settled(wardrobeId),
      }
    },
  }
  return database
}
