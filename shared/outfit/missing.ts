import type { Slot } from '../domain/garment.js'
import type { MessageKey, Reason } from './messages.js'
import type { Piece } from './piece.js'
import type { Ensemble } from './rule.js'
import { rain } from './rules/rain.js'
import { neededWarmth, warmthOf } from './rules/warmth.js'
import type { Missing, MissingCode } from './types.js'
import type { Wishes } from './wishes.js'
import type { Words } from './words.js'

/** What stood in the way of more or better outfits, the gravest first. */
export function whatIsMissing(wishes: Wishes, outfits: readonly Ensemble[], words: Words): Missing[] {
  const { context, pieces, refused, count, unreadable } = wishes
  const missing: Missing[] = []
  const add = (
    code: MissingCode,
    key: MessageKey = `missing.${code}` as MessageKey,
    values?: Reason['values'],
  ) => missing.push({ code, message: words.say(values ? { key, values } : { key }) })
  const needed = neededWarmth(context)

  if (pieces.length === 0) add('no-items')
  for (const { slot, code, part } of BODY) {
    if (pieces.some((piece) => piece.slots.includes(slot))) continue
    const barred = refused.some(
      ({ piece, because }) => because === 'not.dress-code' && piece.slots.includes(slot),
    )
    if (barred) add('dress-code', 'missing.dress-code', { part: { key: part } })
    else if (pieces.length > 0) add(code)
  }
  if (outfits.length < count && pieces.length > 0) {
    if (outfits.length === 0) add('few-outfits', 'missing.few-outfits.none')
    else add('few-outfits', 'missing.few-outfits', { found: outfits.length, count })
  }
  if (needed !== null && outfits.length > 0 && Math.max(...outfits.map(warmthOf)) < needed * 0.7)
    add('not-warm-enough', 'missing.not-warm-enough', {
      temperature: `${Math.round(context.temperatureC ?? 0)} °C`,
    })
  if (context.rain && pieces.length > 0) {
    const shoes = pieces.filter((piece) => piece.slots.includes('feet'))
    if (!pieces.some((piece) => !piece.slots.includes('feet') && rain.amount(piece) >= 35))
      add('no-rain-cover')
    if (shoes.length > 0 && !shoes.some(isDry)) add('no-rain-shoes')
  }
  if (unreadable > 0) add('unknown-category', 'missing.unknown-category', { count: unreadable })
  return missing
}

const BODY: readonly { readonly slot: Slot; readonly code: MissingCode; readonly part: MessageKey }[] = [
  { slot: 'base', code: 'no-tops', part: 'part.upper' },
  { slot: 'legs', code: 'no-bottoms', part: 'part.legs' },
  { slot: 'feet', code: 'no-shoes', part: 'part.feet' },
]

function isDry(piece: Piece): boolean {
  return piece.rain >= 0.5
}
