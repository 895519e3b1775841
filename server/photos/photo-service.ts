import { ModaicsError } from '@modaics/shared'
import type { Database } from '../db/database.js'
import type { Door } from '../ingest/door.js'
import { createJobs, type JobLogger } from '../jobs/jobs.js'
import type { Analyser } from '../vision/analyser.js'
import { createLocalAnalyser } from '../vision/local-analyser.js'
import { look } from '../vision/look.js'
import { ANALYSE_PHOTO, analysePhoto, isAnalysed, tellFailure, write } from './photo-analysis.js'
import {
  type PhotoFile,
  readPhotoFile,
  readStoredPhotos,
  readUnfinished,
  type StoredPhoto,
  writePhotoFile,
} from './photo-rows.js'
import { type PhotoStore, VARIANT_NAMES, type Variant } from './photo-store.js'
import { PICTURE_LIMITS, type PictureLimits, receivePicture } from './receive.js'
import { createTurns } from './turns.js'

export interface PhotoServiceOptions {
  readonly database: Database
  readonly door: Door
  readonly store: PhotoStore
  readonly logger: JobLogger
  /** who looks at photos; null for nobody. Where it cannot answer, the local one does. Local unless told. */
  readonly analyser?: Analyser | null
  readonly limits?: PictureLimits
  /** ms since 1970 */
  readonly now: () => number
  /** how long `stop` waits for jobs; see `JobsOptions` */
  readonly drainMs?: number
  /** how often to look for jobs; see `JobsOptions` */
  readonly pollMs?: number
}

export interface PhotoStatus {
  readonly file: PhotoFile | null
  /** the photos records that have this picture, where its bytes are stored */
  readonly records: readonly {
    readonly id: string
    readonly analysed: boolean
    readonly failure: { readonly code: string; readonly detail: string } | null
  }[]
}

/** Keeps the pictures of wardrobes and sees to it that they are looked at. Roles are checked by the caller. */
export interface PhotoService {
  readonly limits: PictureLimits
  /**
   * Checks and stores a picture; durable when it resolves. `created` is false where it was there already.
   *
   * @throws ModaicsError of `receivePicture` and `PhotoStore`; `unavailable` where too many wait
   */
  store(
    wardrobeId: string,
    hash: string,
    bytes: Uint8Array,
  ): Promise<{ readonly file: PhotoFile; readonly created: boolean }>
  /** The bytes of one size (WebP), or null where there is no such picture in this wardrobe. */
  read(wardrobeId: string, hash: string, variant: Variant): Promise<Uint8Array | null>
  status(wardrobeId: string, hash: string): Promise<PhotoStatus>
  /**
   * Analyses a photo again: after a failure, or where another analyser had to stand in. Resolves when the job is durable.
   *
   * @throws ModaicsError `not-found` where there is no such photo or its bytes are not stored, `unavailable` where
   * analysis is off
   */
  analyse(wardrobeId: string, photoId: string): Promise<void>
  /** To be called after each commit that touches photos records, with their ids. Returns at once. */
  photoRecordsChanged(wardrobeId: string, ids: readonly string[]): void
  /** Starts the jobs and takes up what a crash left behind. Returns at once: a server is ready without it. */
  start(): void
  /** Resolves when nothing runs any more. */
  stop(): Promise<void>
}

/** How many records of the last run are taken up at a start; the rest follow as they are touched, or at the next. */
const UNFINISHED = 10_000

