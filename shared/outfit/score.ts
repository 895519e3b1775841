import type { Context } from './context.js'
import type { Ensemble } from './rule.js'
import { RULES } from './rules.js'
import type { OutfitPart } from './types.js'

/** Mean of the rules that have something to say, by weight; 0.5 if none has. */
export function scoreOf(outfit: Ensemble, context: Context): number {
  let sum = 0
  let total = 0
  for (const rule of RULES) {
    const score = rule.score(outfit, context)
    if (score === null) continue
    sum += rule.weight * score
    total += rule.weight
  }
  return total > 0 ? sum / total : 0.5
}

/** The same, rule by rule and in words. */
export function judge(
  outfit: Ensemble,
  context: Context,
): { readonly score: number; readonly parts: readonly OutfitPart[]; readonly reasons: readonly string[] } {
  const parts: OutfitPart[] = []
  const reasons: { readonly weight: number; readonly text: string }[] = []
  for (const { id, weight, score, explain } of RULES) {
    const value = score(outfit, context)
    if (value === null) continue
    parts.push({ rule: id, score: value, weight })
    const text = explain(outfit, context, value)
    if (text) reasons.push({ weight, text })
  }
  reasons.sort((x, y) => y.weight - x.weight)
  return { score: scoreOf(outfit, context), parts, reasons: reasons.map((reason) => reason.text) }
}
