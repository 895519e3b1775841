import type { Oklab } from './convert.js'
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
  const colors = clothColors(pixels, mask, options.maxColors ?? 4).map(({ color, share }) => ({
    hex: oklabToHex(color),
    name: nameOklab(color).name,
    share,
  }))
  return {
    colors,
    coverage: round(mask.coverage),
    confidence: colors.length > 0 ? round(mask.confidence) : 0,
  }
}

/** Pixels taken to be one cloth. */
interface Group {
  readonly l: number
  readonly a: number
  readonly b: number
  readonly size: number
  /** clusters joined in it */
  readonly clusters: readonly number[]
}

const CLUSTERS = 8
/** Folds and shadows change lightness, not hue, so lightness counts for less when groups of one cloth are joined. */
const LIGHTNESS_WEIGHT = 0.6
const MERGE_DISTANCE = 0.09
const MIN_SHARE = 0.06
/**
 * Which pixels, by rank in lightness, give a cloth its colour. People discount shadow on light cloth and sheen on dark
 * cloth, so the first leaves out the darkest pixels and the second the lightest.
 */
const LIGHT_CLOTH: readonly [from: number, to: number] = [0.35, 0.95]
const DARK_CLOTH: readonly [from: number, to: number] = [0.1, 0.75]
const DARK = 0.35

/** A colour of the cloth under a mask, and its part of that, 0 to 1. */
export interface ClothColor {
  readonly color: Oklab
  readonly share: number
}

/** The dominant colours under a mask, largest share first; the shares add up to 1. */
export function clothColors(pixels: LabPixels, mask: GarmentMask, maxColors: number): ClothColor[] {
  const points = masked(pixels, mask)
  const { centres, sizes, labels } = kMeans(points, CLUSTERS)
  const groups: Group[] = []
  sizes.forEach((size, c) => {
    if (size === 0) return
    groups.push({
      l: centres[c * 3] ?? 0,
      a: centres[c * 3 + 1] ?? 0,
      b: centres[c * 3 + 2] ?? 0,
      size,
      clusters: [c],
    })
  })
  const all = points.length / 3
  const kept = mergeClose(groups)
    .filter((group) => group.size >= all * MIN_SHARE)
    .sort((x, y) => y.size - x.size || y.l - x.l)
    .slice(0, Math.max(1, maxColors))
  const total = kept.reduce((sum, group) => sum + group.size, 0)
  return kept.map((group) => ({
    color: clothColor(points, labels, group),
    share: round(group.size / total),
  }))
}

/** Mean of the pixels of a group that show its cloth best, by their rank in lightness. */
function clothColor(points: Float32Array, labels: Uint8Array, { l: lightness, clusters }: Group): Oklab {
  const [low, high] = lightness < DARK ? DARK_CLOTH : LIGHT_CLOTH
  const chosen: number[] = []
  labels.forEach((label, i) => {
    if (clusters.includes(label)) chosen.push(i)
  })
  chosen.sort((x, y) => (points[x * 3] ?? 0) - (points[y * 3] ?? 0) || x - y)
  const from = Math.floor(chosen.length * low)
  const lit = chosen.slice(from, Math.max(from + 1, Math.ceil(chosen.length * high)))
  let [l, a, b] = [0, 0, 0]
  for (const i of lit) {
    l += (points[i * 3] ?? 0) / lit.length
    a += (points[i * 3 + 1] ?? 0) / 2 / lit.length
    b += (points[i * 3 + 2] ?? 0) / 2 / lit.length
  }
  return { l, a, b }
}

/** Joins the two closest groups until none are close. */
function mergeClose(groups: readonly Group[]): Group[] {
  let left = groups
  for (;;) {
    let pair: readonly [Group, Group] | undefined
    let least = MERGE_DISTANCE
    for (const [i, x] of left.entries())
      for (const y of left.slice(i + 1)) {
        const distance = Math.hypot(LIGHTNESS_WEIGHT * (x.l - y.l), x.a - y.a, x.b - y.b)
        if (distance < least) {
          least = distance
          pair = [x, y]
        }
      }
    if (!pair) return [...left]
    const [x, y] = pair
    const size = x.size + y.size
    const joined: Group = {
      l: (x.l * x.size + y.l * y.size) / size,
      a: (x.a * x.size + y.a * y.size) / size,
      b: (x.b * x.size + y.b * y.size) / size,
      size,
      clusters: [...x.clusters, ...y.clusters],
    }
    left = left.flatMap((group) => (group === x ? [joined] : group === y ? [] : [group]))
  }
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
