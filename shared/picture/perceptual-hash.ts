import type { RgbaImage } from '../colour/pixels.js'
import { shrinkPixels } from './shrink-pixels.js'

const SIZE = 32
const KEPT = 8

/**
 * 64 bits that stay nearly the same when a picture is resized, re-encoded or slightly changed in brightness: the signs
 * of the lowest frequencies of its lightness against their median ("pHash": Zauner, Implementation and Benchmarking of
 * Perceptual Image Hash Functions, 2010).
 *
 * @returns 16 hex digits; null where the sizes do not describe the data
 */
export function perceptualHash(image: RgbaImage): string | null {
  const small = shrinkPixels(image, { width: SIZE, height: SIZE })
  if (!small) return null
  const light = new Float64Array(SIZE * SIZE)
  for (let i = 0; i < light.length; i++) {
    const [r = 0, g = 0, b = 0, a = 0] = small.data.subarray(i * 4, i * 4 + 4)
    // on white, as a transparent picture is shown
    light[i] = ((0.299 * r + 0.587 * g + 0.114 * b) * a) / 255 + (255 - a)
  }
  const low = lowFrequencies(light)
  // the first says how light the picture is, which is no feature of it
  const median = [...low.slice(1)].sort((x, y) => x - y)[Math.floor((low.length - 1) / 2)] ?? 0
  let hex = ''
  for (let i = 0; i < low.length; i += 4) {
    let digit = 0
    for (let bit = 0; bit < 4; bit++) digit = digit * 2 + ((low[i + bit] ?? 0) > median ? 1 : 0)
    hex += digit.toString(16)
  }
  return hex
}

/** In how many of the 64 bits two perceptual hashes differ; null where one of them is none. */
export function hashDistance(x: string, y: string): number | null {
  if (!HASH.test(x) || !HASH.test(y)) return null
  let distance = 0
  for (let i = 0; i < 16; i++) {
    let bits = Number.parseInt(x[i] ?? '0', 16) ^ Number.parseInt(y[i] ?? '0', 16)
    for (; bits > 0; bits >>= 1) distance += bits & 1
  }
  return distance
}

/** Two pictures whose hashes differ in at most so many bits show the same. Measured: `perceptual-hash.test.ts`. */
export const SAME_PICTURE_BITS = 6

const HASH = /^[0-9a-f]{16}$/

/** The 8 × 8 lowest coefficients of the discrete cosine transform (type II) of 32 × 32 values, row by row. */
function lowFrequencies(values: Float64Array): Float64Array {
  const rows = new Float64Array(SIZE * KEPT)
  for (let y = 0; y < SIZE; y++)
    for (let u = 0; u < KEPT; u++) {
      let sum = 0
      for (let x = 0; x < SIZE; x++) sum += (values[y * SIZE + x] ?? 0) * (COSINES[u * SIZE + x] ?? 0)
      rows[y * KEPT + u] = sum
    }
  const out = new Float64Array(KEPT * KEPT)
  for (let v = 0; v < KEPT; v++)
    for (let u = 0; u < KEPT; u++) {
      let sum = 0
      for (let y = 0; y < SIZE; y++) sum += (rows[y * KEPT + u] ?? 0) * (COSINES[v * SIZE + y] ?? 0)
      out[v * KEPT + u] = sum
    }
  return out
}

const COSINES = Float64Array.from({ length: KEPT * SIZE }, (_, i) => {
  const frequency = Math.floor(i / SIZE)
  return Math.cos(((2 * (i % SIZE) + 1) * frequency * Math.PI) / (2 * SIZE))
})
