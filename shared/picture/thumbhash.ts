import { rgbaToThumbHash, thumbHashToRGBA } from 'thumbhash'
import type { RgbaImage } from '../colour/pixels.js'
import { shrinkPixels } from './shrink-pixels.js'

/**
 * A picture in about 25 bytes: what an app paints until the picture is there. ThumbHash by Evan Wallace.
 * https://evanw.github.io/thumbhash/
 *
 * @returns base64; null where the sizes do not describe the data
 */
export function thumbhashOf(image: RgbaImage): string | null {
  const small = shrinkPixels(image, 100)
  if (!small) return null
  return toBase64(rgbaToThumbHash(small.width, small.height, small.data))
}

/** The picture that a thumbhash stands for, at most 32 pixels wide and high; null where it is none. */
export function thumbhashToPixels(thumbhash: string): RgbaImage | null {
  try {
    const bytes = Uint8Array.from(atob(thumbhash), (char) => char.charCodeAt(0))
    if (bytes.length < 5) return null
    const { w, h, rgba } = thumbHashToRGBA(bytes)
    return { width: w, height: h, data: rgba }
  } catch {
    return null // not base64
  }
}

const toBase64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes))
