import { oklabToHex } from './convert.js'
import type { GarmentMask } from './garment-mask.js'
import { garmentMask } from './garment-mask.js'
import { kMeans } from './k-means.js'
import { erode } from './morphology.js'
import { nameOklab } from './name-color.js'
import type { LabPixels, RgbaImage } from './pixels.js'
import { toLabPixels } from './pixels.js'

export interface GarmentColor {
  /** sRGB, `#rrggbb` */
  readonly hex: string
  /** plain word, see `nameColor` */
  readonly name: string
  /** part of the garment's area, 0 to 1 */
  readonly share: number
}

export interface GarmentPalette {
  /** largest share first; the shares add up to 1, unless there is no colour at all */
  readonly colors: readonly GarmentColor[]
  /** part of the picture that the garment covers, 0 to 1 */
  readonly coverage: number
  /** 0 to 1: how much the mask may be believed; 0 where there was nothing to see */
  readonly confidence: number
}

export interface GarmentPaletteOptions {
  /** at most so many colours; 4 unless told */
  readonly maxColors?: number
  /** the picture is shrunk to this many pixels along its longest edge before it is looked at; 144 unless told */
  readonly maxEdge?: number
}

/** The dominant colours of the garment in a photo, not of what it lies on. Same picture, same answer. */
export function garmentPalette(image: RgbaImage, options: GarmentPaletteOptions = {}): GarmentPalette {
  const pixels = toLabPixels(image, options.maxEdge ?? 144)
  if (!pixels) return { colors: [], coverage: 0, confidence: 0 }
  const mask = garmentMask(pixels)
  const colors = dominant(masked(pixels, mask), options.maxColors ?? 4)
  return {
    colors,
    coverage: round(mask.coverage),
    confidence: colors.length > 0 ? round(mask.confidence) : 0,
  }
}

interface Group {
  l: number
  a: number
  b: number
  size: number
}

/** Folds and shadows change lightness, not hue, so lightness counts for less when groups of one cloth are joined. */
const LIGHTNESS_WEIGHT = 0.6
const MERGE_DISTANCE = 0.09
const MIN_SHARE = 0.06

function dominant(points: Float32Array, maxColors: number): GarmentColor[] {
  const { centres, sizes } = kMeans(points, 8)
  let groups: Group[] = []
  for (let c = 0; c < sizes.length; c++) {
    const size = sizes[c] ?? 0
    if (size > 0)
      groups.push({ l: centres[c * 3] ?? 0, a: centres[c * 3 + 1] ?? 0, b: centres[c * 3 + 2] ?? 0, size })
  }
  groups = mergeClose(groups)
  const all = groups.reduce((sum, group) => sum + group.size, 0)
  const kept = groups
    .filter((group) => group.size >= all * MIN_SHARE)
    .sort((x, y) => y.size - x.size || y.l - x.l)
    .slice(0, Math.max(1, maxColors))
  const total = kept.reduce((sum, group) => sum + group.size, 0)
  return kept.map(({ l, a, b, size }) => {
    const color = { l, a: a / 2, b: b / 2 }
    return { hex: oklabToHex(color), name: nameOklab(color).name, share: round(size / total) }
  })
}

/** Joins the two closest groups until none are close. */
function mergeClose(groups: readonly Group[]): Group[] {
  const left = [...groups]
  for (;;) {
    let pair: [number, number] | undefined
    let least = MERGE_DISTANCE
    for (let i = 0; i < left.length; i++)
      for (let j = i + 1; j < left.length; j++) {
        const distance = between(left[i], left[j])
        if (distance < least) {
          least = distance
          pair = [i, j]
        }
      }
    if (!pair) return left
    const [x, y] = [left[pair[0]], left[pair[1]]]
    if (!x || !y) return left
    const size = x.size + y.size
    left[pair[0]] = {
      l: (x.l * x.size + y.l * y.size) / size,
      a: (x.a * x.size + y.a * y.size) / size,
      b: (x.b * x.size + y.b * y.size) / size,
      size,
    }
    left.splice(pair[1], 1)
  }
}

function between(x: Group | undefined, y: Group | undefined): number {
  if (!x || !y) return Number.POSITIVE_INFINITY
  return Math.hypot(LIGHTNESS_WEIGHT * (x.l - y.l), x.a - y.a, x.b - y.b)
}

/** Colours inside the mask, without its outermost pixels where that leaves enough: those are mixed with the background. */
function masked(pixels: LabPixels, mask: GarmentMask): Float32Array {
  const inner = erode(mask, 1)
  const chosen = count(inner.data) >= 0.5 * count(mask.data) ? inner.data : mask.data
  const points: number[] = []
  for (let i = 0; i < chosen.length; i++)
    if (chosen[i] && pixels.opaque[i])
      points.push(pixels.lab[i * 3] ?? 0, pixels.lab[i * 3 + 1] ?? 0, pixels.lab[i * 3 + 2] ?? 0)
  return Float32Array.from(points)
}

function count(data: Uint8Array): number {
  return data.reduce((sum, on) => sum + on, 0)
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000
}
