import type { Steps } from '../domain/steps.js'
import { drain, visitEach, within } from '../domain/steps.js'
import { createOutfitter } from '../outfit/outfitter.js'
import type { Piece } from '../outfit/piece.js'
import type { GarmentLike, GeneratedOutfit } from '../outfit/types.js'
import { taxonomyOf } from '../outfit/wishes.js'
import type { OutfitCount } from './count-outfits.js'
import { countOutfits, effortOf } from './count-outfits.js'
import { isAlike, lookOf } from './duplicates.js'
import type { OutfitJudge, Purpose } from './judge-outfits.js'
import { createOutfitJudge } from './judge-outfits.js'
import { spaceGaps } from './missing-slots.js'
import type { InsightGap } from './records.js'
import { gap, ownedPieces } from './records.js'

export interface GoesWithRequest extends Purpose {
  /** a piece that is not in the wardrobe yet; its id may be left out */
  readonly piece: Omit<GarmentLike, 'id'> & { readonly id?: string }
}

export interface GoesWith extends OutfitCount {
  /** by the part of its outfits that are good, against that of what is owned of its kind: see `usual` */
  readonly verdict: 'better-than-usual' | 'as-usual' | 'worse-than-usual' | 'nothing' | 'unknown'
  /** `good / possible`; null where no outfit can be made with it */
  readonly share: number | null
  /** the same of the outfits of pieces that are worn where it is; null where there are none */
  readonly usual: number | null
  /** what it goes with best: pieces by how many of its good outfits they are in */
  readonly partners: readonly { readonly itemId: string; readonly outfits: number }[]
  /** pieces that do the same already */
  readonly alike: readonly string[]
  /** the best with it, for the first of the occasions that has one; the piece is called by its id, or `NEW_PIECE` */
  readonly examples: readonly GeneratedOutfit[]
  readonly missing: readonly InsightGap[]
}

/** The id of a piece that has none yet. */
export const NEW_PIECE = 'new-piece'

/** Does it go with what I own? What a piece that is not bought yet would do for the wardrobe. */
export function goesWith(request: GoesWithRequest): GoesWith {
  return drain(goesWithSteps(request))
}

/** {@link goesWith} in steps: see `inPieces`. */
export function* goesWithSteps(request: GoesWithRequest): Steps<GoesWith> {
  const judge = yield* within(createOutfitJudge(request), 0, 0.1)
  const items = ownedPieces(request.items)
  const { deletedAt: _, status: __, ...shown } = request.piece ?? {}
  const piece: GarmentLike = {
    ...shown,
    id: NEW_PIECE,
    ...(typeof shown.id === 'string' ? { id: shown.id } : {}),
  }
  const ways = judge.waysOf(piece)
  const others = judge.pieces.filter(({ id }) => id !== piece.id)
  const effort = effortOf(request.effort, judge.occasions.length)
  const {
    byPiece,
    found,
    each: _each,
    ...count
  } = yield* within(countOutfits(judge, others, effort / 2, ways), 0.1, 0.4)
  const share = count.possible > 0 ? count.good / count.possible : null
  const usual = yield* within(usualShare(judge, others, ways, effort / 2), 0.4, 0.7)
  const look = lookOf(piece, taxonomyOf(request))
  const alike: string[] = []
  yield* visitEach(look ? items : [], LOOKED_AT_ONCE, (item) => {
    const other = item.id === piece.id ? null : lookOf(item, taxonomyOf(request))
    if (look && other && isAlike(look, other)) alike.push(item.id)
  })
  const examples = found.length > 0 ? yield* within(examplesWith(request, judge, piece), 0.7, 1) : []
  return {
    ...count,
    verdict: ways.length === 0 ? 'unknown' : verdictOf(share, usual),
    share,
    usual,
    partners: [...byPiece]
      .filter(([id]) => id !== piece.id)
      .map(([itemId, outfits]) => ({ itemId, outfits }))
      .sort((x, y) => y.outfits - x.outfits || (x.itemId < y.itemId ? -1 : 1))
      .slice(0, PARTNERS),
    alike,
    examples,
    missing: [
      ...(ways.length === 0 ? [gap('unknown-piece')] : []),
      ...spaceGaps(items, judge, count.good).filter(({ code }) => code !== 'no-good-outfits'),
    ],
  }
}

const PARTNERS = 8
/** Some milliseconds of work. */
const LOOKED_AT_ONCE = 200

function verdictOf(share: number | null, usual: number | null): GoesWith['verdict'] {
  if (share === null || share === 0) return 'nothing'
  if (usual === null || share > usual * 1.2) return 'better-than-usual'
  return share < usual * 0.6 ? 'worse-than-usual' : 'as-usual'
}

/** How many of the outfits of what is owned for the same slots are good. */
function* usualShare(
  judge: OutfitJudge,
  pieces: readonly Piece[],
  ways: readonly Piece[],
  most: number,
): Steps<number | null> {
  const slots = new Set(ways.map((way) => way.slots.join('+')))
  const rivals = pieces.filter((piece) => slots.has(piece.slots.join('+')))
  if (rivals.length === 0) return null
  const { good, possible } = yield* countOutfits(judge, pieces, most, rivals)
  return possible > 0 ? good / possible : null
}

function* examplesWith(
  { items, season, weather, taste, taxonomy }: GoesWithRequest,
  { occasions }: OutfitJudge,
  piece: GarmentLike,
): Steps<readonly GeneratedOutfit[]> {
  const outfitter = createOutfitter()
  for (const occasion of occasions) {
    const { outfits } = yield* outfitter.steps({
      items: [...ownedPieces(items).filter(({ id }) => id !== piece.id), piece],
      anchors: [piece.id],
      occasion,
      count: 3,
      ...(season === undefined ? {} : { season }),
      ...(weather === undefined ? {} : { weather }),
      ...(taste === undefined ? {} : { taste }),
      ...(taxonomy === undefined ? {} : { taxonomy }),
    })
    if (outfits.length > 0) return outfits
  }
  return []
}
