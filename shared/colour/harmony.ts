import { harmonyReasons } from './harmony-reasons.js'
import type { Arrangement, TermName } from './harmony-terms.js'
import { TERMS } from './harmony-terms.js'
import { areOpposite } from './hues.js'
import type { PairJudge, PaletteColor, Swatch } from './swatch.js'
import { judgePair, toSwatch } from './swatch.js'

export type { PairJudge, PairMeasure, PaletteColor, Swatch } from './swatch.js'
export { judgePair, toSwatch } from './swatch.js'

/** What the colours are of: clothes worn together, or a palette seen for itself, as of a print or a page. */
export type HarmonyOf = 'clothes' | 'palette'

export interface Harmony {
  /** 0 (they fight) to 1 (they belong together); 0.5 where there is nothing to judge */
  readonly score: number
  /** what speaks for it and against it, in words, weightiest first */
  readonly reasons: readonly string[]
  /** the terms that make the score, each 0 to 1 */
  readonly terms: Readonly<Partial<Record<TermName, number>>>
}

/**
 * How well colours go together, as far as colour alone can say: the weighted mean of a few terms (`harmony-terms.ts`),
 * each with its source, on scales that were not fitted. It measures what people like rather than the wheel of
 * textbooks; opposite hues earn clothes a small bonus, not more. Colours that cannot be read are passed over, and their
 * order does not matter.
 *
 * @example
 * harmony(['#1b2440', '#ffffff', '#6e1f30']).reasons // ['burgundy stands out from navy and white']
 */
export function harmony(colors: readonly (PaletteColor | string)[], of: HarmonyOf = 'clothes'): Harmony {
  const swatches = colors.flatMap((color) => toSwatch(color) ?? [])
  if (swatches.length === 0) return { score: 0.5, reasons: [], terms: {} }
  const arrangement = arrange(swatches, of, judgePair)
  const terms = Object.fromEntries(
    Object.keys(WEIGHTS[of]).map((name) => [name, TERMS[name as TermName](arrangement)]),
  )
  return { score: harmonyScore(swatches, judgePair, of), reasons: harmonyReasons(swatches), terms }
}

/** {@link harmony} as a number, for colours read before. `judge` may remember pairs. */
export function harmonyScore(
  swatches: readonly Swatch[],
  judge: PairJudge = judgePair,
  of: HarmonyOf = 'clothes',
): number {
  if (swatches.length === 0) return 0.5
  const arrangement = arrange(swatches, of, judge)
  let [sum, total] = [0, 0]
  for (const [name, weight] of WEIGHTED[of]) {
    sum += weight * TERMS[name](arrangement)
    total += weight
  }
  const bonus = of === 'clothes' && areOpposite(swatches) ? OPPOSITE_BONUS : 0
  return Math.min(1, sum / total + bonus)
}

type Weights = Readonly<Partial<Record<TermName, number>>>

/**
 * How much each term counts. Whole numbers and halves, argued and not fitted: docs/decisions/0010 says how far they
 * carry. Dark clothes are liked, so lightness counts for palettes only.
 */
const WEIGHTS: Readonly<Record<HarmonyOf, Weights>> = {
  palette: { kinship: 1, calm: 1, gradation: 2, lightness: 1, openness: 1, liveliness: 0.5 },
  clothes: { concentration: 1, calm: 0.5, restraint: 0.5, moderation: 0.5, pairs: 1 },
}

const WEIGHTED = {
  palette: Object.entries(WEIGHTS.palette) as (readonly [TermName, number])[],
  clothes: Object.entries(WEIGHTS.clothes) as (readonly [TermName, number])[],
}

const OPPOSITE_BONUS = 0.05

/** A neutral of a wardrobe keeps this part of its hue: navy is a little blue beside red, and nothing beside grey. */
const NEUTRAL_HUE = 0.25

function arrange(swatches: readonly Swatch[], of: HarmonyOf, judge: PairJudge): Arrangement {
  // One sees a little of a strong colour more than its area says.
  const areas = swatches.map(({ share }) => Math.sqrt(share))
  const total = areas.reduce((sum, area) => sum + area, 0)
  return {
    swatches,
    weights: areas.map((area) => area / total),
    hues: swatches.map(({ lab, name }) => {
      const part = of === 'clothes' && name.neutral ? NEUTRAL_HUE : 1
      return [part * lab.a, part * lab.b]
    }),
    judge,
  }
}
