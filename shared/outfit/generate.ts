import { createOutfitter } from './outfitter.js'
import type { GenerateRequest, GenerateResult } from './types.js'

/**
 * Puts outfits together. Pure: the same request gives the same outfits on every machine, in whatever order the items
 * come. Never throws on bad data: what cannot be read is passed over, and what is missing is said in the result. Whoever
 * asks more than once keeps an `Outfitter`, which is quicker.
 *
 * @example
 * generateOutfits({ items, occasion: 'work', weather: { temperatureC: 12, rain: true }, count: 3 }).outfits[0]?.reasons
 */
export function generateOutfits(request: GenerateRequest): GenerateResult {
  return createOutfitter().generate(request)
}
