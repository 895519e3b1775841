import type { Outfitter } from './outfitter.js'
import { drain } from './outfitter.js'
import { toPieces } from './piece.js'
import type { GeneratedOutfit, GenerateRequest, Missing } from './types.js'
import { taxonomyOf } from './wishes.js'

export interface SwapRequest extends Omit<GenerateRequest, 'anchors' | 'diversity'> {
  /** ids of the pieces worn together */
  readonly outfit: readonly string[]
  /** the one of them to wear something else for */
  readonly piece: string
}

export interface SwapResult {
  /** what can be worn in its place, best first, with the outfit that it makes; 3 unless `count` says otherwise */
  readonly alternatives: readonly { readonly itemId: string; readonly outfit: GeneratedOutfit }[]
  readonly missing: readonly Missing[]
}

/** The best pieces in place of one, all others kept. */
export function swapPiece(outfitter: Outfitter, request: SwapRequest): SwapResult {
  const { outfit, piece, ...wishes } = request
  const kept = outfit.filter((id) => id !== piece)
  const item = request.items.find((one) => one?.id === piece)
  const ways = item ? toPieces(item, taxonomyOf(request)).map(({ slots }) => slots.join('+')) : []
  const steps = outfitter.steps(
    { ...wishes, anchors: kept, exclude: [...(request.exclude ?? []), piece], diversity: 0 },
    (free) => free.length === 1 && ways.includes(free[0]?.sort.slots.join('+') ?? ''),
  )
  const { outfits, missing } = drain(steps)
  return {
    alternatives: outfits.flatMap((one) => {
      const itemId = one.itemIds.find((id) => !kept.includes(id))
      return itemId === undefined ? [] : [{ itemId, outfit: one }]
    }),
    missing,
  }
}
