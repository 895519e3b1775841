import type { RgbaImage } from '../colour/pixels.js'

/**
 * Shrinks pixels to the given width and height, or so that the longest edge is at most `edge`: each new pixel is the mean
 * of those that fall into it. Null if the sizes do not describe the data. What is small enough stays as it is.
 */
export function shrinkPixels(
  image: RgbaImage,
  to: number | { readonly width: number; readonly height: number },
): RgbaImage | null {
  const { data, width: fromWidth, height: fromHeight } = image
  if (!(Number.isInteger(fromWidth) && Number.isInteger(fromHeight)) || fromWidth < 1 || fromHeight < 1)
    return null
  if (data.length < fromWidth * fromHeight * 4) return null
  const { width, height } = typeof to === 'number' ? fit(fromWidth, fromHeight, to) : to
  if (width === fromWidth && height === fromHeight) return image
  const out = new Uint8ClampedArray(width * height * 4)
  for (let y = 0; y < height; y++) {
    const top = Math.floor((y * fromHeight) / height)
    const bottom = Math.max(top + 1, Math.floor(((y + 1) * fromHeight) / height))
    for (let x = 0; x < width; x++) {
      const left = Math.floor((x * fromWidth) / width)
      const right = Math.max(left + 1, Math.floor(((x + 1) * fromWidth) / width))
      const mean = meanOf(data, fromWidth, left, right, top, bottom)
      out.set(mean, (y * width + x) * 4)
    }
  }
  return { data: out, width, height }
}

function fit(width: number, height: number, edge: number): { width: number; height: number } {
  const scale = Math.min(1, edge / Math.max(width, height))
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}

/** Colours count by their opacity: what cannot be seen has none. */
function meanOf(
  data: RgbaImage['data'],
  width: number,
  left: number,
  right: number,
  top: number,
  bottom: number,
): [number, number, number, number] {
  let [r, g, b, alpha] = [0, 0, 0, 0]
  for (let y = top; y < bottom; y++)
    for (let x = left; x < right; x++) {
      const at = (y * width + x) * 4
      const a = data[at + 3] ?? 0
      r += (data[at] ?? 0) * a
      g += (data[at + 1] ?? 0) * a
      b += (data[at + 2] ?? 0) * a
      alpha += a
    }
  const count = (right - left) * (bottom - top)
  return alpha === 0 ? [0, 0, 0, 0] : [r / alpha, g / alpha, b / alpha, alpha / count]
}
