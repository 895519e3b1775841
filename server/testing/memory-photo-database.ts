import { editToTuple, type Photo, recordOf } from '@modaics/shared'
import type { Database } from '../db/database.js'
import { recordKey } from '../fold/fold-records.js'
import type { MemoryWardrobe, MemoryWardrobes } from '../ingest/memory-commit-store.js'
import type { PhotoFile } from '../photos/photo-rows.js'

/** What the tables of photos hold; it outlives the instances of the server. */
export interface PhotoTables {
  /** by wardrobe and hash */
  readonly files: Map<string, PhotoFile>
  /** what analysers saw, by wardrobe, hash, analyser and version */
  readonly analyses: Map<string, unknown>
  /** how often an answer of an analyser was to be kept, by the same */
  readonly kept: Map<string, number>
}

export const createPhotoTables = (): PhotoTables => ({
  files: new Map(),
  analyses: new Map(),
  kept: new Map(),
})

type Statement = (params: readonly unknown[]) => readonly object[]

/**
 * Answers the statements that uploads, their follow-up and their analysis make, as PostgreSQL would: for the simulator,
 * where each run has a database of its own. One that it does not know throws.
 */
export function createMemoryPhotoDatabase(wardrobes: MemoryWardrobes, tables: PhotoTables): Database {
  const { files, analyses, kept } = tables
  const fileRow = ({ perceptualHash, storedAt, ...file }: PhotoFile): object => ({
    ...file,
    perceptual_hash: perceptualHash,
    stored_ms: storedAt,
  })

  function storedPhotos(wardrobeId: string, isWanted: (photo: Photo) => boolean): object[] {
    const wardrobe = wardrobes.get(wardrobeId)
    if (!wardrobe) return []
    const stored = photosOf(wardrobe).flatMap((photo) => {
      const file = photo.hash === null ? undefined : files.get(`${wardrobeId} ${photo.hash}`)
      return file && photo.deletedAt === null ? [{ photo, file }] : []
    })
    return stored
      .filter(({ photo }) => isWanted(photo))
      .map(({ photo, file }) => {
        const live = wardrobe.folds.get(recordKey({ kind: 'items', id: photo.itemId ?? '' }))
        const item = live && photo.itemId ? recordOf('items', photo.itemId, live) : null
        const others = stored
          .filter((one) => one.photo.itemId === photo.itemId)
          .map((one) => one.photo)
          .filter(({ id, failure }) => failure === null || id === photo.id)
          .sort((x, y) => rank(x, item?.photoId) - rank(y, item?.photoId) || (x.id < y.id ? -1 : 1))
        return {
          id: photo.id,
          hash: photo.hash,
          item_id: photo.itemId,
          item_is_there: item !== null && item.deletedAt === null,
          stored_ms: file.storedAt,
          live: (wardrobe.folds.get(recordKey({ kind: 'photos', id: photo.id })) ?? []).map(editToTuple),
          leads: others[0]?.id === photo.id,
        }
      })
  }

  const text = (value: unknown): string => String(value)
  /** by a part of their text that no other has */
  const statements: Readonly<Record<string, Statement>> = {
    'and p.id = any($2::text[]) and p.deleted_at is null\n     order by': ([id, ids]) =>
      storedPhotos(text(id), (photo) => (ids as readonly string[]).includes(photo.id)),
    'and p.hash = $2::text and p.deleted_at is null\n     order by': ([id, hash]) =>
      storedPhotos(text(id), (photo) => photo.hash === hash),
    'and p.item_id = $2::text and p.deleted_at is null\n     order by': ([id, itemId]) =>
      storedPhotos(text(id), (photo) => photo.itemId === itemId),
    'select live from folds': ([id, kind, record]) => {
      const live = wardrobes.get(text(id))?.folds.get(recordKey({ kind: text(kind), id: text(record) }))
      return live ? [{ live: live.map(editToTuple) }] : []
    },
    'from photo_files where wardrobe_id = $1 and hash = $2': ([id, hash]) => {
      const file = files.get(`${text(id)} ${text(hash)}`)
      return file ? [fileRow(file)] : []
    },
    'insert into photo_files': ([id, hash, mime, width, height, bytes, thumbhash, perceptual, storedAt]) => {
      const key = `${text(id)} ${text(hash)}`
      const row = { hash, mime, width, height, bytes, thumbhash, perceptualHash: perceptual, storedAt }
      if (!files.has(key)) files.set(key, row as PhotoFile)
      return []
    },
    'join photo_quarantine': () => [],
    'delete from photo_quarantine': () => [],
    'select result from analyses': (name) => {
      const result = analyses.get(name.join(' '))
      return result === undefined ? [] : [{ result }]
    },
    'insert into analyses': ([id, hash, analyser, version, result]) => {
      const key = [id, hash, analyser, version].join(' ')
      kept.set(key, (kept.get(key) ?? 0) + 1)
      if (!analyses.has(key)) analyses.set(key, JSON.parse(text(result)))
      return []
    },
    'union all': () =>
      [...wardrobes].flatMap(([id, wardrobe]) =>
        photosOf(wardrobe)
          .filter(({ deletedAt, hash }) => deletedAt === null && files.has(`${id} ${hash}`))
          .filter(
            ({ storedAt, analysedAt, failure, itemId }) =>
              storedAt === null || (analysedAt === null && failure === null && itemId !== null),
          )
          .map((photo) => ({ wardrobe_id: id, id: photo.id })),
      ),
  }

  const query = async (sql: string, params: readonly unknown[] = []): Promise<object[]> => {
    const found = Object.keys(statements).find((part) => sql.includes(part))
    if (!found) throw new Error(`a statement that this database does not know: ${sql}`)
    return [...(statements[found]?.(params) ?? [])]
  }
  return { engine: 'pglite', query } as unknown as Database
}

function photosOf({ folds }: MemoryWardrobe): Photo[] {
  return [...folds.values()].flatMap((live) => {
    const [first] = live
    return first?.kind === 'photos' ? [recordOf('photos', first.id, live)] : []
  })
}

/** The chosen one first, then by position. */
const rank = ({ id, position }: Photo, chosen: string | null | undefined): number =>
  id === chosen ? Number.NEGATIVE_INFINITY : (position ?? Number.MAX_SAFE_INTEGER)
