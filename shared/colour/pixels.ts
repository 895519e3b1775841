import { rgb8ToOklab } from './convert.js'

/** An image as canvases and decoders give it: RGBA, 8 bits, row by row, not premultiplied. */
export interface RgbaImage {
  readonly data: Uint8Array | Uint8ClampedArray
  readonly width: number
  readonly height: number
}

/** Pixels ready to be grouped by colour. */
export interface LabPixels {
  readonly width: number
  readonly height: number
  /** three numbers a pixel: OKLab l, 2a, 2b, so that plain Euclidean distance is `oklabDistance` */
  readonly lab: Float32Array
  /** 1 where the pixel is at least half opaque */
  readonly opaque: Uint8Array
}

/**
 * Shrinks an image (mean of the pixels that fall together, weighted by alpha) until its longest edge is at most
 * `maxEdge`, and converts it. Null if the sizes do not describe the data.
 */
export function toLabPixels(image: RgbaImage, maxEdge: number): LabPixels | null {
  const { data } = image
  const sourceWidth = image.width
  const sourceHeight = image.height
  if (!(Number.isInteger(sourceWidth) && Number.isInteger(sourceHeight))) return null
  if (sourceWidth < 1 || sourceHeight < 1 || data.length < sourceWidth * sourceHeight * 4) return null

  const scale = Math.min(1, Math.max(1, maxEdge) / Math.max(sourceWidth, sourceHeight))
  const width = Math.max(1, Math.round(sourceWidth * scale))
  const height = Math.max(1, Math.round(sourceHeight * scale))
  const sums = new Float64Array(width * height * 4)
  const counts = new Uint32Array(width * height)
  for (let y = 0; y < sourceHeight; y++) {
    const row = Math.min(height - 1, Math.floor((y * height) / sourceHeight)) * width
    for (let x = 0; x < sourceWidth; x++) {
      const to = row + Math.min(width - 1, Math.floor((x * width) / sourceWidth))
      const from = (y * sourceWidth + x) * 4
      const alpha = data[from + 3] ?? 0
      add(sums, to * 4, (data[from] ?? 0) * alpha)
      add(sums, to * 4 + 1, (data[from + 1] ?? 0) * alpha)
      add(sums, to * 4 + 2, (data[from + 2] ?? 0) * alpha)
      add(sums, to * 4 + 3, alpha)
      counts[to] = (counts[to] ?? 0) + 1
    }
  }

  const lab = new Float32Array(width * height * 3)
  const opaque = new Uint8Array(width * height)
  for (let i = 0; i < width * height; i++) {
    const alpha = sums[i * 4 + 3] ?? 0
    if (alpha === 0) continue
    const { l, a, b } = rgb8ToOklab(
      (sums[i * 4] ?? 0) / alpha,
      (sums[i * 4 + 1] ?? 0) / alpha,
      (sums[i * 4 + 2] ?? 0) / alpha,
    )
    lab[i * 3] = l
    lab[i * 3 + 1] = 2 * a
    lab[i * 3 + 2] = 2 * b
    opaque[i] = alpha >= 128 * (counts[i] ?? 1) ? 1 : 0
  }
  return { width, height, lab, opaque }
}

function add(sums: Float64Array, at: number, value: number): void {
  sums[at] = (sums[at] ?? 0) + value
}
