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

export interface Harmony {
  /** 0 (they fight) to 1 (they belong together); 0.5 where there is nothing to judge */
  readonly score: number
  /** what speaks for it and against it, in words, weightiest first */
  readonly reasons: readonly string[]
}

/**
 * How well the colours of a palette go together, as far as colour alone can say.
 *
 * What people like, by measurement rather than by the wheel of textbooks (O'Donovan, Agarwala, Hertzmann 2011; Gray
 * et al. 2014; Ou and Luo 2006): few hues rather than many, wide neutrals that count as no hue at all, and a moderate
 * match: neither one flat colour nor all far apart. Opposite hues earn a small bonus, not more. Colours that cannot be
 * read are passed over.
 */
export function harmony(palette: readonly (PaletteColor | string)[]): Harmony {
  const swatches = palette.flatMap((color) => toSwatch(color) ?? [])
  return { score: harmonyScore(swatches), reasons: reasons(swatches) }
}

/** {@link harmony} as a number, for colours read before. `judge` may remember pairs. */
export function harmonyScore(swatches: readonly Swatch[], judge: PairJudge = judgePair): number {
  if (swatches.length === 0) return 0.5
  const hued = swatches.filter((swatch) => !swatch.name.neutral)
  const concentration = hueConcentration(hued)
  const means = pairMeans(swatches, judge)
  const bonus = concentration < 0.5 && areOpposite(hued) ? OPPOSITE_BONUS : 0
  const score = 0.45 * concentration + 0.2 * moderateMatch(means.distance) + 0.35 * means.harmony + bonus
  return Math.min(1, Math.max(0, score))
}

const OPPOSITE_BONUS = 0.05

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
  const share = typeof color === 'string' ? 1 : (color.share ?? 1)
  return {
    lab,
    lch: oklabToOklch(lab),
    name: nameOklab(lab),
    share: share > 0 ? Math.min(1e6, Math.max(1e-6, share)) : 0.01,
  }
}

/** Difference of two colours, and Ou and Luo's harmony brought to 0..1. Two neutrals go together by definition. */
export function judgePair(x: Swatch, y: Swatch): PairMeasure {
  const harmony =
    x.name.neutral && y.name.neutral ? 0.8 : Math.min(1, Math.max(0, (pairHarmony(x.lab, y.lab) + 0.7) / 1.5))
  return { distance: oklabDistance(x.lab, y.lab), harmony }
}

/**
 * How much the hues agree: length of the mean of their directions, weighted by share and chroma. 1 for one hue or
 * none, 0 for hues all around the wheel. What is nearly neutral hardly counts. A little strong colour among much
 * neutral counts by its chroma alone, since that is what one sees.
 */
function hueConcentration(hued: readonly Swatch[]): number {
  let [x, y, total] = [0, 0, 0]
  for (const { lch, share } of hued) {
    const weight = lch.c * Math.sqrt(share)
    x += weight * Math.cos((lch.h * Math.PI) / 180)
    y += weight * Math.sin((lch.h * Math.PI) / 180)
    total += weight
  }
  return total > 0 ? Math.hypot(x, y) / total : 1
}

/** Inverted U of the mean difference of two colours: best at 0.35, nearly nothing at 0 and at 0.9. */
function moderateMatch(distance: number): number {
  return Math.exp(-(((distance - BEST_DISTANCE) / 0.28) ** 2))
}

const BEST_DISTANCE = 0.35

/** Means over all pairs, weighted by the areas. A single colour counts as well matched as neutrals are. */
function pairMeans(swatches: readonly Swatch[], judge: PairJudge): PairMeasure {
  let distance = 0
  let harmony = 0
  let total = 0
  for (let i = 0; i < swatches.length; i++)
    for (let j = i + 1; j < swatches.length; j++) {
      const x = swatches[i]
      const y = swatches[j]
      if (!x || !y) continue
      const weight = Math.sqrt(x.share * y.share)
      const measure = judge(x, y)
      distance += weight * measure.distance
      harmony += weight * measure.harmony
      total += weight
    }
  return total > 0
    ? { distance: distance / total, harmony: harmony / total }
    : { distance: 0.15, harmony: 0.8 }
}

function areOpposite(hued: readonly Swatch[]): boolean {
  const [x, y] = hued
  if (!x || !y || hued.length !== 2) return false
  const apart = Math.abs(((x.lch.h - y.lch.h + 540) % 360) - 180)
  return apart > 140
}

function reasons(swatches: readonly Swatch[]): string[] {
  if (swatches.length === 0) return []
  const hued = swatches.filter((swatch) => !swatch.name.neutral)
  const concentration = hueConcentration(hued)
  const { distance } = pairMeans(swatches, judgePair)
  const said: string[] = []
  const names = unique(hued.map((swatch) => swatch.name.name))
  const calm = unique(swatches.filter((swatch) => swatch.name.neutral).map((swatch) => swatch.name.name))
  if (names.length === 0) said.push(`${list(calm)}: nothing but neutrals`)
  else if (names.length === 1 && calm.length > 0) said.push(`${list(names)} stands out from ${list(calm)}`)
  else if (concentration < 0.5 && areOpposite(hued)) said.push(`${list(names)} face each other on the wheel`)
  else if (concentration >= 0.85) said.push(`${list(names)}: hues that belong together`)
  else if (concentration < 0.5) said.push(`${list(names)} pull in different directions`)
  else if (calm.length > 0) said.push(`${list(calm)} calm ${list(names)}`)
  if (swatches.length > 1 && moderateMatch(distance) < 0.25)
    said.push(distance < BEST_DISTANCE ? 'almost one flat colour' : 'very strong contrast')
  return said
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)]
}

function list(names: readonly string[]): string {
  if (names.length <= 1) return names[0] ?? ''
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}
