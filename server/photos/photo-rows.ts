import { compareEdits, type Edit, type EditTuple, type Json, tupleToEdit } from '@modaics/shared'
import type { Database } from '../db/database.js'
import type { Lookers } from '../vision/analyser.js'

/** A photos record whose bytes are stored, as far as the server's own work on it goes. */
export interface StoredPhoto {
  readonly id: string
  readonly hash: string
  readonly itemId: string | null
  /** the item is there and not removed */
  readonly itemIsThere: boolean
  /** the photo that speaks for its item: the chosen one, else the first in order, of those stored and sound */
  readonly leads: boolean
  /** when the bytes were stored, ms since 1970 */
  readonly storedAt: number
  /**
   * What the server's analysis has said of this photo. Not what the record shows: a person may have written over that,
   * and the server must not say it again and again.
   */
  readonly told: {
    readonly storedAt: Json | undefined
    readonly analysis: Json | undefined
    readonly failure: Json | undefined
  }
}

/** The photos records of a wardrobe with these ids, or with this hash, or of this item, that are not removed and whose bytes are stored. */
export async function readStoredPhotos(
  database: Database,
  wardrobeId: string,
  which: { readonly ids: readonly string[] } | { readonly hash: string } | { readonly itemId: string },
): Promise<StoredPhoto[]> {
  const [condition, value] =
    'ids' in which
      ? ['p.id = any($2::text[])', which.ids]
      : 'hash' in which
        ? ['p.hash = $2::text', which.hash]
        : ['p.item_id = $2::text', which.itemId]
  const rows = await database.query<PhotoRow>(
    `select p.id, p.hash, p.item_id, i.id is not null as item_is_there,
       (extract(epoch from f.stored_at) * 1000)::float8 as stored_ms, e.live,
       p.id = (select o.id from photos o join photo_files of on of.wardrobe_id = o.wardrobe_id and of.hash = o.hash
         where o.wardrobe_id = p.wardrobe_id and o.item_id = p.item_id and o.deleted_at is null
           and (o.failure is null or o.id = p.id)
         order by o.id = i.photo_id desc nulls last, o.position nulls last, o.id limit 1) as leads
     from photos p
       join photo_files f on f.wardrobe_id = p.wardrobe_id and f.hash = p.hash
       left join items i on i.wardrobe_id = p.wardrobe_id and i.id = p.item_id and i.deleted_at is null
       left join folds e on e.wardrobe_id = p.wardrobe_id and e.kind = 'photos' and e.id = p.id
     where p.wardrobe_id = $1 and ${condition} and p.deleted_at is null
     order by p.id`,
    [wardrobeId, value],
  )
  return rows.map(({ id, hash, item_id, item_is_there, stored_ms, live, leads }) => ({
    id,
    hash,
    itemId: item_id,
    itemIsThere: item_is_there,
    leads: leads === true,
    storedAt: Math.round(stored_ms),
    told: toldOf(live),
  }))
}

function toldOf(live: readonly EditTuple[] | null): StoredPhoto['told'] {
  const edits = (live ?? []).map(tupleToEdit).filter(({ src }) => src === 'vision')
  return {
    storedAt: newest(edits, 'storedAt'),
    analysis: newest(edits, 'analysis'),
    failure: newest(edits, 'failure'),
  }
}

interface PhotoRow extends Record<string, unknown> {
  readonly id: string
  readonly hash: string
  readonly item_id: string | null
  readonly item_is_there: boolean
  readonly stored_ms: number
  readonly live: readonly EditTuple[] | null
  readonly leads: boolean | null
}

/** What the server's analysis has said of a record, by field. */
export async function readSaid(
  database: Database,
  wardrobeId: string,
  kind: string,
  id: string,
): Promise<Readonly<Record<string, Json>>> {
  const [row] = await database.query<{ live: readonly EditTuple[] }>(
    'select live from folds where wardrobe_id = $1 and kind = $2 and id = $3',
    [wardrobeId, kind, id],
  )
  const edits = (row?.live ?? []).map(tupleToEdit).filter(({ src }) => src === 'vision')
  const said: Record<string, Json> = {}
  for (const edit of [...edits].sort(compareEdits)) Object.assign(said, edit.set)
  return said
}

