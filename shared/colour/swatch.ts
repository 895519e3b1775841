import type { Oklab, Oklch } from './convert.js'
import { hexToOklab, oklabToOklch } from './convert.js'
import { oklabDistance } from './distance.js'
import type { ColorName } from './name-color.js'
import { nameOklab } from './name-color.js'
import { pairHarmony } from './ou-luo.js'

export interface PaletteColor {
  /** sRGB, `#rrggbb` */
  readonly hex: string
  /** relative area, any positive scale; 1 unless told */
  readonly share?: number
}

/** A colour of a palette, read once. */
export interface Swatch {
  readonly lab: Oklab
  readonly lch: Oklch
  readonly name: ColorName
  readonly share: number
}

export interface PairMeasure {
  /** see `oklabDistance` */
  readonly distance: number
  /** 0 to 1 */
  readonly harmony: number
}

export type PairJudge = (x: Swatch, y: Swatch) => PairMeasure

/** Null if the text is not a colour. A share that is no positive number counts as a hundredth; extremes are cut. */
export function toSwatch(color: PaletteColor | string): Swatch | null {
  const hex: unknown = typeof color === 'string' ? color : color?.hex
  const lab = typeof hex === 'string' ? hexToOklab(hex) : null
  if (!lab) return null
  const share: unknown = typeof color === 'string' ? 1 : (color.share ?? 1)
  return {
    lab,
    lch: oklabToOklch(lab),
    name: nameOklab(lab),
    share: typeof share === 'number' && share > 0 ? Math.min(1e6, Math.max(1e-6, share)) : 0.01,
  }
}

/** Difference of two colours, and Ou and Luo's harmony brought to 0..1. Two neutrals go together by definition. */
export function judgePair(x: Swatch, y: Swatch): PairMeasure {
  const harmony =
    x.name.neutral && y.name.neutral ? 0.8 : Math.min(1, Math.max(0, (pairHarmony(x.lab, y.lab) + 0.7) / 1.5))
  return { distance: oklabDistance(x.lab, y.lab), harmony }
}
