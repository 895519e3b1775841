import type { Found } from './best-list.js'
import { canWearBoth, isVetoed } from './constraints.js'
import type { Context } from './context.js'
import type { Piece } from './piece.js'
import type { Ensemble, PairRule, Rule } from './rule.js'
import { POINTS, pointsOf } from './rule.js'
import { RULES } from './rules.js'
import { SHARES, sharesOf } from './shares.js'
import type { OutfitPart } from './types.js'

/** The outfit of these pieces, or undefined where they may not be worn together. */
export function outfitOf(
  problem: { readonly pieces: readonly Piece[]; readonly context: Context },
  indices: readonly number[],
  score: number,
): Found | undefined {
  const worn = indices.flatMap((i) => problem.pieces[i] ?? [])
  for (const [i, x] of worn.entries())
    for (let j = i + 1; j < worn.length; j++) {
      const y = worn[j]
      if (y && !canWearBoth(x, y)) return undefined
    }
  if (isVetoed(worn, problem.context)) return undefined
  const ids = worn.map(({ id }) => id).sort()
  return { pieces: indices, score, key: [...indices].sort((x, y) => x - y), items: ids.join('\n') }
}

/** The score of an outfit on the scale of the search, from the rules themselves: what the search must come to. */
export function scoreOf(worn: Ensemble, context: Context): number {
  const { single, pair } = sharesOf(worn)
  let score = 0
  for (const rule of RULES)
    if (rule.speaks(context)) score += rule.weight * pointsIn(rule, worn, context, single, pair)
  return score
}

/** {@link scoreOf} from 0 to 1: the mean of the rules that speak, by weight. */
export function ratingOf(worn: Ensemble, context: Context): number {
  return scoreOf(worn, context) / (weightOf(RULES, context) * POINTS * SHARES)
}

/** Weights of the rules that this context lets speak. */
export function weightOf(rules: readonly Rule[], context: Context): number {
  return rules.reduce((sum, rule) => sum + (rule.speaks(context) ? rule.weight : 0), 0)
}

/** The same, rule by rule, each 0 to 1. */
export function partsOf(
  worn: Ensemble,
  context: Context,
): { readonly rule: Rule; readonly part: OutfitPart }[] {
  const { single, pair } = sharesOf(worn)
  return RULES.filter((rule) => rule.speaks(context)).map((rule) => ({
    rule,
    part: {
      rule: rule.id,
      score: Math.min(1, pointsIn(rule, worn, context, single, pair) / (POINTS * SHARES)),
      weight: rule.weight,
    },
  }))
}

function pairScore(rule: PairRule, x: Piece, y: Piece, context: Context): number {
  return x === y && rule.alone !== undefined ? rule.alone : rule.score(x, y, context)
}

/** Points times shares. */
function pointsIn(
  rule: Rule,
  worn: Ensemble,
  context: Context,
  single: readonly number[],
  pair: readonly (readonly number[])[],
): number {
  switch (rule.form) {
    case 'piece':
      return worn.reduce((sum, piece, i) => sum + (single[i] ?? 0) * pointsOf(rule.score(piece, context)), 0)
    case 'pair': {
      let sum = 0
      for (const [i, x] of worn.entries())
        for (let j = i; j < worn.length; j++)
          sum += (pair[i]?.[j] ?? 0) * pointsOf(pairScore(rule, x, worn[j] as Piece, context))
      return sum
    }
    case 'sum':
      return (
        SHARES *
        pointsOf(
          rule.score(
            worn.reduce((sum, piece) => sum + rule.amount(piece), 0),
            context,
          ),
        )
      )
    case 'union':
      return (
        SHARES *
        pointsOf(
          rule.score(
            worn.reduce((bits, piece) => bits | rule.bits(piece), 0),
            context,
          ),
        )
      )
  }
}
