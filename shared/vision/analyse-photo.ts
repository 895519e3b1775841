import { oklabToHex } from '../colour/convert.js'
import { garmentMask } from '../colour/garment-mask.js'
import { clothColors } from '../colour/garment-palette.js'
import { type LabPixels, type RgbaImage, toLabPixels } from '../colour/pixels.js'
import type { Eyes, Sight } from './eyes.js'
import { PHOTO_KINDS } from './kinds.js'
import { mergeNames } from './merge-names.js'
import { nameInPhoto } from './name-in-photo.js'
import type { KindGuess, PhotoAnalysis } from './photo-analysis.js'

const MASK_EDGE = 144
const MAX_COLORS = 4

export interface AnalyseOptions {
  /** at most so many kinds; 3 unless told */
  readonly kinds?: number
}

/**
 * Looks at a picture of one garment: its pixels, upright, of any size (longest edge 400 is enough). The same picture gives
 * the same answer, in Node and in a browser; nothing is fetched from anywhere. It computes for some tenths of a second:
 * not on a thread that has other things to do.
 *
 * @param eyes tell kind and pattern; without them only colours are seen
 */
export async function analysePhoto(
  image: RgbaImage,
  eyes?: Eyes,
  options: AnalyseOptions = {},
): Promise<PhotoAnalysis> {
  const pixels = toLabPixels(image, MASK_EDGE)
  if (!pixels?.opaque.includes(1)) return {}
  const mask = garmentMask(pixels)
  const sight = eyes?.look(image, mask)
  const colors = colorsOf(pixels, mask)
  return {
    ...(colors ? { colors } : {}),
    ...(sight ? seenBy(sight, colors?.value[0]?.name, options.kinds ?? 3) : {}),
  }
}

function colorsOf(pixels: LabPixels, mask: ReturnType<typeof garmentMask>): PhotoAnalysis['colors'] {
  const cloth = clothColors(pixels, mask, MAX_COLORS).map(({ color, share }) => ({
    ...nameInPhoto(color),
    hex: oklabToHex(color),
    share,
  }))
  const value = mergeNames(cloth.map(({ hex, name, share }) => ({ hex, name, share })))
  const main = cloth.find(({ hex }) => hex === value[0]?.hex)
  return main ? { value, confidence: round(main.confidence) } : undefined
}

function seenBy(
  { kinds, patterns, features }: Sight,
  color: string | undefined,
  most: number,
): PhotoAnalysis {
  const [pattern] = patterns
  return {
    ...(pattern ? { pattern: { value: pattern.name, confidence: round(pattern.probability) } } : {}),
    kinds: kinds.slice(0, most).flatMap(({ name, probability }) => toGuess(name, probability, color)),
    features,
  }
}

function toGuess(label: string, probability: number, color: string | undefined): KindGuess[] {
  const kind = PHOTO_KINDS.find((one) => one.label === label)
  if (!kind) return []
  // colour and kind together say what neither says alone
  const jeans = kind.subcategory === 'trousers' && color === 'denim'
  const subcategory = jeans ? 'jeans' : kind.subcategory
  return [{ category: kind.category, subcategory, confidence: round(probability) }]
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000
}
