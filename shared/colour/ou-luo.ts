import type { Oklab } from './convert.js'
import { oklabToCielab } from './convert.js'

/**
 * Harmony of two colours as people rated it, about −1.2 (clash) to 1.4.
 *
 * L.-C. Ou, M. R. Luo: A Colour Harmony Model for Two-Colour Combinations, Color Research & Application 31(3), 2006.
 * CIELAB. The term for the sum of lightness is left out: it marks all dark pairs down, and dark clothes are liked.
 */
export function pairHarmony(x: Oklab, y: Oklab): number {
  const first = polar(oklabToCielab(x))
  const second = polar(oklabToCielab(y))
  const deltaC = first.c - second.c
  const deltaH = 2 * Math.sqrt(first.c * second.c) * Math.sin((first.h - second.h) / 2)
  const chromatic = Math.hypot(deltaH, deltaC / 1.46)
  const ofChroma = 0.04 + 0.53 * Math.tanh(0.8 - 0.045 * chromatic)
  const ofContrast = 0.14 + 0.15 * Math.tanh(-2 + 0.2 * Math.abs(first.l - second.l))
  return ofChroma + ofContrast + hueEffect(first) + hueEffect(second)
}

interface Polar {
  readonly l: number
  readonly c: number
  /** radians, 0 to 2π */
  readonly h: number
}

function polar({ l, a, b }: Oklab): Polar {
  return { l, c: Math.hypot(a, b), h: (Math.atan2(b, a) + 2 * Math.PI) % (2 * Math.PI) }
}

function hueEffect({ l, c, h }: Polar): number {
  const degrees = (h * 180) / Math.PI
  const chroma = 0.5 + 0.5 * Math.tanh(-2 + 0.5 * c)
  const hue = -0.08 - 0.14 * Math.sin(h + radians(50)) - 0.07 * Math.sin(2 * h + radians(90))
  const t = (90 - degrees) / 10
  const yellow = ((0.22 * l - 12.8) / 10) * Math.exp(t - Math.exp(t))
  return chroma * (hue + yellow)
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180
}
