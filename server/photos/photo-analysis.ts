import { isSha256, isUuid, type Json, ModaicsError } from '@modaics/shared'
import { z } from 'zod'
import type { Database } from '../db/database.js'
import type { RecordKey } from '../fold/fold-records.js'
import type { Change, Door } from '../ingest/door.js'
import type { JobFailure, JobQueue } from '../jobs/job-queue.js'
import type { Analyser } from '../vision/analyser.js'
import { type Analysis, analysisSchema } from '../vision/analysis.js'
import { combineAnalyses, type View } from '../vision/combine-analyses.js'
import { itemChange, photoChange } from '../vision/enrich.js'
import type { Look } from '../vision/look.js'
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

export interface PhotoAnalysisOptions {
  readonly database: Database
  readonly door: Door
  /** the one that is asked first */
  readonly analyser: Pick<Analyser, 'id' | 'version'>
  readonly look: (wardrobeId: string, hash: string, signal: AbortSignal) => Promise<Look>
  /** ms since 1970 */
  readonly now: () => number
}

/** The work of the queue `ANALYSE_PHOTO`. */
export interface PhotoAnalysis {
  /**
   * Looks at a picture and writes what was seen, in one commit, to every photos record that has it and to their items.
   * Running it again, after a crash at any point, looks and writes only where that was not done.
   */
  run(job: AnalysePhoto, signal: AbortSignal): Promise<void>
  /** To be called after each commit: what nobody wants any more, because photo or item are removed, is broken off. */
  recordsChanged(wardrobeId: string, records: readonly RecordKey[]): void
}

export function createPhotoAnalysis({
  database,
  door,
  analyser,
  look,
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

  return {
    async run({ wardrobeId, hash, again }, signal) {
      const due = async (): Promise<StoredPhoto[]> => {
        await door.settled(wardrobeId)
        const photos = await readStoredPhotos(database, wardrobeId, { hash })
        return photos.filter((photo) => photo.itemIsThere && !isDone(photo, analyser, again))
      }
      if ((await due()).length === 0) return
      const unwanted = new AbortController()
      const watch = {
        wardrobeId,
        check: async () => {
          if ((await due()).length === 0) unwanted.abort(new Error('nobody wants it any more'))
        },
      }
      running.add(watch)
      try {
        const { analysis, by } = await look(wardrobeId, hash, AbortSignal.any([signal, unwanted.signal]))
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
      } catch (error) {
        if (unwanted.signal.aborted && !signal.aborted) return
        throw error
      } finally {
        running.delete(watch)
      }
    },
    recordsChanged(wardrobeId, records) {
      if (!records.some(({ kind }) => kind === 'items' || kind === 'photos')) return
      for (const watch of running) if (watch.wardrobeId === wardrobeId) watch.check().catch(() => {}) // it is checked again after looking
    },
  }
}

/** Tells the owner, in the records, that the analysis has failed for good. */
export async function tellFailure(
  { database, door }: Pick<PhotoAnalysisOptions, 'database' | 'door'>,
  { wardrobeId, hash }: AnalysePhoto,
  { code, detail }: JobFailure,
): Promise<void> {
  await door.settled(wardrobeId)
  const failure = { code, detail }
  const photos = await readStoredPhotos(database, wardrobeId, { hash })
  const untold = photos.filter(({ told }) => JSON.stringify(told.failure) !== JSON.stringify(failure))
  await write(
    door,
    wardrobeId,
    untold.map(({ id }) => ({ kind: 'photos', id, set: { failure } })),
  )
}

/** Has an analysis of this very picture for this very item been written, by any analyser? */
export function isAnalysed({ hash, itemId, told }: StoredPhoto): boolean {
  const { analysis } = told
  return isRecord(analysis) && analysis.hash === hash && analysis.itemId === itemId
}

/** The same, and not by an older version of this analyser. What another one has seen stays. */
export function isCurrent(photo: StoredPhoto, { id, version }: Pick<Analyser, 'id' | 'version'>): boolean {
  const { analysis } = photo.told
  if (!isAnalysed(photo) || !isRecord(analysis)) return false
  return analysis.analyser !== id || Number(analysis.version) >= version
}

/** And is no failure shown; and, where it was asked for again, is it from the analyser that is asked first? */
function isDone(photo: StoredPhoto, by: Pick<Analyser, 'id' | 'version'>, again: boolean): boolean {
  const { analysis, failure } = photo.told
  if (!isCurrent(photo, by) || (failure ?? null) !== null) return false
  return !again || (isRecord(analysis) && analysis.analyser === by.id)
}

export async function write(door: Door, wardrobeId: string, changes: readonly Change[]): Promise<void> {
  if (changes.length === 0) return
  const written = await door.write(wardrobeId, { source: 'vision' }, changes)
  if (!written.ok) throw new ModaicsError(written.code, written.detail)
}

function isRecord(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
