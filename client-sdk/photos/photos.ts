import { hashDistance, ModaicsError, type Photo, SAME_PICTURE_BITS } from '@modaics/shared'
import type { Collection, ListOptions } from '../collection.js'
import type { Account } from '../sync/account.js'
import type { DeviceLook, EyesStatus } from './device-look.js'
import type { PhotoFiles } from './photo-files.js'
import type { DecodePicture } from './picture-codec.js'
import { preparePicture } from './prepare-picture.js'
import type { UploadProgress, UploadQueue, UploadState } from './upload-queue.js'

export interface NewPhoto {
  /** JPEG, PNG, WebP or AVIF, and whatever else this device decodes: HEIC in Safari */
  readonly bytes: Uint8Array
  /** the piece it shows */
  readonly itemId?: string
  /** when the picture was taken, ms since 1970 */
  readonly takenAt?: number
}

export type PhotoVariant = 'full' | 'card' | 'thumb'

/** The photos of a wardrobe: records as of any other kind, and their bytes, which are sent in the background. */
export interface Photos
  extends Pick<Collection<'photos'>, 'get' | 'update' | 'remove' | 'restore' | 'release'> {
  list(options?: ListOptions<Photo>): Photo[]
  /**
   * Resolves when bytes and record are stored on this device. The picture is turned upright, made smaller where it is
   * large, and what it says of place, time and camera is taken out of it. Many may be added at once: they are prepared one
   * after the other. It is looked at right after, and what is seen shows on the piece unless something better is known.
   * `unsupported-type` where the bytes are no picture that this device can send, `damaged-picture`.
   */
  add(photo: NewPhoto): Promise<Photo>
  /** Resolves when every photo that was added so far has been looked at on this device, as far as it can be. */
  looked(): Promise<void>
  /**
   * A photo that shows the same as these bytes, also smaller, re-encoded or a little lighter: by perceptual hash, where this
   * device can decode it, else by the bytes alone.
   */
  findLike(bytes: Uint8Array): Promise<Photo | undefined>
  /** The picture: this device's own bytes, or the server's copy. `not-found`, `offline`, `unauthenticated` */
  data(id: string, variant?: PhotoVariant): Promise<Uint8Array>
  state(id: string): UploadState
  /** How much of a photo's upload is done, 0 to 1. */
  progress(id: string): number
  /** All uploads together; the wardrobe's `uploads` event says when it changes. */
  uploads(): UploadProgress
  /** Sends nothing until `resumeUploads`, also after a restart and in other tabs; edits are not held up. */
  pauseUploads(): void
  resumeUploads(): void
  /** Whether this device tells kinds and patterns apart: see `photos.eyes` of `openWardrobe`. */
  eyes(): EyesStatus
  failure(id: string): { readonly code: string; readonly detail: string } | null
  /** Tries a failed photo again: the upload, or the analysis. */
  retry(id: string): Promise<void>
}

/** For the composition root. */
export interface PhotosInside extends Photos {
  /** Looks at the photos that are still to be looked at, one after the other and after those that are being added. */
  catchUp(): void
}

export interface PhotosDeps {
  readonly records: Collection<'photos'>
  readonly wardrobeId: string
  readonly files: PhotoFiles
  readonly account: Account | null
  readonly uploads: UploadQueue | null
  readonly decode: DecodePicture
  /** longest edge in pixels of what is kept and sent */
  readonly maxEdge: number
  readonly deviceLook: DeviceLook
  /** sends no photos until it is taken back */
  readonly holdUploads: (held: boolean) => void
}

const NO_UPLOADS: UploadProgress = { state: 'off', waiting: 0, failed: 0, sentBytes: 0, totalBytes: 0 }

