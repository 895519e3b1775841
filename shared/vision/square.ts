import type { RgbaImage } from '../colour/pixels.js'

/** A part of a picture, in its pixels: from `left`, `top` up to, and without, `right`, `bottom`. */
export interface Box {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/**
 * A part of a picture as a square of `side` × `side` pixels of red, green and blue, proportions kept, with grey beside it
 * and where the picture is transparent. Each pixel is the mean of those that fall on it, the nearer the more.
 */
export function toSquare(image: RgbaImage, box: Box, side: number): Uint8Array {
  const width = box.right - box.left
  const height = box.bottom - box.top
  const scale = side / Math.max(width, height)
  const across = weigh(box.left, width, scale, side)
  const down = weigh(box.top, height, scale, side)

  const lines = new Float32Array(height * side * 4)
  for (let y = 0; y < height; y++) {
    const row = (box.top + y) * image.width
    for (let x = 0; x < side; x++) {
      const taps = across[x]
      if (!taps) continue
      let [r, g, b, weight] = [0, 0, 0, 0]
      for (const [from, share] of taps) {
        const at = (row + from) * 4
        const opaque = (share * (image.data[at + 3] ?? 0)) / 255
        r += opaque * (image.data[at] ?? 0)
        g += opaque * (image.data[at + 1] ?? 0)
        b += opaque * (image.data[at + 2] ?? 0)
        weight += opaque
      }
      lines.set([r, g, b, weight], (y * side + x) * 4)
    }
  }
  const out = new Uint8Array(side * side * 3).fill(GREY)
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const taps = across[x] && down[y]
      if (!taps) continue
      const sums = [0, 0, 0, 0]
      for (const [from, share] of taps)
        for (let c = 0; c < 4; c++)
          sums[c] = (sums[c] ?? 0) + share * (lines[((from - box.top) * side + x) * 4 + c] ?? 0)
      const rest = GREY * (1 - (sums[3] ?? 0))
      for (let c = 0; c < 3; c++) out[(y * side + x) * 3 + c] = Math.round((sums[c] ?? 0) + rest)
    }
  return out
}

const GREY = 128

type Taps = readonly (readonly [from: number, share: number])[]

/** For each place along one side of the square the pixels that make it, by a triangle filter; null beside the picture. */
function weigh(start: number, length: number, scale: number, side: number): (Taps | null)[] {
  const covered = Math.max(1, Math.round(length * scale))
  const before = Math.floor((side - covered) / 2)
  const step = length / covered
  const reach = Math.max(1, step)
  return Array.from({ length: side }, (_, place) => {
    if (place < before || place >= before + covered) return null
    const centre = (place - before + 0.5) * step
    const first = Math.max(0, Math.ceil(centre - reach - 0.5))
    const last = Math.min(length - 1, Math.floor(centre + reach - 0.5))
    const taps: [number, number][] = []
    let total = 0
    for (let i = first; i <= last; i++) {
      const share = 1 - Math.abs(i + 0.5 - centre) / reach
      if (share <= 0) continue
      taps.push([start + i, share])
      total += share
    }
    return taps.map(([from, share]) => [from, share / total] as const)
  })
}
