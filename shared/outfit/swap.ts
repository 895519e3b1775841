import type { Steps } from '../domain/steps.js'
import { drain } from '../domain/steps.js'
import { strings } from './context.js'
import type { Outfitter } from './outfitter.js'
import { toPieces } from './piece.js'
import type { GeneratedOutfit, GenerateRequest, Missing } from './types.js'
import { itemsOf, taxonomyOf } from './wishes.js'

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
  return drain(swapPieceSteps(outfitter, request))
}

/** {@link swapPiece} in steps: see `inPieces`. */
export function* swapPieceSteps(outfitter: Outfitter, request: SwapRequest): Steps<SwapResult> {
  const { outfit, piece, ...wishes } = request
  const kept = strings(outfit).filter((id) => id !== piece)
  const item = itemsOf(request).find(({ id }) => id === piece)
  const ways = item ? toPieces(item, taxonomyOf(request)).map(({ slots }) => slots.join('+')) : []
  const { outfits, missing } = yield* outfitter.steps(
    { ...wishes, anchors: kept, exclude: [...strings(request.exclude), piece], diversity: 0 },
    (free) => free.length === 1 && ways.includes(free[0]?.sort.slots.join('+') ?? ''),
  )
  return {
    alternatives: outfits.flatMap((one) => {
      const itemId = one.itemIds.find((id) => !kept.includes(id))
      return itemId === undefined ? [] : [{ itemId, outfit: one }]
    }),
    missing,
  }
}
