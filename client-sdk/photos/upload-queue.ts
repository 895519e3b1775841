import { ModaicsError, type Photo } from '@modaics/shared'
import type { Account } from '../sync/account.js'
import type { PhotoFiles } from './photo-files.js'

export type UploadState = 'local' | 'uploading' | 'stored' | 'analysed' | 'failed'

export interface UploadQueueOptions {
  readonly wardrobeId: string
  readonly account: Account
  readonly files: PhotoFiles
  /** the photos that are there, as the fold shows them */
  readonly photos: () => readonly Photo[]
  readonly onChange: (photoId: string) => void
}

/**
 * Brings photos to the server, one after the other, beside the edits and never in their way. It keeps no list: what is to
 * be sent is every photo that this device has the bytes of and that nobody has seen stored. So it survives whatever the
 * journal survives, and a photo that is sent twice is stored once.
 */
export interface UploadQueue {
  /** Looks for work now. */
  wake(): void
  state(photo: Photo): UploadState
  failure(photo: Photo): { readonly code: string; readonly detail: string } | null
  /** Tries a failed photo again. */
  retry(photoId: string): void
  pause(): void
  resume(): void
  /** Waits for the upload under way. */
  close(): Promise<void>
}

/** Between tries after a failure that may pass: doubled each time, up to the last, in ms. */
const BACKOFF_MS = [1_000, 60_000] as const

export function createUploadQueue(options: UploadQueueOptions): UploadQueue {
  const { wardrobeId, account, files, photos, onChange } = options
  const done = new Set<string>()
  const failed = new Map<string, { code: string; detail: string }>()
  let uploading: string | null = null
  let working: Promise<void> | null = null
  let paused = true
  let closed = false
  let tries = 0
  let timer: ReturnType<typeof setTimeout> | null = null

  const isWaiting = ({ id, hash, storedAt, deletedAt }: Photo): boolean =>
    hash !== null && storedAt === null && deletedAt === null && !done.has(hash) && !failed.has(id)

  async function next(): Promise<{ photo: Photo; hash: string; bytes: Uint8Array } | undefined> {
    for (const photo of photos()) {
      if (!isWaiting(photo) || photo.hash === null) continue
      const bytes = await files.get(photo.hash)
      if (bytes) return { photo, hash: photo.hash, bytes }
    }
    return undefined
  }

  async function work(): Promise<void> {
    while (!paused && !closed) {
      const job = await next()
      if (!job || paused || closed) return
      const { photo, hash, bytes } = job
      uploading = photo.id
      onChange(photo.id)
      try {
        await account.request(`/v1/photos/${hash}?wardrobe=${wardrobeId}`, {
          method: 'PUT',
          headers: { 'content-type': 'application/octet-stream' },
          body: bytes as Uint8Array<ArrayBuffer>,
        })
        done.add(hash)
        tries = 0
      } catch (error) {
        const fault =
          error instanceof ModaicsError
            ? error
            : new ModaicsError('internal', String(error), { cause: error })
        // A wardrobe that the server does not know yet is made by the sync session.
        const passes = fault.remedy === 'retry' || fault.remedy === 'sign-in' || fault.code === 'not-found'
        if (passes) {
          retryLater()
          return
        }
        failed.set(photo.id, { code: fault.code, detail: fault.detail })
      } finally {
        uploading = null
        onChange(photo.id)
      }
    }
  }

  function retryLater(): void {
    if (timer || closed) return
    const wait = Math.min(BACKOFF_MS[0] * 2 ** tries++, BACKOFF_MS[1])
    timer = setTimeout(() => {
      timer = null
      wake()
    }, wait)
    ;(timer as { unref?: () => void }).unref?.()
  }

  function wake(): void {
    if (paused || closed || timer) return
    working ??= work().finally(() => {
      working = null
    })
  }

  return {
    wake,
    state(photo) {
      if (photo.failure || failed.has(photo.id)) return 'failed'
      if (photo.analysedAt !== null) return 'analysed'
      if (photo.storedAt !== null || (photo.hash !== null && done.has(photo.hash))) return 'stored'
      return uploading === photo.id ? 'uploading' : 'local'
    },
    failure: (photo) => photo.failure ?? failed.get(photo.id) ?? null,
    retry(photoId) {
      failed.delete(photoId)
      wake()
    },
    pause() {
      paused = true
    },
    resume() {
      paused = false
      if (timer) clearTimeout(timer)
      timer = null
      tries = 0
      wake()
    },
    async close() {
      closed = true
      if (timer) clearTimeout(timer)
      await working
    },
  }
}
