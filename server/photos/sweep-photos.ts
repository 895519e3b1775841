import type { Database } from '../db/database.js'
import type { JobLogger } from '../jobs/job-queue.js'
import type { PhotoStore } from './photo-store.js'

export interface SweepOptions {
  readonly database: Database
  readonly store: PhotoStore
  readonly logger: JobLogger
  /** ms since 1970 */
  readonly now: () => number
  /** hears of pictures whose bytes are gone: their records must not say any longer that they are stored */
  readonly onLost: (wardrobeId: string, hash: string) => Promise<void>
}

export interface Swept {
  /** bytes without a row: an upload that was cut off */
  readonly strayPictures: number
  /** rows without bytes: something outside has removed them */
  readonly lostPictures: number
  /** pictures that no photo shows any more */
  readonly unusedPictures: number
  /** puts that a kill cut off, and presigned uploads that were never finished */
  readonly unfinished: number
}

const HOUR = 3_600_000
/** An upload takes minutes; after a day it is not under way any more. */
const STRAY_AFTER = 24 * HOUR
/** A removed photo can be restored so long. */
const UNUSED_AFTER = 30 * 24 * HOUR
/** More than this share of all rows without bytes is no accident of some files: it is the wrong bucket or folder. */
const MOST_LOST = 0.5
const FEW = 5

/** Puts store and database in accord again, from both sides. May run beside uploads and on several instances. */
export async function sweepPhotos(options: SweepOptions): Promise<Swept> {
  const { database, store, now } = options
  const unusedPictures = await removeUnused(options)
  const { present, strayPictures } = await removeStrays(options)
  const lostPictures = await forgetLost(options, present)
  const unfinished = await store.sweep(now() - STRAY_AFTER)
  await database.query(`delete from photo_quarantine where found_at < to_timestamp($1::float8 / 1000)`, [
    now() - UNUSED_AFTER,
  ])
  return { strayPictures, lostPictures, unusedPictures, unfinished }
}

/** The row first: bytes without a row are found by the next sweep, a row without bytes would promise what is not there. */
async function removeUnused({ database, store, now }: SweepOptions): Promise<number> {
  const rows = await database.query<{ wardrobe_id: string; hash: string }>(
    `select f.wardrobe_id, f.hash from photo_files f
     where f.stored_at < to_timestamp($1::float8 / 1000) and not exists (
       select 1 from photos p where p.wardrobe_id = f.wardrobe_id and p.hash = f.hash
         and (p.deleted_at is null or p.deleted_at > to_timestamp($2::float8 / 1000)))`,
    [now() - STRAY_AFTER, now() - UNUSED_AFTER],
  )
  for (const { wardrobe_id, hash } of rows) {
    await database.query('delete from photo_files where wardrobe_id = $1 and hash = $2', [wardrobe_id, hash])
    await database.query('delete from analyses where wardrobe_id = $1 and hash = $2', [wardrobe_id, hash])
    await store.delete(wardrobe_id, hash)
  }
  return rows.length
}

async function removeStrays({
  database,
  store,
  now,
}: SweepOptions): Promise<{ present: ReadonlySet<string>; strayPictures: number }> {
  const present = new Set<string>()
  let strayPictures = 0
  for await (const { wardrobeId, hash, writtenAt } of store.list()) {
    present.add(nameOf(wardrobeId, hash))
    if (writtenAt > now() - STRAY_AFTER) continue
    const row = await database.query('select 1 from photo_files where wardrobe_id = $1 and hash = $2', [
      wardrobeId,
      hash,
    ])
    if (row.length > 0) continue
    await store.delete(wardrobeId, hash)
    strayPictures++
  }
  return { present, strayPictures }
}

async function forgetLost(
  { database, store, logger, now, onLost }: SweepOptions,
  present: ReadonlySet<string>,
): Promise<number> {
  const rows = await database.query<{ wardrobe_id: string; hash: string }>(
    `select wardrobe_id, hash from photo_files where stored_at < to_timestamp($1::float8 / 1000)`,
    [now() - HOUR], // what is younger may have come after the list was read
  )
  const missing = rows.filter(({ wardrobe_id, hash }) => !present.has(nameOf(wardrobe_id, hash)))
  if (missing.length > FEW && missing.length > rows.length * MOST_LOST) {
    logger.error(
      { missing: missing.length, of: rows.length },
      'most pictures are missing from the store: is it the right one? nothing was forgotten',
    )
    return 0
  }
  let lost = 0
  for (const { wardrobe_id, hash } of missing) {
    // once more, by name: it may have been stored again meanwhile
    if (await store.has({ wardrobeId: wardrobe_id, hash, variant: 'full', format: 'webp' })) continue
    await database.query('delete from photo_files where wardrobe_id = $1 and hash = $2', [wardrobe_id, hash])
    await onLost(wardrobe_id, hash)
    lost++
  }
  return lost
}

const nameOf = (wardrobeId: string, hash: string): string => `${wardrobeId}/${hash}`
