import { SLOTS } from '../domain/garment.js'
import type { Context } from './context.js'
import { partsOf, ratingOf } from './evaluate.js'
import type { Reason, ReasonValue } from './messages.js'
import type { Ensemble } from './rule.js'
import type { GeneratedOutfit } from './types.js'
import type { Words } from './words.js'

/** An outfit with its score, the parts of it, and reasons in words. */
export function describe(worn: Ensemble, context: Context, words: Words): GeneratedOutfit {
  const parts = partsOf(worn, context)
  const reasons = parts
    .flatMap(({ rule, part }) => {
      const reason = rule.explain(worn, context, part.score)
      return reason ? [{ weight: rule.weight, reason }] : []
    })
    .sort((x, y) => y.weight - x.weight)
    .map(({ reason }) => reason)
  return {
    itemIds: worn.map(({ id }) => id),
    pieces: worn.map(({ id, slots }) => ({
      itemId: id,
      slot: SLOTS.find((slot) => slots.includes(slot)) ?? 'accessory',
    })),
    score: ratingOf(worn, context),
    parts: parts.map(({ part }) => part),
    reasons: reasons.map((reason) => words.say(reason)),
    why: reasons.map(plainReason),
  }
}

/** A reason as plain data: what a rule says of a piece, it says of the whole piece. */
function plainReason({ key, values }: Reason): Reason {
  if (!values) return { key }
  return {
    key,
    values: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, plainValue(value)])),
  }
}

function plainValue(value: ReasonValue): ReasonValue {
  if (typeof value !== 'object') return value
  return 'key' in value ? plainReason(value) : value.map(({ id, label }) => ({ id, label }))
}
