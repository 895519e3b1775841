import { obstacleTo } from './constraints.js'
import { createContext } from './context.js'
import type { MessageKey, Reason } from './messages.js'
import type { Outfitter } from './outfitter.js'
import { isWearable, toPieces } from './piece.js'
import type { GeneratedOutfit, GenerateRequest, OutfitPart } from './types.js'
import { taxonomyOf } from './wishes.js'
import { createWords } from './words.js'

export interface WhyNot {
  readonly itemId: string
  /** a key of the table of messages, without `not.`: `used`, `unavailable`, `dress-code`, `outscored`, … */
  readonly code: string
  readonly sentence: string
  readonly why: Reason
  /** score of the best outfit with it, and of the best of all, where it can be worn */
  readonly scores?: { readonly with: number; readonly best: number }
  /** the best outfit with it */
  readonly outfit?: GeneratedOutfit
}

/** Why a piece is not in the best outfits: what keeps it from being worn, or what it would cost, and in which rule. */
export function whyNot(outfitter: Outfitter, request: GenerateRequest, itemId: string): WhyNot {
  const words = createWords(request.words)
  const item = Array.isArray(request.items) ? request.items.find((one) => one?.id === itemId) : undefined
  const ways = item ? toPieces(item, taxonomyOf(request)) : []
  const piece = [{ id: itemId, label: ways[0]?.label ?? itemId }]
  const answer = (key: MessageKey, more: Partial<WhyNot> = {}, values: Reason['values'] = {}): WhyNot => {
    const why: Reason = { key, values: { piece, ...values } }
    return { itemId, code: key.slice('not.'.length), sentence: words.say(why), why, ...more }
  }

  if (!item) return answer('not.unknown')
  if (ways.length === 0) return answer('not.unreadable')
  if (!isWearable(item)) return answer('not.unavailable')
  if (request.exclude?.includes(itemId)) return answer('not.excluded')
  const context = createContext(request)
  const obstacles = ways.map((way) => obstacleTo(way, context))
  const [obstacle] = obstacles
  if (obstacle && obstacles.every((one) => one !== undefined)) return answer(obstacle.because)

  const best = outfitter.generate({ ...request, count: 1, diversity: 0 }).outfits[0]
  const anchors = [...(request.anchors ?? []), itemId]
  const outfit = outfitter.generate({ ...request, anchors, count: 1, diversity: 0 }).outfits[0]
  if (!best || !outfit) return answer('not.no-outfit')
  const scores = { with: outfit.score, best: best.score }
  if (best.itemIds.includes(itemId)) return answer('not.used', { scores, outfit })
  const rule = costliest(best.parts, outfit.parts)
  const values = { with: outfit.score.toFixed(3), best: best.score.toFixed(3) }
  return rule
    ? answer('not.worse', { scores, outfit }, { ...values, rule: { key: `rule.${rule}` as MessageKey } })
    : answer('not.outscored', { scores, outfit }, values)
}

/** The rule in which most is lost; undefined where nothing is. */
function costliest(best: readonly OutfitPart[], other: readonly OutfitPart[]): string | undefined {
  let [most, rule]: [number, string | undefined] = [1e-9, undefined]
  for (const part of best) {
    const lost =
      part.weight * (part.score - (other.find((one) => one.rule === part.rule)?.score ?? part.score))
    if (lost > most) [most, rule] = [lost, part.rule]
  }
  return rule
}
