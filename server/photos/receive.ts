import { createHash } from 'node:crypto'
import { ModaicsError } from '@modaics/shared'
import { VARIANTS, type Variant } from './photo-store.js'
import { type PictureType, pictureTypeOf, refusedTypeOf } from './picture-type.js'
import { loadSharp, type Sharp } from './sharp.js'

export interface PictureLimits {
  /** of the uploaded bytes */
  readonly bytes: number
  /** width × height */
  readonly pixels: number
}

/** A 50-megapixel phone's picture, with room. */
export const PICTURE_LIMITS: PictureLimits = { bytes: 25 * 1024 * 1024, pixels: 64_000_000 }

/** A picture that passed every check, ready to be stored. */
export interface ReceivedPicture {
  /** of the uploaded bytes */
  readonly mime: PictureType
  /** as the uploaded picture is looked at (after its orientation), in pixels */
  readonly width: number
  readonly height: number
  /** number of the uploaded bytes */
  readonly bytes: number
  /** WebP, sRGB, upright, without metadata */
  readonly variants: Readonly<Record<Variant, Uint8Array>>
}

/**
 * Checks uploaded bytes and makes the sizes that are kept. The bytes themselves are not kept: they may carry the place
 * where the picture was taken, or something that is not a picture at all behind one. Re-encoding leaves pixels only.
 *
 * @param hash the SHA-256 that the sender announced, hex
 * @throws ModaicsError `too-large`, `hash-mismatch`, `unsupported-type`, `too-many-pixels`, `damaged-picture`
 */
export async function receivePicture(
  bytes: Uint8Array,
  hash: string,
  limits: PictureLimits = PICTURE_LIMITS,
): Promise<ReceivedPicture> {
  if (bytes.byteLength > limits.bytes)
    throw new ModaicsError('too-large', `a picture has at most ${limits.bytes} bytes`)
  const actual = createHash('sha256').update(bytes).digest('hex')
  if (actual !== hash) throw new ModaicsError('hash-mismatch', `the bytes received have ${actual}`)
  const mime = pictureTypeOf(bytes)
  if (!mime)
    throw new ModaicsError(
      'unsupported-type',
      refusedTypeOf(bytes) ?? 'send JPEG, PNG, WebP or AVIF; the bytes count, not the name',
    )
  const sharp = await loadSharp()
  const { width, height } = await sizeOf(sharp, bytes, mime, limits)
  return { mime, width, height, bytes: bytes.byteLength, variants: await makeVariants(sharp, bytes, limits) }
}

/** Reads the header only: nothing is decoded until the size is known to be bearable. */
async function sizeOf(
  sharp: Sharp,
  bytes: Uint8Array,
  mime: PictureType,
  limits: PictureLimits,
): Promise<{ width: number; height: number }> {
  const metadata = await sharp(bytes, { limitInputPixels: false, failOn: 'error' }).metadata().catch(damaged)
  const { format, width, height, orientation = 1 } = metadata
  if (`image/${format === 'heif' ? 'avif' : format}` !== mime)
    throw new ModaicsError('unsupported-type', `the bytes begin like ${mime} and go on like ${format}`)
  if (width * height > limits.pixels)
    throw new ModaicsError(
      'too-many-pixels',
      `${width} × ${height} pixels; at most ${limits.pixels.toLocaleString('en')} in all`,
    )
  return orientation >= 5 ? { width: height, height: width } : { width, height }
}

async function makeVariants(
  sharp: Sharp,
  bytes: Uint8Array,
  limits: PictureLimits,
): Promise<Record<Variant, Uint8Array>> {
  const { data, info } = await sharp(bytes, {
    limitInputPixels: limits.pixels,
    failOn: 'error', // and 'truncated', which is below it; not 'warning': phones write odd but sound files
    sequentialRead: true,
  })
    .timeout({ seconds: 30 })
    .autoOrient()
    .resize(VARIANTS.full, VARIANTS.full, { fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .catch(damaged)
  const raw = { width: info.width, height: info.height, channels: info.channels }
  const encode = (variant: Variant): Promise<Uint8Array> =>
    sharp(data, { raw })
      .resize(VARIANTS[variant], VARIANTS[variant], { fit: 'inside', withoutEnlargement: true })
      .webp({ quality: 82 })
      .toBuffer()
  return { full: await encode('full'), card: await encode('card'), thumb: await encode('thumb') }
}

function damaged(error: unknown): never {
  const reason = error instanceof Error ? error.message.split('\n')[0] : 'unknown'
  throw new ModaicsError('damaged-picture', `the decoder says: ${reason}`, { cause: error })
}
