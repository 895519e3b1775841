import { createHash } from 'node:crypto'
import {
  ModaicsError,
  type PictureType,
  perceptualHash,
  pictureTypeOf,
  refusedTypeOf,
  thumbhashOf,
} from '@modaics/shared'
import { PICTURE_FORMATS, type PictureFormat, VARIANT_NAMES, VARIANTS, type Variant } from './photo-store.js'
import { isPlainWebp } from './plain-webp.js'
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
  /** a placeholder, see `thumbhashOf` */
  readonly thumbhash: string | null
  /** see `perceptualHash` */
  readonly perceptualHash: string | null
  /** sRGB, upright, without metadata */
  readonly variants: readonly PictureVariant[]
}

/** One size in one format. */
export interface PictureVariant {
  readonly variant: Variant
  readonly format: PictureFormat
  readonly bytes: Uint8Array
}

/**
 * Checks uploaded bytes and makes the sizes that are kept. The bytes themselves are not kept: they may carry the place
 * where the picture was taken, or something that is not a picture at all behind one. Re-encoding leaves pixels only.
 *
 * @param hash the SHA-256 that the sender announced, hex
 * @param scan looks at the bytes once they are known to be what they were announced as, before they are decoded; what it
 * throws is thrown
 * @throws ModaicsError `too-large`, `hash-mismatch`, `unsupported-type`, `too-many-pixels`, `damaged-picture`
 */
export async function receivePicture(
  bytes: Uint8Array,
  hash: string,
  limits: PictureLimits = PICTURE_LIMITS,
  scan: () => Promise<void> = async () => {},
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
  await scan()
  const sharp = await loadSharp()
  const { width, height } = await sizeOf(sharp, bytes, mime, limits)
  return { mime, width, height, bytes: bytes.byteLength, ...(await makeVariants(sharp, bytes, limits)) }
}

/**
 * The sizes of a picture that another server has kept, from its largest in WebP, which stays byte for byte what it is.
 *
 * @throws ModaicsError `too-large`, `unsupported-type`, `too-many-pixels`, `damaged-picture`
 */
export async function receiveFull(
  bytes: Uint8Array,
  limits: PictureLimits = PICTURE_LIMITS,
): Promise<Pick<ReceivedPicture, 'variants' | 'thumbhash' | 'perceptualHash'>> {
  if (bytes.byteLength > limits.bytes)
    throw new ModaicsError('too-large', `a picture has at most ${limits.bytes} bytes`)
  if (!isPlainWebp(bytes))
    throw new ModaicsError('unsupported-type', 'only a WebP of pixels and nothing else is taken as it is')
  const sharp = await loadSharp()
  const { width, height } = await sizeOf(sharp, bytes, 'image/webp', limits)
  if (Math.max(width, height) > VARIANTS.full)
    throw new ModaicsError('too-many-pixels', `a kept picture has at most ${VARIANTS.full} pixels an edge`)
  const { variants, ...rest } = await makeVariants(sharp, bytes, limits)
  return {
    ...rest,
    variants: variants.map((one) =>
      one.variant === 'full' && one.format === 'webp' ? { ...one, bytes } : one,
    ),
  }
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
): Promise<Pick<ReceivedPicture, 'variants' | 'thumbhash' | 'perceptualHash'>> {
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
  const sized = (variant: Variant) =>
    sharp(data, { raw }).resize(VARIANTS[variant], VARIANTS[variant], {
      fit: 'inside',
      withoutEnlargement: true,
    })
  const variants: PictureVariant[] = []
  for (const variant of VARIANT_NAMES)
    for (const format of PICTURE_FORMATS)
      variants.push({ variant, format, bytes: await ENCODERS[format](sized(variant)).toBuffer() })
  const small = await sized('thumb').ensureAlpha().raw().toBuffer({ resolveWithObject: true })
  const pixels = { data: small.data, width: small.info.width, height: small.info.height }
  return { variants, thumbhash: thumbhashOf(pixels), perceptualHash: perceptualHash(pixels) }
}

/** AVIF at its least effort takes less time than WebP, and fewer bytes; any more effort takes seconds. */
const ENCODERS: Readonly<Record<PictureFormat, (picture: ReturnType<Sharp>) => ReturnType<Sharp>>> = {
  webp: (picture) => picture.webp({ quality: 82 }),
  avif: (picture) => picture.avif({ quality: 58, effort: 0 }),
}

function damaged(error: unknown): never {
  const reason = error instanceof Error ? error.message.split('\n')[0] : 'unknown'
  throw new ModaicsError('damaged-picture', `the decoder says: ${reason}`, { cause: error })
}
