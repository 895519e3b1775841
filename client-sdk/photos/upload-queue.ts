import { ModaicsError, type Photo } from '@modaics/shared'
import type { PhotoFiles } from './photo-files.js'
import type { SendPicture } from './send-picture.js'

export type UploadState = 'local' | 'uploading' | 'stored' | 'analysed' | 'failed'

/** All uploads of a wardrobe together. */
export interface UploadProgress {
  /**
   * `sending`; `done` where nothing waits; `paused` by the user; `offline`; `metered`: it waits for a connection that costs
   * nothing; `off` without an account.
   */
  readonly state: 'sending' | 'done' | 'paused' | 'offline' | 'metered' | 'off'
  /** photos that this device has yet to send, the one under way included */
  readonly waiting: number
  readonly failed: number
  /** of the photos that were sent since the last time that nothing waited, and of those that wait */
  readonly sentBytes: number
  readonly totalBytes: number
}

export interface UploadQueueOptions {
  readonly send: SendPicture
  readonly files: PhotoFiles
  /** the photos that are there, as the fold shows them */
  readonly photos: () => readonly Photo[]
  /** whether the connection costs money, where the platform tells */
  readonly isMetered: () => boolean
  /** whether it begins on hold; false unless told */
  readonly held?: boolean
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
  /** 0 to 1 */
  progressOf(photo: Photo): number
  progress(): UploadProgress
  /** By the user: an upload under way is broken off, and sent again later. */
  hold(held: boolean): void
  /** By the connection. */
  pause(): void
  resume(): void
  /** Breaks off the upload under way, and waits for its end. */
  close(): Promise<void>
}

/** Between tries after a failure that may pass: doubled each time, up to the last, in ms. */
const BACKOFF_MS = [1_000, 60_000] as const

export function createUploadQueue(options: UploadQueueOptions): UploadQueue {
  const { send, files, photos, isMetered, onChange } = options
  const done = new Set<string>()
  const failed = new Map<string, { code: string; detail: string }>()
  /** of another device: its bytes are not here */
  const absent = new Set<string>()
  let current: { readonly id: string; readonly bytes: number; sent: number; abort: AbortController } | null =
    null
  let sentBytes = 0
  let working: Promise<void> | null = null
  let woken = false
  let online = false
  let held = options.held ?? false
  let closed = false
  let tries = 0
  let timer: ReturnType<typeof setTimeout> | null = null

  const mayWork = (): boolean => online && !held && !closed && !isMetered()

  function isWaiting({ id, hash, storedAt, deletedAt }: Photo): boolean {
    if (hash === null) return false
    // what the server says counts from then on: should it lose the picture, it is sent again
    if (storedAt !== null) done.delete(hash)
    return storedAt === null && deletedAt === null && !done.has(hash) && !failed.has(id) && !absent.has(hash)
  }

  async function next(): Promise<{ photo: Photo; hash: string; bytes: Uint8Array } | undefined> {
    for (const photo of photos()) {
      if (!isWaiting(photo) || photo.hash === null) continue
      const bytes = await files.get(photo.hash)
      if (bytes) return { photo, hash: photo.hash, bytes }
      absent.add(photo.hash)
    }
    return undefined
  }

  async function work(): Promise<void> {
    while (mayWork()) {
      const job = await next()
      if (!job) sentBytes = 0
      if (!job || !mayWork()) return
      const { photo, hash, bytes } = job
      const upload = { id: photo.id, bytes: bytes.byteLength, sent: 0, abort: new AbortController() }
      current = upload
      onChange(photo.id)
      try {
        const onSent = (sent: number): void => {
          upload.sent = sent
          onChange(photo.id)
        }
        await send(hash, bytes, onSent, upload.abort.signal)
        // the server's word may have come before its answer
        if (photos().some(({ id, storedAt }) => id === photo.id && storedAt === null)) done.add(hash)
        sentBytes += bytes.byteLength
        tries = 0
      } catch (error) {
        if (upload.abort.signal.aborted) return
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
        current = null
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
    if (!mayWork() || timer) return
    woken = true
    working ??= (async () => {
      while (woken) {
        woken = false // what wakes it from here on may come too late for this look
        await work()
      }
    })().finally(() => {
      working = null
    })
  }

  function startOver(): void {
    if (timer) clearTimeout(timer)
    timer = null
    tries = 0
    absent.clear()
    wake()
  }

  return {
    wake,
    state(photo) {
      if (photo.failure || failed.has(photo.id)) return 'failed'
      if (photo.analysedAt !== null) return 'analysed'
      if (photo.storedAt !== null || (photo.hash !== null && done.has(photo.hash))) return 'stored'
      return current?.id === photo.id ? 'uploading' : 'local'
    },
    failure: (photo) => photo.failure ?? failed.get(photo.id) ?? null,
    retry(photoId) {
      failed.delete(photoId)
      wake()
    },
    progressOf(photo) {
      if (photo.storedAt !== null || (photo.hash !== null && done.has(photo.hash))) return 1
      return current?.id === photo.id && current.bytes > 0 ? current.sent / current.bytes : 0
    },
    progress() {
      const all = photos()
      const waiting = all.filter(isWaiting)
      const left = waiting.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0)
      const sent = sentBytes + (current?.sent ?? 0)
      return {
        state:
          waiting.length === 0
            ? 'done'
            : held
              ? 'paused'
              : !online
                ? 'offline'
                : isMetered()
                  ? 'metered'
                  : 'sending',
        waiting: waiting.length,
        failed: all.filter(({ id, failure }) => failure !== null || failed.has(id)).length,
        sentBytes: sent,
        totalBytes: sentBytes + left,
      }
    },
    hold(wanted) {
      if (held === wanted) return
      held = wanted
      if (held) current?.abort.abort()
      else startOver()
    },
    pause() {
      online = false
    },
    resume() {
      online = true
      startOver()
    },
    async close() {
      closed = true
      if (timer) clearTimeout(timer)
      current?.abort.abort()
      await working
    },
  }
}
