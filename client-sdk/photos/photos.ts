import { ModaicsError, type Photo } from '@modaics/shared'
import type { Collection, ListOptions } from '../collection.js'
import type { Account } from '../sync/account.js'
import type { PhotoFiles } from './photo-files.js'
import { mediaTypeOf, sha256 } from './picture-bytes.js'
import type { UploadQueue, UploadState } from './upload-queue.js'

export interface NewPhoto {
  /** JPEG, PNG, WebP or AVIF */
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
  /** Resolves when bytes and record are stored on this device. `unsupported-type` where the bytes are no picture. */
  add(photo: NewPhoto): Promise<Photo>
  /** The picture: this device's own bytes, or the server's copy. `not-found`, `offline`, `unauthenticated` */
  data(id: string, variant?: PhotoVariant): Promise<Uint8Array>
  state(id: string): UploadState
  failure(id: string): { readonly code: string; readonly detail: string } | null
  /** Tries a failed photo again: the upload, or the analysis. */
  retry(id: string): Promise<void>
}

export interface PhotosDeps {
  readonly records: Collection<'photos'>
  readonly wardrobeId: string
  readonly files: PhotoFiles
  readonly account: Account | null
  readonly uploads: UploadQueue | null
}

export function createPhotos({ records, wardrobeId, files, account, uploads }: PhotosDeps): Photos {
  function present(id: string): Photo & { readonly hash: string } {
    const photo = records.get(id)
    if (!photo || photo.hash === null) throw new ModaicsError('not-found', `there is no photo ${id}`)
    return { ...photo, hash: photo.hash }
  }

  return {
    get: records.get,
    list: records.list,
    update: records.update,
    remove: records.remove,
    restore: records.restore,
    release: records.release,
    async add({ bytes, itemId, takenAt }) {
      const mime = mediaTypeOf(bytes)
      if (!mime)
        throw new ModaicsError('unsupported-type', 'the bytes are not a JPEG, PNG, WebP or AVIF picture')
      const hash = await sha256(bytes)
      // Bytes first: a record whose bytes are nowhere would wait for ever.
      await files.put(hash, bytes)
      const photo = await records.add({
        hash,
        mime,
        bytes: bytes.byteLength,
        ...(itemId === undefined ? {} : { itemId }),
        ...(takenAt === undefined ? {} : { takenAt }),
      })
      uploads?.wake()
      return photo
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
