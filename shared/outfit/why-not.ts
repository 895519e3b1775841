import type { Steps } from '../domain/steps.js'
import { drain, within } from '../domain/steps.js'
import { obstacleTo } from './constraints.js'
import { createContext, strings } from './context.js'
import type { MessageKey, Reason } from './messages.js'
import type { Outfitter } from './outfitter.js'
import { isWearable, toPieces } from './piece.js'
import type { GeneratedOutfit, GenerateRequest, OutfitPart } from './types.js'
import { itemsOf, taxonomyOf } from './wishes.js'
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
  return drain(whyNotSteps(outfitter, request, itemId))
}

/** {@link whyNot} in steps: see `inPieces`. */
export function* whyNotSteps(outfitter: Outfitter, request: GenerateRequest, itemId: string): Steps<WhyNot> {
  const words = createWords(request.words)
  const item = itemsOf(request).find(({ id }) => id === itemId)
  const ways = item ? toPieces(item, taxonomyOf(request)) : []
  const piece = [{ id: itemId, label: ways[0]?.label ?? itemId }]
  const answer = (key: MessageKey, more: Partial<WhyNot> = {}, values: Reason['values'] = {}): WhyNot => {
    const why: Reason = { key, values: { piece, ...values } }
    return { itemId, code: key.slice('not.'.length), sentence: words.say(why), why, ...more }
  }

  if (!item) return answer('not.unknown')
  if (ways.length === 0) return answer('not.unreadable')
  if (!isWearable(item)) return answer('not.unavailable')
  if (strings(request.exclude).includes(itemId)) return answer('not.excluded')
  const context = createContext(request)
  const obstacles = ways.map((way) => obstacleTo(way, context))
  const [obstacle] = obstacles
  if (obstacle && obstacles.every((one) => one !== undefined)) return answer(obstacle.because)

  const wishes = { ...request, count: 1, diversity: 0 }
  const [best] = (yield* within(outfitter.steps(wishes), 0, 0.5)).outfits
  const anchors = [...strings(request.anchors), itemId]
  const [outfit] = (yield* within(outfitter.steps({ ...wishes, anchors }), 0.5, 1)).outfits
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
