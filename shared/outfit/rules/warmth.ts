import type { Context } from '../context.js'
import type { Ensemble, SumRule } from '../rule.js'
import { POINTS } from '../rule.js'
import type { Activity } from '../types.js'

/**
 * The outfit insulates about as much as the weather asks for. Insulation of pieces adds up (ISO 9920).
 *
 * The score falls with the difference of two whole numbers along a concave curve that is straight nowhere for longer
 * than two steps of what is worn and needed. So it has increasing differences in both, and the warmth of the best outfit
 * can only rise as it gets colder, whichever of equals is taken (Topkis 1978).
 */
export const warmth: SumRule = {
  id: 'warmth',
  weight: 100,
  form: 'sum',
  speaks: (context) => context.temperatureC !== null,
  amount: (piece) => Math.min(MOST, piece.warmth),
  score(total, context) {
    const off = Math.min(MOST, total + UNDERWEAR) - (neededWarmth(context) ?? 0)
    return 1 - ((off < 0 ? COLD : WARM)[Math.abs(off)] ?? POINTS) / POINTS
  },
  explain(worn, context) {
    const needed = neededWarmth(context)
    if (needed === null) return undefined
    const temperature = `${Math.round(context.temperatureC ?? 0)} °C`
    const off = warmthOf(worn) - needed
    if (Math.abs(off) <= 15 + needed / 10) return { key: 'warmth.right', values: { temperature } }
    if (Math.abs(off) <= 25 + needed / 10) return undefined
    const far = Math.abs(off) > 50 + needed / 10 ? 'far-too-' : ''
    return { key: `warmth.${far}${off < 0 ? 'cold' : 'warm'}`, values: { temperature } }
  },
}

/** Insulation that counts at most, needed and worn: nobody needs more than the warmest parka and all under it. */
const MOST = 320
const LEAST_NEEDED = 30

/** Clo, in hundredths, of the underwear and socks that nobody lists. */
const UNDERWEAR = 5

/** Metabolic rate by ASHRAE 55 (1.2, 2.0 and about 6 met): who moves more needs less, in clo for walking. */
const ACTIVITY: Readonly<Record<Activity, number>> = { still: 1.35, walking: 1, running: 0.5 }

/**
 * Insulation in hundredths of a clo: for walking about 70 at 20 °C, 160 at 5 °C, 270 at −10 °C, straight lines between
 * and beyond, 30 to 320. A metre of wind a second feels like 0.6 °C less, up to 8 °C. Null if the temperature is not
 * known. It never falls as it gets colder or windier.
 */
export function neededWarmth({ temperatureC, wind, activity }: Context): number | null {
  if (temperatureC === null) return null
  const felt = temperatureC - Math.min(8, wind * 0.6)
  const clo =
    felt >= 20
      ? 0.7 - (felt - 20) * 0.04
      : felt >= 5
        ? 0.7 + ((20 - felt) * 0.9) / 15
        : 1.6 + ((5 - felt) * 1.1) / 15
  return (
    NEEDED_STEP *
    Math.round(Math.min(MOST, Math.max(LEAST_NEEDED, clo * ACTIVITY[activity] * 100)) / NEEDED_STEP)
  )
}

/** In hundredths of a clo, with what is worn underneath. */
export function warmthOf(worn: Ensemble): number {
  return Math.min(
    MOST,
    worn.reduce((sum, piece) => sum + warmth.amount(piece), UNDERWEAR),
  )
}

/** About what 3 °C ask for. */
const NEEDED_STEP = 20

/** Hundredths of a clo that nobody feels. Less than a step of what is needed, or two needs would be met alike. */
const UNFELT = 10

/**
 * Loss, in points, by hundredths of a clo off: none up to what is not felt, then each further one costs more than the
 * one before, fast up to `knee` and hardly more after it. Too cold is worse than too warm, which a coat taken off puts
 * right.
 */
function losses(steepest: number, knee: number): Float64Array {
  const table = new Float64Array(MOST + 1)
  for (let off = UNFELT + 1; off <= MOST; off++)
    table[off] = (table[off - 1] ?? 0) + Math.round((steepest * Math.min(off, knee)) / knee) + off
  return table
}

const COLD = losses(2_700, 14)
const WARM = losses(2_600, 14)
