import { garmentPalette } from '../colour/garment-palette.js'
import type { RgbaImage } from '../colour/pixels.js'
import type { PhotoAnalysis } from './photo-analysis.js'

/**
 * Looks at a picture of one garment: its pixels, upright, of any size (longest edge 400 is enough, more is shrunk).
 * The same picture gives the same answer, in Node and in a browser; nothing is fetched from anywhere. It computes for a
 * good part of a second: not on a thread that has other things to do.
 */
export async function analysePhoto(image: RgbaImage): Promise<PhotoAnalysis> {
  const { colors, confidence } = garmentPalette(image)
  return colors.length > 0 ? { colors: { value: colors, confidence } } : {}
}
