import type { Collection } from '../collection.js'
import type { DeviceStorage, Platform } from '../platform/platform.js'
import type { Replica } from '../replica/replica.js'
import type { Account } from '../sync/account.js'
import { createDeviceLook } from './device-look.js'
import { createPhotos, type Photos } from './photos.js'
import { createSendPicture } from './send-picture.js'
import { createUploadQueue, type UploadProgress } from './upload-queue.js'

/** How a device treats photos. */
export interface PhotoOptions {
  /** longest edge in pixels of the photos that are kept and sent; 2048 unless told */
  readonly maxEdge?: number
  /** sends photos also where the connection costs money; false unless told */
  readonly metered?: boolean
  /**
   * true sees kinds and patterns on this device too, with no network and no key: by 3 MB of weights, read or fetched with
   * the first photo and kept; a URL says where they are. Unless told, it sees colours only, and the server the rest. Photos
   * that were seen without them are looked at again, in the background.
   */
  readonly eyes?: boolean | URL
}

export interface PhotoWorkDeps {
  readonly replica: Replica
  readonly records: Collection<'photos'>
  readonly wardrobeId: string
  readonly storage: Pick<DeviceStorage, 'photos'>
  readonly platform: Pick<Platform, 'decodePicture' | 'watchMetered' | 'openEyes'>
  readonly account: Account | null
  readonly options: PhotoOptions
  /** an upload of this photo has gone on */
  readonly onUpload: (photoId: string, progress: () => UploadProgress) => void
}

/** What a device does with the photos of a wardrobe beside its edits: it sends them, and looks at them. */
export interface PhotoWork {
  readonly photos: Photos
  /** Records of photos have changed. */
  changed(): void
  /** This document does the work that only one of several does: it looks at what was left to be looked at. */
  own(): void
  online(is: boolean): void
  /** As the journal says, where another tab has decided it. */
  hold(): void
  close(): Promise<void>
}

export function createPhotoWork(deps: PhotoWorkDeps): PhotoWork {
  const { replica, records, wardrobeId, storage, platform, account, options, onUpload } = deps
  const { maxEdge = 2048, metered = false, eyes = false } = options
  const network = platform.watchMetered(() => uploads?.wake())
  const uploads = account
    ? createUploadQueue({
        send: createSendPicture({ account, wardrobeId }),
        files: storage.photos,
        photos: () => records.list(),
        isMetered: () => !metered && network.isMetered(),
        held: replica.meta().uploadsHeld,
        onChange(id) {
          if (uploads) onUpload(id, uploads.progress)
        },
      })
    : null
  const deviceLook = createDeviceLook({
    replica,
    openEyes: eyes ? () => platform.openEyes(eyes === true ? undefined : eyes) : null,
    onEyes: () => catchUp(),
  })
  const { catchUp, ...photos } = createPhotos({
    records,
    wardrobeId,
    files: storage.photos,
    account,
    uploads,
    decode: platform.decodePicture,
    maxEdge,
    deviceLook,
    holdUploads(held) {
      replica.holdUploads(held)
      uploads?.hold(held)
    },
  })
  return {
    photos,
    changed: () => uploads?.wake(),
    own: catchUp,
    online(is) {
      if (!is) return uploads?.pause()
      uploads?.resume()
      // what the eyes lacked may have been the network
      deviceLook.tryAgain()
      catchUp()
    },
    hold: () => uploads?.hold(replica.meta().uploadsHeld),
    async close() {
      network.stop()
      deviceLook.close()
      await uploads?.close()
    },
  }
}
