import { ModaicsError } from '@modaics/shared'
import type { Database } from '../db/database.js'
import type { RecordKey } from '../fold/fold-records.js'
import type { Door } from '../ingest/door.js'
import { createJobs, type JobLogger } from '../jobs/jobs.js'
import type { Analyser } from '../vision/analyser.js'
import { type Budget, NO_LIMIT } from '../vision/budget.js'
import { createLocalAnalyser } from '../vision/local-analyser.js'
import { look, lookAtPixels } from '../vision/look.js'
import { createFollowUp } from './follow-up.js'
import { createIntake } from './intake.js'
import { ANALYSE_PHOTO, createPhotoAnalysis, tellFailure, write } from './photo-analysis.js'
import { isAnalysed, isDue } from './photo-due.js'
import {
  erasePicture,
  type PhotoFile,
  readPhotoFile,
  readQuarantine,
  readStoredPhotos,
  readUnfinished,
} from './photo-rows.js'
import type { PhotoKey, PhotoStore, UploadTicket } from './photo-store.js'
import type { PictureScanner } from './picture-scanner.js'
import { PICTURE_LIMITS, type PictureLimits } from './receive.js'
import { createStructuralScanner } from './structural-scanner.js'
import { type Swept, sweepPhotos } from './sweep-photos.js'

export interface PhotoServiceOptions {
  readonly database: Database
  readonly door: Door
  readonly store: PhotoStore
  readonly logger: JobLogger
  /** who looks at photos; null for nobody. Where it cannot answer, the local one does. Local unless told. */
  readonly analyser?: Analyser | null
  /** looks for what is no picture; the structural one unless told */
  readonly scanner?: PictureScanner
  readonly limits?: PictureLimits
  /** what may be spent on analyses; without limit unless told */
  readonly budget?: Budget
  /** ms since 1970 */
  readonly now: () => number
  /** how long `stop` waits for jobs; see `JobsOptions` */
  readonly drainMs?: number
  /** how often to look for jobs; see `JobsOptions` */
  readonly pollMs?: number
}

export interface PhotoStatus {
  readonly file: PhotoFile | null
  /** what was found in an upload of it that was refused */
  readonly quarantined: string | null
  /** the photos records that have this picture, where its bytes are stored */
  readonly records: readonly {
    readonly id: string
    readonly analysed: boolean
    readonly failure: { readonly code: string; readonly detail: string } | null
  }[]
}

/** How a device is to bring a picture: not at all, through the server, or by itself. */
export type Invitation =
  | { readonly type: 'stored'; readonly file: PhotoFile }
  | { readonly type: 'server' }
  | (UploadTicket & { /** ms since 1970 */ readonly expiresAt: number })

/** Keeps the pictures of wardrobes and sees to it that they are looked at. Roles are checked by the caller. */
export interface PhotoService {
  readonly limits: PictureLimits
  /**
   * Checks and stores a picture; durable when it resolves. `created` is false where it was there already.
   *
   * @throws ModaicsError of `Intake`
   */
  store(wardrobeId: string, hash: string, bytes: Uint8Array): Promise<Stored>
  /** Stores a picture as another server kept it. @throws ModaicsError of `Intake` */
  restore(wardrobeId: string, file: PhotoFile, full: Uint8Array): Promise<void>
  /** URLs for an upload past this server, where the store has them. @throws ModaicsError `too-large` */
  invite(wardrobeId: string, hash: string, bytes: number): Promise<Invitation>
  /**
   * Checks and stores what was uploaded by invitation.
   *
   * @param parts of an upload in parts: its id, and the ETag of each part in order
   * @throws ModaicsError of `Intake`; `not-found` where nothing was uploaded
   */
  complete(
    wardrobeId: string,
    hash: string,
    parts?: { readonly uploadId: string; readonly etags: readonly string[] },
  ): Promise<Stored>
  /** The bytes of one size, or null where there is no such picture in this wardrobe. */
  read(key: PhotoKey): Promise<Uint8Array | null>
  /** A URL of the store itself that reads one size for a while; null where the store has none, or not this picture. */
  directLink(key: PhotoKey, seconds: number): Promise<string | null>
  has(key: PhotoKey): Promise<boolean>
  status(wardrobeId: string, hash: string): Promise<PhotoStatus>
  /**
   * Analyses a photo again: after a failure, or where another analyser had to stand in. Resolves when the job is durable.
   *
   * @throws ModaicsError `not-found` where there is no such photo or its bytes are not stored, `unavailable` where
   * analysis is off
   */
  analyse(wardrobeId: string, photoId: string): Promise<void>
  /** To be called after each commit, with the records that it touched. Returns at once. */
  recordsChanged(wardrobeId: string, records: readonly RecordKey[]): void
  /** Leaves nothing of a picture that no record shows any more: neither its sizes nor what was found in it. */
  erase(wardrobeId: string, hash: string): Promise<void>
  /** Puts store and database in accord; runs by itself, too. */
  sweep(): Promise<Swept>
  /** Starts the jobs and takes up what a crash left behind. Returns at once: a server is ready without it. */
  start(): void
  /** Resolves when nothing runs any more. */
  stop(): Promise<void>
}

