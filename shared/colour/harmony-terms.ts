import { hueConcentration } from './hues.js'
import type { PairJudge, Swatch } from './swatch.js'

/** Colours seen together, with what is needed to judge them. */
export interface Arrangement {
  readonly swatches: readonly Swatch[]
  /** how much each swatch counts, in the order of the swatches; they add up to 1 */
  readonly weights: readonly number[]
  /** what each swatch has of a hue: OKLab `a` and `b`, made smaller where it is taken for a neutral */
  readonly hues: readonly (readonly [a: number, b: number])[]
  readonly judge: PairJudge
}

/** One thing that people like in colours seen together: 0 (not at all) to 1. The scales are those of sRGB, not fitted. */
export type HarmonyTerm = (colors: Arrangement) => number

/** No sRGB colour has more chroma in OKLCH (`#ff00ff`). */
const MOST_CHROMA = 0.3225
/** Two opposite hues as strong as sRGB has them at one lightness spread about this much. */
const MOST_SPREAD = 0.2
/** Lightness steps smaller than this hardly tell two colours apart; twice as much is as good as any. */
const CLEAR_STEP = 0.08
const GREY_CHROMA = 0.03

export const TERMS = {
  /**
   * Alike in hue and chroma: how close the colours lie around their mean in the plane of `a` and `b`. Harmony of pairs
   * rises with likeness of hue (Schloss and Palmer 2011) and of chroma (Ou and Luo 2006: ΔC of both in one term).
   */
  kinship({ hues, weights }) {
    let [a, b, square] = [0, 0, 0]
    for (const [i, hue] of hues.entries()) {
      const weight = weights[i] ?? 0
      a += weight * hue[0]
      b += weight * hue[1]
      square += weight * (hue[0] ** 2 + hue[1] ** 2)
    }
    return 1 - Math.min(1, Math.sqrt(Math.max(0, square - a * a - b * b)) / MOST_SPREAD)
  },

  /** No colour shouts: the strongest chroma is what one sees first; harmony falls with it (Schloss and Palmer 2011). */
  calm({ hues }) {
    const strongest = hues.reduce((most, [a, b]) => Math.max(most, Math.hypot(a, b)), 0)
    return 1 - Math.min(1, strongest / MOST_CHROMA)
  },

  /**
   * Each colour can be told from the others by its lightness: the term for contrast of Ou and Luo 2006 (a tanh too),
   * and the gradients of lightness that O'Donovan et al. 2011 found to matter most.
   */
  gradation({ swatches, weights }) {
    return meanOfPairs(swatches, weights, (x, y) => Math.tanh(Math.abs(x.lch.l - y.lch.l) / CLEAR_STEP), 0.5)
  },

  /** Light rather than dark: the term for the sum of lightness of Ou and Luo 2006. */
  lightness({ swatches, weights }) {
    return swatches.reduce((sum, { lch }, i) => sum + (weights[i] ?? 0) * lch.l, 0)
  },

  /** The darkest colour is not too dark: near black weighs on a palette (O'Donovan et al. 2011). */
  openness({ swatches }) {
    return swatches.reduce((least, { lch }) => Math.min(least, lch.l), 1)
  },

  /** Not all grey: of single colours, greys are among the least liked (Palmer and Schloss 2010). */
  liveliness({ swatches, weights }) {
    return swatches.reduce(
      (sum, { lch }, i) => sum + (weights[i] ?? 0) * (1 - Math.exp(-((lch.c / GREY_CHROMA) ** 2))),
      0,
    )
  },

  /**
   * One direction of hue rather than many, among what is no neutral: of all rules of hue the one that predicts people
   * best (O'Donovan et al. 2011: the entropy of hues; harmonic templates predict next to nothing).
   */
  concentration: ({ swatches }) => hueConcentration(swatches.filter(({ name }) => !name.neutral)),

  /** Few families of colours: one or none is calm, four are a crowd. */
  restraint({ swatches }) {
    const families = new Set(swatches.filter(({ name }) => !name.neutral).map(({ name }) => name.family))
    return RESTRAINT[families.size] ?? 0
  },

  /**
   * Neither all the same nor all far apart: clothes are liked best in between, an inverted U (K. Gray, P. Schmitt,
   * N. Strohminger, K. Kassam: The Science of Style, PLoS ONE 9(7): e102772, 2014).
   */
  moderation({ swatches, weights, judge }) {
    const distance = meanOfPairs(swatches, weights, (x, y) => judge(x, y).distance, BEST_DISTANCE)
    return moderateMatch(distance)
  },

  /** Harmony of the pairs after Ou and Luo 2006. */
  pairs({ swatches, weights, judge }) {
    return meanOfPairs(swatches, weights, (x, y) => judge(x, y).harmony, 0.8)
  },
} as const satisfies Readonly<Record<string, HarmonyTerm>>

export type TermName = keyof typeof TERMS

const RESTRAINT = [1, 1, 0.75, 0.35] as const

/** Mean `oklabDistance` of the pieces of an outfit that is best; at 0 and 0.9 there is nearly nothing left. */
export const BEST_DISTANCE = 0.35

export function moderateMatch(distance: number): number {
  return Math.exp(-(((distance - BEST_DISTANCE) / 0.28) ** 2))
}

/** Mean over all pairs, weighted by the product of their weights; `otherwise` where there is none. */
export function meanOfPairs(
  swatches: readonly Swatch[],
  weights: readonly number[],
  measure: (x: Swatch, y: Swatch) => number,
  otherwise: number,
): number {
  let [sum, total] = [0, 0]
  for (let i = 0; i < swatches.length; i++)
    for (let j = i + 1; j < swatches.length; j++) {
      const x = swatches[i]
      const y = swatches[j]
      if (!x || !y) continue
      const weight = (weights[i] ?? 0) * (weights[j] ?? 0)
      sum += weight * measure(x, y)
      total += weight
    }
  return total > 0 ? sum / total : otherwise
}
