/** A black-and-white picture: 1 or 0 a pixel, row by row. */
export interface Bitmap {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

/** Removes specks and thin bridges (opening) and closes small gaps (closing), with a square of side 2 × radius + 1. */
export function smooth(bitmap: Bitmap, radius: number): Bitmap {
  const opened = filter(filter(bitmap, radius, 1), radius, 0)
  return filter(filter(opened, radius, 0), radius, 1)
}

/** Takes `radius` pixels off every edge. What lies outside the picture counts as set, so that nothing is lost there. */
export function erode(bitmap: Bitmap, radius: number): Bitmap {
  return filter(bitmap, radius, 1)
}

/** Sets the holes of at most `maxArea` pixels that do not touch the picture's edge. */
export function fillHoles(bitmap: Bitmap, maxArea: number): Bitmap {
  const data = bitmap.data.slice()
  for (const part of components(bitmap, 0))
    if (!part.touchesEdge && part.pixels.length <= maxArea) for (const i of part.pixels) data[i] = 1
  return { ...bitmap, data }
}

export interface Component {
  readonly pixels: readonly number[]
  readonly touchesEdge: boolean
}

/** The parts of a bitmap whose pixels have `value` and touch side by side, in the order of their first pixel. */
export function components({ width, height, data }: Bitmap, value: 0 | 1): Component[] {
  const seen = new Uint8Array(data.length)
  const found: Component[] = []
  for (let start = 0; start < data.length; start++) {
    if (seen[start] || data[start] !== value) continue
    seen[start] = 1
    const pixels = [start]
    let touchesEdge = false
    for (let next = 0; next < pixels.length; next++) {
      const at = pixels[next] ?? 0
      const x = at % width
      const y = (at - x) / width
      if (x === 0 || y === 0 || x === width - 1 || y === height - 1) touchesEdge = true
      for (const to of [
        x > 0 ? at - 1 : -1,
        x < width - 1 ? at + 1 : -1,
        y > 0 ? at - width : -1,
        y < height - 1 ? at + width : -1,
      ]) {
        if (to < 0 || seen[to] || data[to] !== value) continue
        seen[to] = 1
        pixels.push(to)
      }
    }
    found.push({ pixels, touchesEdge })
  }
  return found
}

/** Erosion (`keep` 1: all must be set) or dilation (`keep` 0: one is enough), rows first, then columns. */
function filter(bitmap: Bitmap, radius: number, keep: 0 | 1): Bitmap {
  const { width, height } = bitmap
  const rows = pass(bitmap.data, height, width, width, 1, radius, keep)
  return { width, height, data: pass(rows, width, height, 1, width, radius, keep) }
}

function pass(
  data: Uint8Array,
  lines: number,
  length: number,
  lineStep: number,
  step: number,
  radius: number,
  keep: 0 | 1,
): Uint8Array {
  const out = new Uint8Array(data.length)
  for (let line = 0; line < lines; line++) {
    let count = 0
    const at = (i: number): number =>
      i < 0 || i >= length ? 0 : data[line * lineStep + i * step] === keep ? 0 : 1
    for (let i = 0; i < Math.min(radius, length); i++) count += at(i)
    for (let i = 0; i < length; i++) {
      count += at(i + radius) - at(i - radius - 1)
      out[line * lineStep + i * step] = count > 0 ? 1 - keep : keep
    }
  }
  return out
}
