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
      let [r, g, b, weight] = [0, 0, 0, 0]
      for (let tap = across.starts[x] ?? 0; tap < (across.starts[x + 1] ?? 0); tap++) {
        const at = (row + (across.from[tap] ?? 0)) * 4
        const opaque = ((across.share[tap] ?? 0) * (image.data[at + 3] ?? 0)) / 255
        r += opaque * (image.data[at] ?? 0)
        g += opaque * (image.data[at + 1] ?? 0)
        b += opaque * (image.data[at + 2] ?? 0)
        weight += opaque
      }
      const to = (y * side + x) * 4
      lines[to] = r
      lines[to + 1] = g
      lines[to + 2] = b
      lines[to + 3] = weight
    }
  }
  const out = new Uint8Array(side * side * 3)
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      let [r, g, b, weight] = [0, 0, 0, 0]
      for (let tap = down.starts[y] ?? 0; tap < (down.starts[y + 1] ?? 0); tap++) {
        const at = (((down.from[tap] ?? 0) - box.top) * side + x) * 4
        const share = down.share[tap] ?? 0
        r += share * (lines[at] ?? 0)
        g += share * (lines[at + 1] ?? 0)
        b += share * (lines[at + 2] ?? 0)
        weight += share * (lines[at + 3] ?? 0)
      }
      const rest = GREY * (1 - weight)
      const to = (y * side + x) * 3
      out[to] = Math.round(r + rest)
      out[to + 1] = Math.round(g + rest)
      out[to + 2] = Math.round(b + rest)
    }
  return out
}

const GREY = 128

/** Of each place along a side of the square: which pixels make it, and how much. */
interface Taps {
  /** where those of a place begin; they end where those of the next begin. Beside the picture there are none */
  readonly starts: Uint32Array
  readonly from: readonly number[]
  readonly share: readonly number[]
}

/** A triangle filter along one side. */
function weigh(start: number, length: number, scale: number, side: number): Taps {
  const covered = Math.max(1, Math.round(length * scale))
  const before = Math.floor((side - covered) / 2)
  const step = length / covered
  const reach = Math.max(1, step)
  const starts = new Uint32Array(side + 1)
  const from: number[] = []
  const share: number[] = []
  for (let place = 0; place < side; place++) {
    starts[place] = from.length
    if (place < before || place >= before + covered) continue
    const centre = (place - before + 0.5) * step
    const first = Math.max(0, Math.ceil(centre - reach - 0.5))
    const last = Math.min(length - 1, Math.floor(centre + reach - 0.5))
    const near = (i: number): number => Math.max(0, 1 - Math.abs(i + 0.5 - centre) / reach)
    let total = 0
    for (let i = first; i <= last; i++) total += near(i)
    for (let i = first; i <= last; i++) {
      from.push(start + i)
      share.push(near(i) / total)
    }
  }
  starts[side] = from.length
  return { starts, from, share }
}
