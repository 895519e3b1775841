import { crc32 } from 'node:zlib'
import { ModaicsError } from '@modaics/shared'
import type { Prng, VirtualProcess, VirtualTime } from '@modaics/shared/testing'
import {
  type Analyser,
  AnalysisError,
  createMemoryPhotoDatabase,
  createPhotoTables,
  type Database,
  type MemoryWardrobes,
  type PhotoStore,
  type PhotoTables,
  type SimulatedJob,
  type SimulatedPhotosOptions,
} from '../../server/testing/simulated-server.js'
import type { SharedDatabase } from './database.js'

/** An object store and a model that looks at pictures, both far away and both with faults of their own. */
export interface SharedPhotos {
  /** how many calls of the store go wrong, 0 to 1 */
  storeTrouble: number
  /** how many looks go wrong, 0 to 1 */
  visionTrouble: number
  readonly tables: PhotoTables
  open(process: VirtualProcess, alone: boolean): Omit<SimulatedPhotosOptions, 'door' | 'now'>
}

type Fate = 'ok' | 'fails' | 'fails afterwards' | 'twice' | 'late' | 'no answer'
const FATES: readonly Fate[] = ['fails', 'fails afterwards', 'twice', 'late', 'no answer']

/** Whoever asks gives up after this. */
const TIMEOUT_MS = 30_000
/** How soon somebody who looks notices that it is not wanted any more. */
const ABORTED_MS = 500

export function createSharedPhotos(
  time: VirtualTime,
  random: Prng,
  wardrobes: MemoryWardrobes,
  database: SharedDatabase,
  count: (what: string) => void,
): SharedPhotos {
  const tables = createPhotoTables()
  const jobs = new Set<SimulatedJob>()
  const objects = new Map<string, Uint8Array>()
  const rows = createMemoryPhotoDatabase(wardrobes, tables)

  const photos: SharedPhotos = {
    storeTrouble: 0,
    visionTrouble: 0,
    tables,
    open(process, alone) {
      const { ask } = database.open(process)
      const wait = (ms: number, label: string): Promise<void> =>
        new Promise((done) => void (process.alive && time.at(process, ms, label, done)))

      async function meet<T>(
        what: string,
        trouble: number,
        usual: number,
        work: () => T,
        fail: (fate: string) => Error,
      ): Promise<T> {
        const fate = random.chance(trouble) ? random.pick(FATES) : 'ok'
        if (fate !== 'ok') count(`${what}: ${fate}`)
        await wait(random.next() * (fate === 'late' ? TIMEOUT_MS : usual), what)
        if (fate === 'fails') throw fail(fate)
        const result = fate === 'no answer' && random.chance(0.5) ? null : work()
        if (fate === 'twice') time.at(null, random.next() * 10_000, `${what} again`, () => void work())
        await wait(fate === 'no answer' ? TIMEOUT_MS : random.next() * usual, what)
        if (result === null || fate === 'no answer' || fate === 'fails afterwards') throw fail(fate)
        return result
      }

      const call = <T>(work: () => T): Promise<T> =>
        meet('photo store', photos.storeTrouble, 60, work, (fate) => new ModaicsError('storage-failed', fate))
      const keyOf = (key: object): string => Object.values(key).join(' ')
      const store: PhotoStore = {
        put: (key, bytes) => call(() => void objects.set(keyOf(key), bytes.slice())),
        get: async (key) => (await call(() => ({ bytes: objects.get(keyOf(key)) ?? null }))).bytes,
        has: (key) => call(() => objects.has(keyOf(key))),
        delete: (wardrobeId, hash) =>
          call(() => {
            for (const key of objects.keys())
              if (key.startsWith(`${wardrobeId} ${hash} `)) objects.delete(key)
          }),
        async *list() {},
        sweep: async () => 0,
        direct: null,
      }
      const analyser: Analyser = {
        id: 'model',
        version: 1,
        async analyse({ bytes }, signal) {
          count('looks at photos')
          const seen = meet(
            'vision',
            photos.visionTrouble,
            1_500,
            () => ({ analysis: seenIn(bytes), costUsd: 0 }),
            (fate) =>
              new AnalysisError(
                fate === 'no answer' ? 'timeout' : fate === 'fails' ? 'unavailable' : 'malformed',
                fate,
              ),
          )
          return unlessAborted(seen, signal, (look) => void time.at(process, ABORTED_MS, 'aborted?', look))
        },
      }
      return {
        database: {
          ...rows,
          query: (sql: string, params?: readonly unknown[]) =>
            ask('photo rows', () => rows.query(sql, params)),
        } as Database,
        store,
        analyser,
        fallback: {
          id: 'local',
          version: 1,
          analyse: async () => ({ analysis: { category: { value: 'tops', confidence: 0.99 } }, costUsd: 0 }),
        },
        jobs,
        reach: () => ask('jobs', async () => {}),
        random: () => random.next(),
        alone,
        onJob: (how) => count(`analyses ${how}`),
      }
    },
  }
  return photos
}

/**
 * Looks now and then, and does not listen: Node keeps a signal made of others for as long as somebody listens to it, and with
 * it the whole run of whoever was killed meanwhile.
 */
function unlessAborted<T>(
  work: Promise<T>,
  signal: AbortSignal,
  later: (look: () => void) => void,
): Promise<T> {
  let done = false
  return new Promise<T>((resolve, reject) => {
    const look = (): void => {
      if (signal.aborted) reject(signal.reason)
      else if (!done) later(look)
    }
    work.then(resolve, reject).finally(() => {
      done = true
    })
    look()
  })
}

/** What the model sees in a picture: a text that no other picture has. */
const seenIn = (bytes: Uint8Array) => ({
  category: { value: 'tops', confidence: 0.99 },
  material: { value: `seen ${crc32(bytes)}`, confidence: 1 },
})

/** A PNG of one pixel, different for each number. */
export function pictureOf(number: number): Uint8Array {
  const chunk = (type: string, data: readonly number[]): Buffer => {
    const body = Buffer.concat([Buffer.from(type), Buffer.from(data)])
    const frame = Buffer.alloc(body.length + 8)
    frame.writeUInt32BE(data.length, 0)
    body.copy(frame, 4)
    frame.writeUInt32BE(crc32(body), body.length + 4)
    return frame
  }
  const digits = [number & 255, (number >> 8) & 255, (number >> 16) & 255, 0]
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', [0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0]),
    chunk('IDAT', digits),
    chunk('IEND', []),
  ])
}
