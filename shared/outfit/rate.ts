import { canWearBoth, isVetoed } from './constraints.js'
import { createContext } from './context.js'
import { describe } from './describe.js'
import { dressed } from './dressed.js'
import { ratingOf } from './evaluate.js'
import type { Piece } from './piece.js'
import { toPieces } from './piece.js'
import type { Ensemble } from './rule.js'
import type { GeneratedOutfit, GenerateRequest } from './types.js'
import { taxonomyOf } from './wishes.js'
import { createWords } from './words.js'

export interface RateRequest
  extends Omit<
    GenerateRequest,
    'anchors' | 'exclude' | 'count' | 'diversity' | 'effort' | 'like' | 'unlike'
  > {
  /** ids of the pieces worn together */
  readonly outfit: readonly string[]
}

export interface Rating {
  /** as the generator scores it, in the best way to wear it; null where no piece can be read */
  readonly outfit: GeneratedOutfit | null
  /** why the generator would not make it; null where it might */
  readonly fault: 'unreadable' | 'clash' | 'uncovered' | 'vetoed' | null
}

/** What the engine thinks of pieces that somebody put together by hand: two for one place clash, and bare legs show. */
export function rateOutfit(request: RateRequest): Rating {
  const taxonomy = taxonomyOf(request)
  const ids = new Set(Array.isArray(request.outfit) ? request.outfit : [])
  const items = Array.isArray(request.items) ? request.items.filter((item) => ids.has(item?.id)) : []
  const ways = items.map((item) => toPieces(item, taxonomy))
  const readable = ways.filter((list) => list.length > 0)
  if (readable.length === 0) return { outfit: null, fault: 'unreadable' }
  const context = createContext(request)
  const worn = combinations(readable)
  const covered = worn.filter(isCovered)
  const legal = covered.length > 0 ? covered : worn
  // Where they cannot be worn together they are judged as they are usually worn.
  const choices = legal.length > 0 ? legal : [readable.flatMap((list) => list.slice(0, 1))]
  const best = choices.reduce((top, one) => (ratingOf(one, context) > ratingOf(top, context) ? one : top))
  return {
    outfit: describe(dressed(best), context, createWords(request.words)),
    fault:
      readable.length < ids.size
        ? 'unreadable'
        : worn.length === 0
          ? 'clash'
          : covered.length === 0
            ? 'uncovered'
            : isVetoed(best, context)
              ? 'vetoed'
              : null,
  }
}

/** More than these pieces nobody wears at once; each has two or three ways. */
const MOST_COMBINATIONS = 256

function combinations(ways: readonly (readonly Piece[])[]): readonly Ensemble[] {
  let worn: Ensemble[] = [[]]
  for (const list of ways)
    worn = worn
      .flatMap((others) =>
        list
          .filter((piece) => others.every((other) => canWearBoth(other, piece)))
          .map((piece) => [...others, piece]),
      )
      .slice(0, MOST_COMBINATIONS)
  return worn
}

function isCovered(worn: Ensemble): boolean {
  return (['base', 'legs'] as const).every((slot) => worn.some(({ slots }) => slots.includes(slot)))
}
