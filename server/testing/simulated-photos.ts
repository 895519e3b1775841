import { createHash } from 'node:crypto'
import { ERRORS, isErrorCode, ModaicsError } from '@modaics/shared'
import type { Database } from '../db/database.js'
import type { RecordKey } from '../fold/fold-records.js'
import type { Door } from '../ingest/door.js'
import { createFollowUp } from '../photos/follow-up.js'
import { createIntake } from '../photos/intake.js'
import {
  ANALYSE_PHOTO,
  type AnalysePhoto,
  createPhotoAnalysis,
  tellFailure,
} from '../photos/photo-analysis.js'
import { isDue } from '../photos/photo-due.js'
import { readStoredPhotos, readUnfinished } from '../photos/photo-rows.js'
import { type PhotoStore, PICTURE_FORMATS, VARIANT_NAMES } from '../photos/photo-store.js'
import { PICTURE_LIMITS, type ReceivedPicture } from '../photos/receive.js'
import type { Analyser } from '../vision/analyser.js'
import { NO_LIMIT } from '../vision/budget.js'
import { look, lookAtPixels } from '../vision/look.js'

/** A job in its table. */
export interface SimulatedJob {
  data: AnalysePhoto
  state: 'waiting' | 'active'
  tries: number
  /** not before this, ms since 1970; of an active one, when it is given up */
  until: number
}

export interface SimulatedPhotosOptions {
  readonly database: Database
  readonly door: Door
  readonly store: PhotoStore
  readonly analyser: Analyser
  /** answers always */
  readonly fallback: Analyser
  /** by wardrobe and hash: one waiting and one active at most; in the database, as pg-boss has them */
  readonly jobs: Set<SimulatedJob>
  /** Resolves after a way to the database, or rejects. */
  readonly reach: () => Promise<void>
  readonly now: () => number
  /** a job has run */
  readonly onJob: (how: 'done' | 'done, and not heard of' | 'failed' | 'failed for good') => void
  /** between 0 and 1 */
  readonly random: () => number
  /** this process is the only one: what is active was cut off with the last */
  readonly alone: boolean
}

/** Uploads and analyses as `createPhotoService` puts them together, with a plainer queue of jobs, and without pixels. */
export interface SimulatedPhotos {
  take(wardrobeId: string, hash: string, bytes: Uint8Array): Promise<void>
  isStored(wardrobeId: string, hash: string): Promise<boolean>
  analyse(wardrobeId: string, photoId: string): Promise<void>
  recordsChanged(wardrobeId: string, records: readonly RecordKey[]): void
  /** What is done at the start, and every hour. */
  takeUpUnfinished(): Promise<void>
  start(): void
}

const POLL_MS = 2_000
const UNFINISHED = 1_000
const QUIET = { info() {}, warn() {}, error() {} }