function newest(edits: readonly Edit[], field: string): Json | undefined {
  let winner: Edit | undefined
  for (const edit of edits)
    if (Object.hasOwn(edit.set, field) && (!winner || compareEdits(edit, winner) > 0)) winner = edit
  return winner?.set[field]
}

/** A stored picture of a wardrobe. */
export interface PhotoFile {
  readonly hash: string
  /** of the uploaded bytes */
  readonly mime: string
  readonly width: number
  readonly height: number
  /** number of the uploaded bytes */
  readonly bytes: number
  /** a placeholder, see `thumbhashOf`; null for pictures stored before there were any */
  readonly thumbhash: string | null
  /** see `perceptualHash` */
  readonly perceptualHash: string | null
  /** ms since 1970 */
  readonly storedAt: number
}

interface PhotoFileRow extends Record<string, unknown> {
  readonly hash: string
  readonly mime: string
  readonly width: number
  readonly height: number
  readonly bytes: number
  readonly thumbhash: string | null
  readonly perceptual_hash: string | null
  readonly stored_ms: number
}

const PHOTO_FILES = `select hash, mime, width, height, bytes, thumbhash, perceptual_hash,
  (extract(epoch from stored_at) * 1000)::float8 as stored_ms from photo_files where wardrobe_id = $1`

const toPhotoFile = ({ perceptual_hash, stored_ms, ...file }: PhotoFileRow): PhotoFile => ({
  ...file,
  perceptualHash: perceptual_hash,
  storedAt: Math.round(stored_ms),
})

export async function readPhotoFile(
  database: Database,
  wardrobeId: string,
  hash: string,
): Promise<PhotoFile | null> {
  const [row] = await database.query<PhotoFileRow>(`${PHOTO_FILES} and hash = $2`, [wardrobeId, hash])
  return row ? toPhotoFile(row) : null
}

/** The stored pictures of a wardrobe, by hash. */
export async function readPhotoFiles(database: Database, wardrobeId: string): Promise<PhotoFile[]> {
  const rows = await database.query<PhotoFileRow>(`${PHOTO_FILES} order by hash`, [wardrobeId])
  return rows.map(toPhotoFile)
}

/** Writes the row of a stored picture, unless it is there. */
export async function writePhotoFile(database: Database, wardrobeId: string, file: PhotoFile): Promise<void> {
  await database.query(
    `insert into photo_files (wardrobe_id, hash, mime, width, height, bytes, thumbhash, perceptual_hash, stored_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, to_timestamp($9::float8 / 1000)) on conflict do nothing`,
    [
      wardrobeId,
      file.hash,
      file.mime,
      file.width,
      file.height,
      file.bytes,
      file.thumbhash,
      file.perceptualHash,
      file.storedAt,
    ],
  )
}

/** An upload that was refused for what was found in it. */
export interface Quarantined {
  readonly hash: string
  readonly reason: string
  readonly bytes: number
  /** ms since 1970 */
  readonly foundAt: number
}

export async function writeQuarantine(
  database: Database,
  wardrobeId: string,
  { hash, reason, bytes, foundAt }: Quarantined,
): Promise<void> {
  await database.query(
    `insert into photo_quarantine (wardrobe_id, hash, reason, bytes, found_at)
     values ($1, $2, $3, $4, to_timestamp($5::float8 / 1000))
     on conflict (wardrobe_id, hash) do update set reason = excluded.reason, found_at = excluded.found_at`,
    [wardrobeId, hash, reason, bytes, foundAt],
  )
}

export async function clearQuarantine(database: Database, wardrobeId: string, hash: string): Promise<void> {
  await database.query('delete from photo_quarantine where wardrobe_id = $1 and hash = $2', [
    wardrobeId,
    hash,
  ])
}

export async function readQuarantine(
  database: Database,
  wardrobeId: string,
  hash: string,
): Promise<string | null> {
  const [row] = await database.query<{ reason: string }>(
    'select reason from photo_quarantine where wardrobe_id = $1 and hash = $2',
    [wardrobeId, hash],
  )
  return row?.reason ?? null
}

