import { hexToOklab, oklabToCielab } from '@modaics/shared'

/** What others say of the colours of a palette: larger is better. */
export type PaletteModel = (hexes: readonly string[]) => number

/**
 * The wheel of textbooks: of each pair of hues, how near their angle is to one that is called harmonious
 * (the same, analogous 30°, triadic 120°, complementary 180°). Hues and saturation of HSV; grey goes with anything.
 */
export function wheel(hexes: readonly string[]): number {
  const colors = hexes.map(toHsv)
  let [sum, pairs] = [0, 0]
  for (const [i, x] of colors.entries())
    for (const y of colors.slice(i + 1)) {
      const apart = Math.abs(((x.h - y.h + 540) % 360) - 180)
      const fit = Math.max(...ANGLES.map((angle) => Math.exp(-(((apart - angle) / 15) ** 2))))
      sum += Math.min(x.s, y.s) < GREYISH ? 1 : fit
      pairs++
    }
  return pairs > 0 ? sum / pairs : 0
}

const ANGLES = [0, 30, 120, 180]
/** saturation below which a colour counts as grey */
const GREYISH = 0.15

/**
 * D. Cohen-Or et al.: Color Harmonization, SIGGRAPH 2006. Distance of the hues, weighted by saturation, to the nearest
 * border of the best hue template at its best rotation; the smaller, the more harmonious. Template N (no hue) is left
 * out as there.
 */
export function cohenOr(hexes: readonly string[]): number {
  const colors = hexes.map(toHsv)
  let least = Number.POSITIVE_INFINITY
  for (const sectors of TEMPLATES)
    for (let turn = 0; turn < 360; turn += 5) {
      const cost = colors.reduce((sum, { h, s }) => sum + s * toSectors(h - turn, sectors), 0)
      least = Math.min(least, cost)
    }
  return -least
}

/** Sectors as [middle, width] in degrees: i, V, L, I, T, Y and X of the paper. */
const TEMPLATES: readonly (readonly (readonly [middle: number, width: number])[])[] = [
  [[0, 18]],
  [[0, 93.6]],
  [
    [0, 18],
    [90, 79.2],
  ],
  [
    [0, 18],
    [180, 18],
  ],
  [[0, 180]],
  [
    [0, 93.6],
    [180, 18],
  ],
  [
    [0, 93.6],
    [180, 93.6],
  ],
]

function toSectors(hue: number, sectors: readonly (readonly [number, number])[]): number {
  return Math.min(
    ...sectors.map(([middle, width]) => {
      const apart = Math.abs(((((hue - middle) % 360) + 540) % 360) - 180)
      return Math.max(0, apart - width / 2)
    }),
  )
}

/**
 * L.-C. Ou, M. R. Luo: A Colour Harmony Model for Two-Colour Combinations, Color Research & Application 31(3), 2006,
 * complete with its term for the sum of lightness; the mean over all pairs of the palette.
 */
export function ouLuo(hexes: readonly string[]): number {
  const colors = hexes.map(toPolar)
  let [sum, pairs] = [0, 0]
  for (const [i, x] of colors.entries())
    for (const y of colors.slice(i + 1)) {
      sum += ouLuoPair(x, y)
      pairs++
    }
  return pairs > 0 ? sum / pairs : 0
}

interface Polar {
  readonly l: number
  readonly c: number
  /** degrees, 0 to 360 */
  readonly h: number
}

function ouLuoPair(x: Polar, y: Polar): number {
  const deltaH = 2 * Math.sqrt(x.c * y.c) * Math.sin(radians((x.h - y.h) / 2))
  const deltaC = Math.hypot(deltaH, (x.c - y.c) / 1.46)
  const ofChroma = 0.04 + 0.53 * Math.tanh(0.8 - 0.045 * deltaC)
  const ofSum = 0.28 + 0.54 * Math.tanh(-3.88 + 0.029 * (x.l + y.l))
  const ofContrast = 0.14 + 0.15 * Math.tanh(-2 + 0.2 * Math.abs(x.l - y.l))
  return ofChroma + ofSum + ofContrast + ouLuoHue(x) + ouLuoHue(y)
}

function ouLuoHue({ l, c, h }: Polar): number {
  const ofChroma = 0.5 + 0.5 * Math.tanh(-2 + 0.5 * c)
  const ofHue = -0.08 - 0.14 * Math.sin(radians(h + 50)) - 0.07 * Math.sin(radians(2 * h + 90))
  const t = (90 - h) / 10
  return ofChroma * (ofHue + ((0.22 * l - 12.8) / 10) * Math.exp(t - Math.exp(t)))
}

function toPolar(hex: string): Polar {
  const { l, a, b } = oklabToCielab(hexToOklab(hex) ?? { l: 0, a: 0, b: 0 })
  return { l, c: Math.hypot(a, b), h: ((Math.atan2(b, a) * 180) / Math.PI + 360) % 360 }
}

/** Hue in degrees and saturation 0 to 1 of HSV. */
function toHsv(hex: string): { readonly h: number; readonly s: number } {
  const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
  if (r === undefined || g === undefined || b === undefined) return { h: 0, s: 0 }
  const most = Math.max(r, g, b)
  const range = most - Math.min(r, g, b)
  if (range === 0) return { h: 0, s: 0 }
  const sixth = most === r ? (g - b) / range : most === g ? 2 + (b - r) / range : 4 + (r - g) / range
  return { h: (sixth * 60 + 360) % 360, s: range / most }
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180
}