export function createSimulatedPhotos(options: SimulatedPhotosOptions): SimulatedPhotos {
  const { database, door, store, analyser, fallback, jobs, reach, now, onJob, random } = options
  const scanner = { scan: async () => null }
  const intake = createIntake({ database, store, scanner, limits: PICTURE_LIMITS, now, receive })
  const followUp = createFollowUp({
    database,
    door,
    logger: QUIET,
    isDue: (photo, again) => isDue(photo, { analyser, fallback }, again),
    enqueue: (wardrobeId, hash) => enqueue({ wardrobeId, hash, again: false }),
  })
  const looking = { database, store, analyser, fallback, logger: QUIET, budget: NO_LIMIT, now }
  const analysis = createPhotoAnalysis({
    ...looking,
    door,
    look: (...picture) => look(looking, ...picture),
    lookAtPixels: (...picture) => lookAtPixels(looking, ...picture),
  })

  const isSame = (x: AnalysePhoto, y: AnalysePhoto): boolean =>
    x.wardrobeId === y.wardrobeId && x.hash === y.hash

  async function enqueue(data: AnalysePhoto): Promise<void> {
    await reach()
    const waiting = [...jobs].find((job) => job.state === 'waiting' && isSame(job.data, data))
    if (!waiting) jobs.add({ data, state: 'waiting', tries: 0, until: 0 })
    else if (data.again) waiting.data = data
    await reach()
  }

  /** At least once: whatever ends in the middle of it, or is not heard of, is run again. */
  async function run(job: SimulatedJob): Promise<void> {
    job.state = 'active'
    job.until = now() + ANALYSE_PHOTO.expireSeconds * 1_000
    const mine = job.until
    const end = new AbortController()
    const expiry = setTimeout(() => end.abort(new Error('it took too long')), mine - now())
    let failure: unknown
    try {
      await analysis.run(job.data, end.signal)
    } catch (error) {
      failure = error
    }
    clearTimeout(expiry)
    // Given up meanwhile: another has taken it.
    if (job.until !== mine) return
    await reach()
    if (failure === undefined && random() > 0.1) {
      jobs.delete(job)
      return onJob('done')
    }
    job.state = 'waiting'
    job.until = now() + ANALYSE_PHOTO.retrySeconds * 1_000 * 2 ** job.tries
    if (failure === undefined) return onJob('done, and not heard of')
    if (job.tries++ < ANALYSE_PHOTO.retries) return onJob('failed')
    const { code, detail } = failure as { code?: string; detail?: string }
    const known = code && isErrorCode(code) ? code : 'internal'
    await tellFailure({ database, door, analyser }, job.data, {
      code: known,
      detail: detail ?? ERRORS[known].remedy,
    })
    jobs.delete(job)
    onJob('failed for good')
  }

  function poll(): void {
    for (const job of jobs) {
      const active = [...jobs].some(
        (one) => one.state === 'active' && one.until > now() && isSame(one.data, job.data),
      )
      if (!active && job.until <= now()) run(job).catch(() => {}) // given up when its time is over, as one of a dead process
    }
  }

  return {
    async take(wardrobeId, hash, bytes) {
      await intake.take(wardrobeId, hash, bytes)
      await followUp.photos(wardrobeId, { hash }, true)
    },
    async isStored(wardrobeId, hash) {
      if (!(await intake.find(wardrobeId, hash))) return false
      await followUp.photos(wardrobeId, { hash }, true)
      return true
    },
    async analyse(wardrobeId, photoId) {
      await door.settled(wardrobeId)
      const [photo] = await readStoredPhotos(database, wardrobeId, { ids: [photoId] })
      if (!photo)
        throw new ModaicsError('not-found', 'there is no such photo, or its bytes are not stored yet')
      await enqueue({ wardrobeId, hash: photo.hash, again: true })
    },
    recordsChanged(wardrobeId, records) {
      followUp.changed(wardrobeId, records)
      analysis.recordsChanged(wardrobeId, records)
    },
    async takeUpUnfinished() {
      for (const { wardrobeId, id } of await readUnfinished(database, { analyser, fallback }, UNFINISHED))
        followUp.changed(wardrobeId, [{ kind: 'photos', id }])
    },
    start() {
      if (options.alone) for (const job of jobs) if (job.state === 'active') job.until = 0
      setInterval(poll, POLL_MS)
    },
  }
}

/** What `receivePicture` makes, without decoding: that takes other threads, which answer at no certain time. */
async function receive(bytes: Uint8Array, hash: string): Promise<ReceivedPicture> {
  if (createHash('sha256').update(bytes).digest('hex') !== hash)
    throw new ModaicsError('hash-mismatch', 'the bytes are not what was announced')
  return {
    mime: 'image/png',
    width: 1,
    height: 1,
    bytes: bytes.length,
    thumbhash: null,
    perceptualHash: null,
    variants: VARIANT_NAMES.flatMap((variant) =>
      PICTURE_FORMATS.map((format) => ({ variant, format, bytes })),
    ),
  }
}
