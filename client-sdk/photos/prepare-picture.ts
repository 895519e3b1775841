import {
  ModaicsError,
  perceptualHash,
  pictureTypeOf,
  type RgbaImage,
  readPictureHeader,
  refusedTypeOf,
  stripMetadata,
  thumbhashOf,
} from '@modaics/shared'
import { sha256 } from './picture-bytes.js'
import type { DecodePicture } from './picture-codec.js'

/** A picture as it may leave the device. */
export interface PreparedPicture {
  /** upright, no larger than asked for, without metadata */
  readonly bytes: Uint8Array
  /** SHA-256 of them, hex */
  readonly hash: string
  readonly mime: string
  /** what could be read of it: all of it, where the platform decodes it */
  readonly width: number | null
  readonly height: number | null
  readonly thumbhash: string | null
  readonly perceptualHash: string | null
  /** small and upright, to be looked at; null where the platform does not decode it */
  readonly pixels: RgbaImage | null
}

/**
 * Makes a picture fit to leave the device: turned upright, made smaller, and without the place where it was taken. One that
 * is small and upright already keeps its pixels byte for byte: only what is told about them goes.
 *
 * @param maxEdge longest edge in pixels
 * @throws ModaicsError `unsupported-type` where it is no picture that this device can send, `damaged-picture`
 */
export async function preparePicture(
  bytes: Uint8Array,
  maxEdge: number,
  decode: DecodePicture,
): Promise<PreparedPicture> {
  const mime = pictureTypeOf(bytes)
  const refused = refusedTypeOf(bytes)
  if (!mime && !refused)
    throw new ModaicsError('unsupported-type', 'the bytes are not a JPEG, PNG, WebP or AVIF picture')
  const header = readPictureHeader(bytes)
  const fits = header !== null && header.orientation === 1 && Math.max(header.width, header.height) <= maxEdge
  const decoded = await decode(bytes)
  try {
    const stripped = fits || !decoded ? stripMetadata(bytes) : null
    const sendable = stripped ?? (decoded ? await decoded.encode(maxEdge) : null)
    if (!sendable) throw unsendable(mime, refused)
    // without a decoder it cannot be turned: rather lying on its side than with the place in it
    const pixels = decoded?.pixels ?? null
    const encoded = stripped === null ? readPictureHeader(sendable) : null
    return {
      bytes: sendable,
      hash: await sha256(sendable),
      mime: pictureTypeOf(sendable) ?? 'application/octet-stream',
      width: encoded?.width ?? header?.width ?? null,
      height: encoded?.height ?? header?.height ?? null,
      thumbhash: pixels && thumbhashOf(pixels),
      perceptualHash: pixels && perceptualHash(pixels),
      pixels,
    }
  } finally {
    decoded?.close()
  }
}

function unsendable(mime: string | null, refused: string | null): ModaicsError {
  if (refused) return new ModaicsError('unsupported-type', refused)
  return mime === 'image/avif'
    ? new ModaicsError('unsupported-type', 'this device has no decoder for AVIF; send it as JPEG')
    : new ModaicsError('damaged-picture', 'the picture ends too early, or is not what it says')
}
