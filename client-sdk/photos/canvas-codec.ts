import { pictureTypeOf, type RgbaImage, refusedTypeOf } from '@modaics/shared'
import { type DecodedPicture, isOpaque, LOOK_EDGE } from './picture-codec.js'

/**
 * The browser's own decoders: what it shows, it takes. Safari shows HEIC; where `createImageBitmap` does not take what an `<img>`
 * does, the `<img>` is asked.
 */
export async function decodeWithCanvas(bytes: Uint8Array): Promise<DecodedPicture | null> {
  if (typeof createImageBitmap !== 'function' || typeof OffscreenCanvas !== 'function') return null
  const type = pictureTypeOf(bytes) ?? (refusedTypeOf(bytes) === null ? '' : 'image/heic')
  const blob = new Blob([bytes as Uint8Array<ArrayBuffer>], { type })
  const bitmap = await createImageBitmap(blob, { imageOrientation: 'from-image' }).catch(() =>
    viaElement(blob),
  )
  if (!bitmap) return null // no picture that this browser knows, or a damaged one
  const { width, height } = bitmap
  const draw = (maxEdge: number): { canvas: OffscreenCanvas; pixels: () => RgbaImage } | null => {
    const scale = Math.min(1, maxEdge / Math.max(width, height))
    const canvas = new OffscreenCanvas(
      Math.max(1, Math.round(width * scale)),
      Math.max(1, Math.round(height * scale)),
    )
    const context = canvas.getContext('2d', { willReadFrequently: true })
    if (!context) return null
    context.imageSmoothingQuality = 'high'
    context.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
    return {
      canvas,
      pixels: () => {
        const { data } = context.getImageData(0, 0, canvas.width, canvas.height)
        return { data, width: canvas.width, height: canvas.height }
      },
    }
  }
  const small = draw(LOOK_EDGE)?.pixels()
  if (!small) {
    bitmap.close()
    return null
  }
  return {
    width,
    height,
    pixels: small,
    async encode(maxEdge) {
      const drawn = draw(maxEdge)
      if (!drawn) throw new TypeError('the browser gives no canvas')
      const type = isOpaque(small) ? 'image/jpeg' : 'image/png'
      const blob = await drawn.canvas.convertToBlob({ type, quality: 0.9 })
      return new Uint8Array(await blob.arrayBuffer())
    },
    close: () => bitmap.close(),
  }
}

/** Upright, as browsers draw what they show; null where it cannot be shown, and in a worker, which shows nothing. */
async function viaElement(blob: Blob): Promise<ImageBitmap | null> {
  if (typeof Image !== 'function') return null
  const url = URL.createObjectURL(blob)
  try {
    const image = new Image()
    image.src = url
    await image.decode()
    return await createImageBitmap(image)
  } catch {
    return null
  } finally {
    URL.revokeObjectURL(url)
  }
}