export function createPhotos(deps: PhotosDeps): PhotosInside {
  const { records, wardrobeId, files, account, uploads, decode, maxEdge, deviceLook, holdUploads } = deps
  /** a decoded photo takes two hundred megabytes: one at a time */
  let preparing: Promise<unknown> = Promise.resolve()
  let catching: Promise<void> | null = null

  /** Whether it is worth going on. What cannot be looked at here is looked at by the server. */
  async function lookAtNext(): Promise<boolean> {
    const photo = deviceLook.due(records.list())
    if (!photo) return false
    try {
      const bytes = await files.get(photo.hash) // undefined: another device has it
      const decoded = bytes ? await decode(bytes) : null
      decoded?.close()
      if (decoded) await deviceLook.look(photo, decoded.pixels)
      else deviceLook.passOver(photo.hash)
    } catch {
      deviceLook.passOver(photo.hash)
    }
    return true
  }

  function catchUp(): void {
    catching ??= (async () => {
      let more = true
      while (more) {
        const turn = preparing.then(lookAtNext)
        preparing = turn
        more = await turn
      }
    })().finally(() => {
      catching = null
    })
  }

  function present(id: string): Photo & { readonly hash: string } {
    const photo = records.get(id)
    if (!photo || photo.hash === null) throw new ModaicsError('not-found', `there is no photo ${id}`)
    return { ...photo, hash: photo.hash }
  }

  return {
    get: records.get,
    list: records.list,
    async update(id, changes) {
      const photo = await records.update(id, changes)
      if (changes.itemId) catchUp()
      return photo
    },
    remove: records.remove,
    restore: records.restore,
    release: records.release,
    add({ bytes, itemId, takenAt }) {
      const added = preparing.then(async () => {
        const { pixels, ...picture } = await preparePicture(bytes, maxEdge, decode)
        // Bytes first: a record whose bytes are nowhere would wait for ever.
        await files.put(picture.hash, picture.bytes)
        const photo = await records.add({
          ...known({ ...picture, bytes: picture.bytes.byteLength, itemId, takenAt }),
        })
        uploads?.wake()
        return { photo, pixels }
      })
      preparing = added.then(
        async ({ photo, pixels }) => {
          // what cannot be looked at here is looked at by the server
          if (itemId !== undefined && pixels) await deviceLook.look(photo, pixels).catch(() => {})
        },
        () => {},
      )
      return added.then(({ photo }) => photo)
    },
    async looked() {
      await preparing
      await catching
    },
    catchUp,
    findLike(bytes) {
      const found = preparing.then(async () => {
        const { hash, perceptualHash } = await preparePicture(bytes, maxEdge, decode)
        return records
          .list()
          .find(
            (photo) =>
              photo.hash === hash ||
              (perceptualHash !== null &&
                photo.perceptualHash !== null &&
                (hashDistance(perceptualHash, photo.perceptualHash) ?? 64) <= SAME_PICTURE_BITS),
          )
      })
      preparing = found.catch(() => {})
      return found
    },
    async data(id, variant = 'full') {
      const { hash } = present(id)
      const own = await files.get(hash)
      if (own) return own
      if (!account) throw new ModaicsError('not-found', 'the picture is not on this device')
      const response = await account.request(`/v1/photos/${hash}?wardrobe=${wardrobeId}&variant=${variant}`)
      return new Uint8Array(await response.arrayBuffer())
    },
    state: (id) => uploads?.state(present(id)) ?? (present(id).analysedAt === null ? 'local' : 'analysed'),
    progress: (id) => uploads?.progressOf(present(id)) ?? 0,
    uploads: () => uploads?.progress() ?? NO_UPLOADS,
    pauseUploads: () => holdUploads(true),
    resumeUploads: () => holdUploads(false),
    eyes: deviceLook.status,
    failure: (id) => uploads?.failure(present(id)) ?? present(id).failure,
    async retry(id) {
      const photo = present(id)
      if (photo.failure && account)
        await account.request('/v1/ai/analyze', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ wardrobe: wardrobeId, photoId: id }),
        })
      else uploads?.retry(id)
    },
  }
}

/** Without what is not known. */
function known<T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== null),
  ) as { [K in keyof T]?: NonNullable<T[K]> }
}