interface Stored {
  readonly file: PhotoFile
  readonly created: boolean
}

/** How many records of the last run are taken up at once; the rest follow at the next round. */
const UNFINISHED = 10_000
const INVITATION_SECONDS = 900
/** Between rounds that look for what was forgotten; the first soon after the start. */
const ROUND_MS = 3_600_000
const FIRST_SWEEP_MS = 300_000

export function createPhotoService(options: PhotoServiceOptions): PhotoService {
  const { database, door, store, logger, now, limits = PICTURE_LIMITS, budget = NO_LIMIT } = options
  const { drainMs, pollMs } = options
  const fallback = createLocalAnalyser()
  const analyser = options.analyser === undefined ? fallback : options.analyser
  const jobs = createJobs({
    database,
    logger,
    ...(drainMs === undefined ? {} : { drainMs }),
    ...(pollMs === undefined ? {} : { pollMs }),
  })
  const scanner = options.scanner ?? createStructuralScanner()
  const intake = createIntake({ database, store, scanner, limits, now })
  const enqueue = (wardrobeId: string, hash: string, again: boolean): Promise<void> =>
    jobs.enqueue(ANALYSE_PHOTO, `${wardrobeId}:${hash}`, { wardrobeId, hash, again }, { replace: again })
  const followUp = createFollowUp({
    database,
    door,
    logger,
    isDue: (photo, again) => analyser !== null && isDue(photo, { analyser, fallback }, again),
    enqueue: (wardrobeId, hash) => enqueue(wardrobeId, hash, false),
  })
  const looking = analyser ? { database, store, analyser, fallback, logger, budget, now } : null
  const analysis = looking
    ? createPhotoAnalysis({
        ...looking,
        door,
        look: (...picture) => look(looking, ...picture),
        lookAtPixels: (...picture) => lookAtPixels(looking, ...picture),
      })
    : null
  const timers: ReturnType<typeof setInterval>[] = []
  let rounds: Promise<unknown> = Promise.resolve()

  async function takeIn(wardrobeId: string, hash: string, bytes: Uint8Array): Promise<Stored> {
    try {
      const stored = await intake.take(wardrobeId, hash, bytes)
      await followUp.photos(wardrobeId, { hash }, true)
      return stored
    } catch (error) {
      if (error instanceof ModaicsError && error.code === 'quarantined')
        await followUp.photos(wardrobeId, { hash })
      throw error
    }
  }

  async function takeUpUnfinished(): Promise<void> {
    const left = await readUnfinished(database, analyser && { analyser, fallback }, UNFINISHED)
    for (const { wardrobeId, id } of left) followUp.changed(wardrobeId, [{ kind: 'photos', id }])
  }

  const sweep = (): Promise<Swept> =>
    sweepPhotos({
      database,
      store,
      logger,
      now,
      onLost: async (wardrobeId, hash) => {
        await door.settled(wardrobeId)
        const rows = await database.query<{ id: string }>(
          'select id from photos where wardrobe_id = $1 and hash = $2 and stored_at is not null',
          [wardrobeId, hash],
        )
        // a device that still has the bytes sends them again
        const changes = rows.map(({ id }) => ({ kind: 'photos', id, set: { storedAt: null } }))
        await write(door, wardrobeId, changes)
      },
    })

  /** Errands one after the other, and none after the stop. */
  function round(work: () => Promise<unknown>, message: string): void {
    rounds = rounds.then(async () => {
      if (timers.length === 0) return
      await work().catch((error: unknown) => logger.error({ error }, message))
    })
  }

  return {
    limits,
    store: takeIn,
    async restore(wardrobeId, file, full) {
      await intake.restore(wardrobeId, file, full)
      await followUp.photos(wardrobeId, { hash: file.hash })
    },

    async invite(wardrobeId, hash, bytes) {
      if (bytes > limits.bytes)
        throw new ModaicsError('too-large', `a picture has at most ${limits.bytes} bytes`)
      const file = await intake.find(wardrobeId, hash)
      if (file) {
        await followUp.photos(wardrobeId, { hash }, true)
        return { type: 'stored', file }
      }
      if (!store.direct) return { type: 'server' }
      const ticket = await store.direct.invite({ wardrobeId, hash }, bytes, INVITATION_SECONDS)
      return { ...ticket, expiresAt: Math.floor(now()) + INVITATION_SECONDS * 1_000 }
    },

    async complete(wardrobeId, hash, parts) {
      const { direct } = store
      const key = { wardrobeId, hash }
      if (!direct) throw new ModaicsError('not-found', 'This server takes pictures itself: PUT /v1/photos')
      const known = await intake.find(wardrobeId, hash)
      if (known) {
        await followUp.photos(wardrobeId, { hash }, true)
        await direct.discard(key)
        return { file: known, created: false }
      }
      // false: it was joined before, by a request whose answer was lost
      if (parts) await direct.join(key, parts.uploadId, parts.etags)
      try {
        const bytes = await direct.take(key, limits.bytes)
        if (!bytes) throw new ModaicsError('not-found', 'Nothing has been uploaded for this invitation')
        const stored = await takeIn(wardrobeId, hash, bytes)
        await direct.discard(key)
        return stored
      } catch (error) {
        // what can never be taken need not lie there
        if (error instanceof ModaicsError && (error.remedy === 'fix' || error.code === 'hash-mismatch'))
          await direct.discard(key)
        throw error
      }
    },

    read: (key) => store.get(key),
    has: (key) => store.has(key),
    directLink: async (key, seconds) =>
      store.direct && (await store.has(key)) ? store.direct.link(key, seconds) : null,

    async status(wardrobeId, hash) {
      const file = await readPhotoFile(database, wardrobeId, hash)
      await door.settled(wardrobeId)
      const photos = file ? await readStoredPhotos(database, wardrobeId, { hash }) : []
      const records = photos.map((photo) => ({
        id: photo.id,
        analysed: isAnalysed(photo),
        failure: (photo.told.failure ?? null) as PhotoStatus['records'][number]['failure'],
      }))
      return { file, quarantined: await readQuarantine(database, wardrobeId, hash), records }
    },

    async analyse(wardrobeId, photoId) {
      if (!analyser) throw new ModaicsError('unavailable', 'Analysis of photos is off on this server')
      await door.settled(wardrobeId)
      const [photo] = await readStoredPhotos(database, wardrobeId, { ids: [photoId] })
      if (!photo)
        throw new ModaicsError('not-found', 'There is no such photo, or its bytes are not stored yet')
      await enqueue(wardrobeId, photo.hash, true)
    },

    recordsChanged(wardrobeId, records) {
      followUp.changed(wardrobeId, records)
      analysis?.recordsChanged(wardrobeId, records)
    },
    async erase(wardrobeId, hash) {
      await erasePicture(database, wardrobeId, hash)
      await store.delete(wardrobeId, hash)
      await store.direct?.discard({ wardrobeId, hash })
    },
    sweep,

    start() {
      if (analysis && analyser)
        jobs.work(
          ANALYSE_PHOTO,
          (data, { signal }) => analysis.run(data, signal),
          (data, failure) => tellFailure({ database, door, analyser }, data, failure),
        )
      const every = (ms: number, work: () => void): void => {
        const timer = setInterval(work, ms)
        timer.unref()
        timers.push(timer)
      }
      const takeUp = (): void => round(takeUpUnfinished, 'cannot look for unfinished photos')
      const sweepNow = (): void => round(sweep, 'cannot sweep the pictures')
      every(ROUND_MS, takeUp)
      every(ROUND_MS, sweepNow)
      const first = setTimeout(sweepNow, FIRST_SWEEP_MS)
      first.unref()
      timers.push(first)
      takeUp()
    },

    async stop() {
      for (const timer of timers.splice(0)) clearInterval(timer)
      await rounds
      await followUp.stop()
      await jobs.stop()
    },
  }
}
