import type { Swatch } from './swatch.js'

/**
 * How much hues agree: length of the mean of their directions, weighted by area and chroma. 1 for one hue or none, 0 for
 * hues all around the wheel.
 */
export function hueConcentration(swatches: readonly Swatch[]): number {
  let [x, y, total] = [0, 0, 0]
  for (const { lch, share } of swatches) {
    const weight = lch.c * Math.sqrt(share)
    x += weight * Math.cos((lch.h * Math.PI) / 180)
    y += weight * Math.sin((lch.h * Math.PI) / 180)
    total += weight
  }
  return total > 0 ? Math.hypot(x, y) / total : 1
}

/** True where exactly two colours are no neutrals, and face each other on the wheel. */
export function areOpposite(swatches: readonly Swatch[]): boolean {
  const [x, y, ...more] = swatches.filter(({ name }) => !name.neutral)
  if (!x || !y || more.length > 0) return false
  return Math.abs(((x.lch.h - y.lch.h + 540) % 360) - 180) > OPPOSITE
}

const OPPOSITE = 140