/** The photos records of a wardrobe that show a quarantined picture, with the reason. */
export async function readQuarantinedRecords(
  database: Database,
  wardrobeId: string,
  { ids, hash }: { readonly ids?: readonly string[]; readonly hash?: string },
): Promise<{ readonly id: string; readonly reason: string; readonly told: Json | undefined }[]> {
  const rows = await database.query<{ id: string; reason: string; live: readonly EditTuple[] | null }>(
    `select p.id, q.reason, e.live from photos p
       join photo_quarantine q on q.wardrobe_id = p.wardrobe_id and q.hash = p.hash
       left join folds e on e.wardrobe_id = p.wardrobe_id and e.kind = 'photos' and e.id = p.id
     where p.wardrobe_id = $1 and p.deleted_at is null
       and ($2::text[] is null or p.id = any($2::text[])) and ($3::text is null or p.hash = $3::text)`,
    [wardrobeId, ids ?? null, hash ?? null],
  )
  return rows.map(({ id, reason, live }) => ({ id, reason, told: toldOf(live).failure }))
}

/**
 * Records whose bytes are stored and whose work may not be done: what a crash can leave behind, and what an older version
 * of the analyser has seen or measured, a few of the latter at a time. At most `limit` of the former.
 */
export async function readUnfinished(
  database: Database,
  lookers: Lookers | null,
  limit: number,
): Promise<{ readonly wardrobeId: string; readonly id: string }[]> {
  const rows = await database.query<{ wardrobe_id: string; id: string }>(
    `(select p.wardrobe_id, p.id from photos p
        join photo_files f on f.wardrobe_id = p.wardrobe_id and f.hash = p.hash
      where p.deleted_at is null and (p.stored_at is null
        or (p.analysed_at is null and p.failure is null and p.item_id is not null))
      limit $1)
     union all
     (select p.wardrobe_id, p.id from photos p
        join photo_files f on f.wardrobe_id = p.wardrobe_id and f.hash = p.hash
      where p.deleted_at is null and p.stored_at is not null and p.failure is null
        and (p.analysis->>'analyser' = $2 and ${isBelow(`p.analysis->>'version'`, '$3')}
          or p.analysis ? 'analyser' and ${isBelow(PIXELS, '$5')})
      limit $6)`,
    [
      limit,
      lookers?.analyser.id ?? null,
      lookers?.analyser.version ?? null,
      lookers?.fallback.id ?? null,
      lookers?.fallback.version ?? null,
      OUTDATED,
    ],
  )
  return rows.map(({ wardrobe_id, id }) => ({ wardrobeId: wardrobe_id, id }))
}

/** As `lacksPixels` reads it: which version of the fallback, $4, has measured the pixels. */
const PIXELS = `coalesce(p.analysis->>'pixels', case when p.analysis->>'analyser' = $4 then p.analysis->>'version' end, '0')`

const isBelow = (text: string, version: string): string =>
  `case when ${text} ~ '^[0-9]{1,6}$' then (${text})::int < ${version}::int else false end`

/** Photos of an older version that are looked at again in one round: they are in no hurry, and may cost money. */
const OUTDATED = 500

/** The pictures that these photos records show and no other record of the wardrobe does, removed or not. */
export async function readPicturesOnlyOf(
  database: Database,
  wardrobeId: string,
  ids: readonly string[],
): Promise<string[]> {
  const rows = await database.query<{ hash: string }>(
    `select distinct p.hash from photos p
      where p.wardrobe_id = $1 and p.id = any($2::text[]) and p.hash is not null and not exists (
        select 1 from photos o where o.wardrobe_id = p.wardrobe_id and o.hash = p.hash and not (o.id = any($2::text[])))`,
    [wardrobeId, ids],
  )
  return rows.map(({ hash }) => hash)
}

/** Leaves nothing of a picture in the database but what its analyses cost. */
export async function erasePicture(database: Database, wardrobeId: string, hash: string): Promise<void> {
  for (const table of ['photo_files', 'analyses', 'photo_quarantine'])
    await database.query(`delete from ${table} where wardrobe_id = $1 and hash = $2`, [wardrobeId, hash])
  await database.query(`update analysis_costs set hash = '' where wardrobe_id = $1 and hash = $2`, [
    wardrobeId,
    hash,
  ])
}
