import { isSha256, isUuid, ModaicsError } from '@modaics/shared'
import { z } from 'zod'
import type { Database } from '../db/database.js'
import type { RecordKey } from '../fold/fold-records.js'
import type { Change, Door } from '../ingest/door.js'
import type { JobFailure, JobLogger, JobQueue } from '../jobs/job-queue.js'
import { AnalysisError, type Lookers } from '../vision/analyser.js'
import { type Analysis, analysisSchema } from '../vision/analysis.js'
import { combineAnalyses, type View } from '../vision/combine-analyses.js'
import { itemChange, photoChange, pixelsChange } from '../vision/enrich.js'
import type { Look } from '../vision/look.js'
import { isAnalysed, isDone, lacksPixels } from './photo-due.js'
import { readSaid, readStoredPhotos, type StoredPhoto } from './photo-rows.js'

/** A picture of a wardrobe that is to be looked at. */
export interface AnalysePhoto {
  readonly wardrobeId: string
  readonly hash: string
  /** asked for by a person: also where another analyser has stood in for the one that is asked first */
  readonly again: boolean
}

export const ANALYSE_PHOTO: JobQueue<AnalysePhoto> = {
  name: 'analyse-photo',
  data: z.object({
    wardrobeId: z.string().refine(isUuid),
    hash: z.string().refine(isSha256),
    again: z.boolean(),
  }),
  retries: 3,
  retrySeconds: 5,
  expireSeconds: 120,
  concurrency: 2,
}

export interface PhotoAnalysisOptions extends Lookers {
  readonly database: Database
  readonly door: Door
  readonly logger: JobLogger
  readonly look: (wardrobeId: string, hash: string, signal: AbortSignal) => Promise<Look>
  /** the same of the pixels alone: by the fallback, which costs nothing */
  readonly lookAtPixels: PhotoAnalysisOptions['look']
  /** ms since 1970 */
  readonly now: () => number
}

/** The work of the queue `ANALYSE_PHOTO`. */
export interface PhotoAnalysis {
  /**
   * Looks at a picture and writes what was seen, in one commit, to every photos record that has it and to their items.
   * What only lacks what the pixels say gets that, and nothing else. Running it again, after a crash at any point, looks
   * and writes only where that was not done.
   */
  run(job: AnalysePhoto, signal: AbortSignal): Promise<void>
  /** To be called after each commit: what nobody wants any more, because photo or item are removed, is broken off. */
  recordsChanged(wardrobeId: string, records: readonly RecordKey[]): void
}

