import { ModaicsError } from '@modaics/shared'
import type { Database } from '../db/database.js'
import {
  clearQuarantine,
  type PhotoFile,
  readPhotoFile,
  writePhotoFile,
  writeQuarantine,
} from './photo-rows.js'
import { type PhotoKey, type PhotoStore, PICTURE_FORMATS, VARIANT_NAMES } from './photo-store.js'
import type { PictureScanner } from './picture-scanner.js'
import { type PictureLimits, receiveFull, receivePicture } from './receive.js'
import { createTurns } from './turns.js'

export interface IntakeOptions {
  readonly database: Database
  readonly store: PhotoStore
  readonly scanner: PictureScanner
  readonly limits: PictureLimits
  /** checks bytes and makes their sizes; `receivePicture` unless told */
  readonly receive?: typeof receivePicture
  /** ms since 1970 */
  readonly now: () => number
}

/** Brings uploads into the store: checked, scanned, re-encoded, or refused. */
export interface Intake {
  /**
   * Durable when it resolves. `created` is false where the picture was there already: then the bytes are not looked at.
   *
   * @throws ModaicsError of `receivePicture`, `PictureScanner` and `PhotoStore`; `quarantined` where something was found
   * in it; `unavailable` where too many wait
   */
  take(
    wardrobeId: string,
    hash: string,
    bytes: Uint8Array,
  ): Promise<{ readonly file: PhotoFile; readonly created: boolean }>
  /**
   * Takes a picture as another server kept it, under the name and with the facts that it had there; what it says of its
   * looks is computed where it says nothing.
   *
   * @param full its largest size, as WebP
   * @throws ModaicsError of `receiveFull`, `PictureScanner` and `PhotoStore`; `quarantined`, `unavailable` as in `take`
   */
  restore(wardrobeId: string, file: PhotoFile, full: Uint8Array): Promise<void>
  /** The picture, where row and bytes are all there. */
  find(wardrobeId: string, hash: string): Promise<PhotoFile | null>
}

export function createIntake(options: IntakeOptions): Intake {
  const { database, store, scanner, limits, receive = receivePicture, now } = options
  // each decodes up to 64 million pixels: two at once, and no endless queue of their bytes
  const decoding = createTurns({ atOnce: 2, waiting: 32 })

  async function isStored(wardrobeId: string, hash: string): Promise<boolean> {
    const parts = keysOf(wardrobeId, hash).map((key) => store.has(key))
    return (await Promise.all(parts)).every(Boolean)
  }

  async function find(wardrobeId: string, hash: string): Promise<PhotoFile | null> {
    const file = await readPhotoFile(database, wardrobeId, hash)
    return file && (await isStored(wardrobeId, hash)) ? file : null
  }

  async function scan(wardrobeId: string, hash: string, bytes: Uint8Array): Promise<void> {
    const reason = await scanner.scan(bytes)
    if (reason === null) return
    await writeQuarantine(database, wardrobeId, { hash, reason, bytes: bytes.byteLength, foundAt: now() })
    throw new ModaicsError('quarantined', reason)
  }

  return {
    find,
    async restore(wardrobeId, file, full) {
      const { hash } = file
      if (await find(wardrobeId, hash)) return
      await scan(wardrobeId, hash, full)
      const { variants, thumbhash, perceptualHash } = await decoding(() => receiveFull(full, limits))
      for (const { variant, format, bytes } of variants)
        await store.put({ wardrobeId, hash, variant, format }, bytes)
      await writePhotoFile(database, wardrobeId, {
        ...file,
        thumbhash: file.thumbhash ?? thumbhash,
        perceptualHash: file.perceptualHash ?? perceptualHash,
      })
    },
    async take(wardrobeId, hash, bytes) {
      const known = await find(wardrobeId, hash)
      if (known) return { file: known, created: false }
      const { variants, ...rest } = await decoding(() =>
        receive(bytes, hash, limits, () => scan(wardrobeId, hash, bytes)),
      )
      const putAll = async (): Promise<void> => {
        for (const { variant, format, bytes: encoded } of variants)
          await store.put({ wardrobeId, hash, variant, format }, encoded)
      }
      await putAll()
      // the row last: where it is, the bytes are
      await writePhotoFile(database, wardrobeId, { hash, ...rest, storedAt: Math.floor(now()) })
      // bytes of an earlier try may have been swept away as nobody's until the row was there
      if (!(await isStored(wardrobeId, hash))) await putAll()
      // found once, and not any more: the scanner has learned
      await clearQuarantine(database, wardrobeId, hash)
      const file = await readPhotoFile(database, wardrobeId, hash)
      if (!file) throw new ModaicsError('storage-failed', 'the stored picture has no row')
      return { file, created: true }
    },
  }
}

function keysOf(wardrobeId: string, hash: string): PhotoKey[] {
  return VARIANT_NAMES.flatMap((variant) =>
    PICTURE_FORMATS.map((format) => ({ wardrobeId, hash, variant, format })),
  )
}