export function createPhotoService(options: PhotoServiceOptions): PhotoService {
  const { database, door, store, logger, now, limits = PICTURE_LIMITS } = options
  const fallback = createLocalAnalyser()
  const analyser = options.analyser === undefined ? fallback : options.analyser
  const { drainMs, pollMs } = options
  const jobs = createJobs({
    database,
    logger,
    ...(drainMs === undefined ? {} : { drainMs }),
    ...(pollMs === undefined ? {} : { pollMs }),
  })
  // each decodes up to 64 million pixels: two at once, and no endless queue of their bytes
  const decoding = createTurns({ atOnce: 2, waiting: 32 })
  const changed = new Map<string, Set<string>>()
  const telling = new Set<string>()
  let following: Promise<void> | undefined
  let stopped = false

  /** Does for each photo what is due now: says that it is stored, and has it looked at. */
  async function followUp(
    wardrobeId: string,
    which: { readonly ids: readonly string[] } | { readonly hash: string },
    again = false,
  ): Promise<void> {
    await door.settled(wardrobeId)
    let photos = await readStoredPhotos(database, wardrobeId, which)
    const untold = photos.filter(({ told, storedAt }) => told.storedAt !== storedAt)
    if (untold.length > 0) {
      await tellStored(wardrobeId, untold)
      await door.settled(wardrobeId)
      photos = await readStoredPhotos(database, wardrobeId, which)
    }
    if (!analyser) return
    const due = photos.filter(
      (photo) => photo.itemIsThere && !isAnalysed(photo) && (again || (photo.told.failure ?? null) === null),
    )
    for (const hash of new Set(due.map((photo) => photo.hash))) await enqueue(wardrobeId, hash, false)
  }

  /** The caller reads again afterwards, so the news of this very commit need not be followed up. */
  async function tellStored(wardrobeId: string, photos: readonly StoredPhoto[]): Promise<void> {
    const names = photos.map(({ id }) => `${wardrobeId} ${id}`)
    for (const name of names) telling.add(name)
    try {
      await write(
        door,
        wardrobeId,
        photos.map(({ id, storedAt }) => ({ kind: 'photos', id, set: { storedAt } })),
      )
    } finally {
      for (const name of names) telling.delete(name)
    }
  }

  function enqueue(wardrobeId: string, hash: string, again: boolean): Promise<void> {
    return jobs.enqueue(
      ANALYSE_PHOTO,
      `${wardrobeId}:${hash}`,
      { wardrobeId, hash, again },
      { replace: again },
    )
  }

  /** One wardrobe after the other, all ids that have gathered: a burst of commits costs a few queries. */
  async function followChanges(): Promise<void> {
    for (const [wardrobeId, ids] of changed) {
      if (stopped) return
      changed.delete(wardrobeId)
      try {
        await followUp(wardrobeId, { ids: [...ids] })
      } catch (error) {
        // taken up again at the next start, upload or change
        logger.error({ error, wardrobeId }, 'cannot follow up changed photos')
      }
    }
  }

  function photoRecordsChanged(wardrobeId: string, touched: readonly string[]): void {
    const ids = touched.filter((id) => !telling.has(`${wardrobeId} ${id}`))
    if (stopped || ids.length === 0) return
    const known = changed.get(wardrobeId)
    if (known) for (const id of ids) known.add(id)
    else changed.set(wardrobeId, new Set(ids))
    following ??= (async () => {
      while (changed.size > 0 && !stopped) await followChanges()
      following = undefined
    })()
  }

  async function isStored(wardrobeId: string, hash: string): Promise<boolean> {
    const variants = VARIANT_NAMES.map((variant) => store.has({ wardrobeId, hash, variant }))
    return (await Promise.all(variants)).every(Boolean)
  }

  return {
    limits,

    async store(wardrobeId, hash, bytes) {
      let file = await readPhotoFile(database, wardrobeId, hash)
      const created = !(file && (await isStored(wardrobeId, hash)))
      if (created) {
        const { variants, ...rest } = await decoding(() => receivePicture(bytes, hash, limits))
        for (const variant of VARIANT_NAMES) await store.put({ wardrobeId, hash, variant }, variants[variant])
        // the row last: where it is, the bytes are
        await writePhotoFile(database, wardrobeId, { hash, ...rest, storedAt: Math.floor(now()) })
        file = await readPhotoFile(database, wardrobeId, hash)
      }
      if (!file) throw new ModaicsError('storage-failed', 'the stored picture has no row')
      await followUp(wardrobeId, { hash }, true)
      return { file, created }
    },

    read: (wardrobeId, hash, variant) => store.get({ wardrobeId, hash, variant }),

    async status(wardrobeId, hash) {
      const file = await readPhotoFile(database, wardrobeId, hash)
      await door.settled(wardrobeId)
      const photos = file ? await readStoredPhotos(database, wardrobeId, { hash }) : []
      const records = photos.map((photo) => ({
        id: photo.id,
        analysed: isAnalysed(photo),
        failure: (photo.told.failure ?? null) as PhotoStatus['records'][number]['failure'],
      }))
      return { file, records }
    },

    async analyse(wardrobeId, photoId) {
      if (!analyser) throw new ModaicsError('unavailable', 'Analysis of photos is off on this server')
      await door.settled(wardrobeId)
      const [photo] = await readStoredPhotos(database, wardrobeId, { ids: [photoId] })
      if (!photo)
        throw new ModaicsError('not-found', 'There is no such photo, or its bytes are not stored yet')
      await enqueue(wardrobeId, photo.hash, true)
    },

    photoRecordsChanged,

    start() {
      if (analyser) {
        const watcher = {
          database,
          door,
          analyser,
          now,
          look: (wardrobeId: string, hash: string, signal: AbortSignal) =>
            look({ database, store, analyser, fallback, logger }, wardrobeId, hash, signal),
        }
        jobs.work(
          ANALYSE_PHOTO,
          (data, { signal }) => analysePhoto(watcher, data, signal),
          (data, failure) => tellFailure(watcher, data, failure),
        )
      }
      readUnfinished(database, UNFINISHED).then(
        (left) => {
          for (const { wardrobeId, id } of left) photoRecordsChanged(wardrobeId, [id])
        },
        (error) => logger.error({ error }, 'cannot look for unfinished photos'),
      )
    },

    async stop() {
      stopped = true
      await following
      await jobs.stop()
    },
  }
}
