import type { Database } from '../db/database.js'
import type { RecordKey } from '../fold/fold-records.js'
import type { Door } from '../ingest/door.js'
import type { JobLogger } from '../jobs/job-queue.js'
import { write } from './photo-analysis.js'
import { readPhotoFile, readQuarantinedRecords, readStoredPhotos, type StoredPhoto } from './photo-rows.js'

export interface FollowUpOptions {
  readonly database: Database
  readonly door: Door
  readonly logger: JobLogger
  /** of those whose item is there: is there something to be seen in it yet? */
  readonly isDue: (photo: StoredPhoto, again: boolean) => boolean
  readonly enqueue: (wardrobeId: string, hash: string) => Promise<void>
}

/** Which photos: by the ids of their records, or by what they show. */
export type WhichPhotos = { readonly ids: readonly string[] } | { readonly hash: string }

/** Does for each photo what is due: says that it is stored, or why it was refused, and has it looked at. */
export interface FollowUp {
  /** @param again also those that have failed before */
  photos(wardrobeId: string, which: WhichPhotos, again?: boolean): Promise<void>
  /** The same in the background, for records that a commit has touched. */
  changed(wardrobeId: string, records: readonly RecordKey[]): void
  /** Resolves when nothing runs any more. */
  stop(): Promise<void>
}

export function createFollowUp({ database, door, logger, isDue, enqueue }: FollowUpOptions): FollowUp {
  const changed = new Map<string, Set<string>>()
  /** photos whose item is not there, by wardrobe and item: it may still be on its way from a device */
  const orphans = new Map<string, Map<string, Set<string>>>()
  const telling = new Set<string>()
  let following: Promise<void> | undefined
  let stopped = false

  async function follow(wardrobeId: string, which: WhichPhotos, again = false): Promise<void> {
    await door.settled(wardrobeId)
    await tellQuarantined(wardrobeId, which)
    let photos = await readStoredPhotos(database, wardrobeId, which)
    const untold = photos.filter(({ told, storedAt }) => told.storedAt !== storedAt)
    if (untold.length > 0) {
      await tellStored(wardrobeId, untold)
      await door.settled(wardrobeId)
      photos = await readStoredPhotos(database, wardrobeId, which)
    }
    for (const photo of photos)
      if (photo.itemId !== null && !photo.itemIsThere) waitForItem(wardrobeId, photo)
    const due = photos.filter((photo) => photo.itemIsThere && isDue(photo, again))
    for (const hash of new Set(due.map((photo) => photo.hash))) await enqueue(wardrobeId, hash)
  }

  /** The caller reads again afterwards, so the news of this very commit need not be followed up. */
  async function tellStored(wardrobeId: string, photos: readonly StoredPhoto[]): Promise<void> {
    const names = photos.map(({ id }) => `${wardrobeId} ${id}`)
    const files = new Map(
      await Promise.all(
        [...new Set(photos.map(({ hash }) => hash))].map(
          async (hash) => [hash, await readPhotoFile(database, wardrobeId, hash)] as const,
        ),
      ),
    )
    for (const name of names) telling.add(name)
    try {
      const changes = photos.map(({ id, hash, storedAt, told }) => {
        const file = files.get(hash)
        return {
          kind: 'photos',
          id,
          set: {
            storedAt,
            ...(file ? { width: file.width, height: file.height } : {}),
            ...(file?.thumbhash ? { thumbhash: file.thumbhash } : {}),
            ...(file?.perceptualHash ? { perceptualHash: file.perceptualHash } : {}),
            ...(isQuarantine(told.failure) ? { failure: null } : {}),
          },
        }
      })
      await write(door, wardrobeId, changes)
    } finally {
      for (const name of names) telling.delete(name)
    }
  }

  async function tellQuarantined(wardrobeId: string, which: WhichPhotos): Promise<void> {
    const found = await readQuarantinedRecords(database, wardrobeId, which)
    const changes = found.flatMap(({ id, reason, told }) => {
      const failure = { code: 'quarantined', detail: reason }
      return JSON.stringify(told) === JSON.stringify(failure)
        ? []
        : [{ kind: 'photos', id, set: { failure } }]
    })
    await write(door, wardrobeId, changes)
  }

  function waitForItem(wardrobeId: string, { id, itemId }: StoredPhoto): void {
    if (itemId === null) return
    const items = orphans.get(wardrobeId) ?? new Map<string, Set<string>>()
    items.set(itemId, (items.get(itemId) ?? new Set<string>()).add(id))
    orphans.set(wardrobeId, items)
  }

  function photosWaitingFor(wardrobeId: string, itemIds: readonly string[]): string[] {
    const items = orphans.get(wardrobeId)
    if (!items) return []
    const ids = itemIds.flatMap((itemId) => [...(items.get(itemId) ?? [])])
    for (const itemId of itemIds) items.delete(itemId)
    if (items.size === 0) orphans.delete(wardrobeId)
    return ids
  }

  /** One wardrobe after the other, all ids that have gathered: a burst of commits costs a few queries. */
  async function followChanges(): Promise<void> {
    for (const [wardrobeId, ids] of changed) {
      if (stopped) return
      changed.delete(wardrobeId)
      try {
        await follow(wardrobeId, { ids: [...ids] })
      } catch (error) {
        // taken up again at the next start, upload or change
        logger.error({ error, wardrobeId }, 'cannot follow up changed photos')
      }
    }
  }

  return {
    photos: follow,
    changed(wardrobeId, records) {
      if (stopped) return
      const idsOf = (kind: string): string[] => records.filter((key) => key.kind === kind).map(({ id }) => id)
      const touched = idsOf('photos').filter((id) => !telling.has(`${wardrobeId} ${id}`))
      const ids = [...touched, ...photosWaitingFor(wardrobeId, idsOf('items'))]
      if (ids.length === 0) return
      const known = changed.get(wardrobeId)
      if (known) for (const id of ids) known.add(id)
      else changed.set(wardrobeId, new Set(ids))
      following ??= (async () => {
        while (changed.size > 0 && !stopped) await followChanges()
        following = undefined
      })()
    },
    async stop() {
      stopped = true
      await following
    },
  }
}

const isQuarantine = (failure: unknown): boolean =>
  typeof failure === 'object' && failure !== null && 'code' in failure && failure.code === 'quarantined'