export function createPhotoAnalysis({
  database,
  door,
  logger,
  analyser,
  fallback,
  look,
  lookAtPixels,
  now,
}: PhotoAnalysisOptions): PhotoAnalysis {
  /** What was seen in all photos of an item, this one included. */
  async function viewsOf(
    wardrobeId: string,
    itemId: string,
    hash: string,
    analysis: Analysis,
  ): Promise<View[]> {
    const photos = await readStoredPhotos(database, wardrobeId, { itemId })
    return photos.flatMap((photo) => {
      if (photo.hash === hash) return [{ analysis, leads: photo.leads }]
      if (!isAnalysed(photo)) return []
      const seen = analysisSchema.safeParse(photo.told.analysis)
      return seen.success ? [{ analysis: seen.data, leads: photo.leads }] : []
    })
  }

  const running = new Set<{ readonly wardrobeId: string; readonly check: () => Promise<void> }>()

  /** Those with this picture whose item is there and that are still to be looked at. */
  async function photosOf(
    wardrobeId: string,
    hash: string,
    isWanted: (photo: StoredPhoto) => boolean,
  ): Promise<StoredPhoto[]> {
    await door.settled(wardrobeId)
    const photos = await readStoredPhotos(database, wardrobeId, { hash })
    return photos.filter((photo) => photo.itemIsThere && isWanted(photo))
  }

  /** What `look` sees, as long as somebody wants it; null where nobody does, or not any more. */
  async function lookWhile(
    wanted: () => Promise<readonly StoredPhoto[]>,
    wardrobeId: string,
    signal: AbortSignal,
    look: (signal: AbortSignal) => Promise<Look>,
  ): Promise<Look | null> {
    if ((await wanted()).length === 0) return null
    const unwanted = new AbortController()
    const watch = {
      wardrobeId,
      check: async () => {
        if ((await wanted()).length === 0) unwanted.abort(new Error('nobody wants it any more'))
      },
    }
    running.add(watch)
    try {
      return await look(AbortSignal.any([signal, unwanted.signal]))
    } catch (error) {
      if (unwanted.signal.aborted && !signal.aborted) return null
      throw error
    } finally {
      running.delete(watch)
    }
  }

  async function analyse({ wardrobeId, hash, again }: AnalysePhoto, signal: AbortSignal): Promise<void> {
    const due = () => photosOf(wardrobeId, hash, (photo) => !isDone(photo, analyser, again))
    const seen = await lookWhile(due, wardrobeId, signal, (until) => look(wardrobeId, hash, until))
    if (!seen) return
    const { analysis, by } = seen
    // looking takes a while: a photo or its item may have been removed meanwhile
    const standsIn = (by.fallback !== undefined || by.partial !== undefined) && !again
    const photos = (await due()).filter((photo) => !(standsIn && isAnalysed(photo)))
    const changes: Change[] = photos.flatMap(({ id, itemId, told }) =>
      itemId === null
        ? []
        : photoChange({
            photoId: id,
            hash,
            itemId,
            failed: (told.failure ?? null) !== null,
            analysis,
            by,
            at: now(),
          }),
    )
    const itemIds = new Set(photos.flatMap(({ itemId }) => (itemId === null ? [] : [itemId])))
    for (const itemId of itemIds) {
      const change = itemChange(
        itemId,
        combineAnalyses(await viewsOf(wardrobeId, itemId, hash, analysis)),
        await readSaid(database, wardrobeId, 'items', itemId),
      )
      if (change) changes.unshift(change)
    }
    await write(door, wardrobeId, changes)
  }

  /**
   * For what was seen before the pixels were measured so. What cannot be measured stays as it is, and is no failure.
   *
   * @throws whatever kept it from looking, as a store or database that does not answer: it is to be run again
   */
  async function measurePixels({ wardrobeId, hash }: AnalysePhoto, signal: AbortSignal): Promise<void> {
    const due = () => photosOf(wardrobeId, hash, (photo) => lacksPixels(photo, fallback))
    let seen: Look | null
    try {
      seen = await lookWhile(due, wardrobeId, signal, (until) => lookAtPixels(wardrobeId, hash, until))
    } catch (error) {
      signal.throwIfAborted()
      if (!isOfPicture(error)) throw error
      logger.warn({ error, hash }, 'the pixels cannot be measured; what was seen before stays')
      return
    }
    if (!seen || seen.by.partial !== undefined) return
    const { features } = seen.analysis
    const changes = (await due()).map(({ id, told }) =>
      pixelsChange(id, told.analysis, features, fallback.version),
    )
    await write(door, wardrobeId, changes)
  }

  return {
    async run(job, signal) {
      await analyse(job, signal)
      await measurePixels(job, signal)
    },
    recordsChanged(wardrobeId, records) {
      if (!records.some(({ kind }) => kind === 'items' || kind === 'photos')) return
      for (const watch of running) if (watch.wardrobeId === wardrobeId) watch.check().catch(() => {}) // it is checked again after looking
    },
  }
}

/** Would looking again find the same? */
function isOfPicture(error: unknown): boolean {
  return error instanceof AnalysisError || (error instanceof ModaicsError && error.code === 'analysis-failed')
}

/** Tells the owner, in the records, that the analysis has failed for good: of each photo in which nothing was seen. */
export async function tellFailure(
  { database, door, analyser }: Pick<PhotoAnalysisOptions, 'database' | 'door' | 'analyser'>,
  { wardrobeId, hash, again }: AnalysePhoto,
  { code, detail }: JobFailure,
): Promise<void> {
  await door.settled(wardrobeId)
  const failure = { code, detail }
  const photos = await readStoredPhotos(database, wardrobeId, { hash })
  const untold = photos.filter(
    (photo) =>
      !isDone(photo, analyser, again) && JSON.stringify(photo.told.failure) !== JSON.stringify(failure),
  )
  await write(
    door,
    wardrobeId,
    untold.map(({ id }) => ({ kind: 'photos', id, set: { failure } })),
  )
}

export async function write(door: Door, wardrobeId: string, changes: readonly Change[]): Promise<void> {
  if (changes.length === 0) return
  const written = await door.write(wardrobeId, { source: 'vision' }, changes)
  if (!written.ok) throw new ModaicsError(written.code, written.detail)
}
