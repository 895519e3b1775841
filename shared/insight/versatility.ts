import { canAdd } from '../outfit/constraints.js'
import type { Piece } from '../outfit/piece.js'
import type { OutfitCount } from './count-outfits.js'
import { countOutfits, effortOf, thin } from './count-outfits.js'
import type { OutfitJudge, Purpose } from './judge-outfits.js'
import { createOutfitJudge } from './judge-outfits.js'
import { spaceGaps } from './missing-slots.js'
import type { InsightGap } from './records.js'
import { ownedPieces } from './records.js'

export interface PieceVersatility {
  readonly itemId: string
  /** good outfits that it is part of; for a coat, a scarf or a bag: that stay good with it */
  readonly outfits: number
  /** part of all good outfits */
  readonly share: number
}

export interface Versatility extends OutfitCount {
  /** every piece that may be worn and is of a known kind; most outfits first, then by id */
  readonly pieces: readonly PieceVersatility[]
  readonly missing: readonly InsightGap[]
}

/** In how many good outfits each piece is. */
export function versatility(purpose: Purpose): Versatility {
  const judge = createOutfitJudge(purpose)
  const { byPiece, found, each, ...count } = countOutfits(
    judge,
    judge.pieces,
    effortOf(purpose.effort, judge.occasions.length),
  )
  const outfits = new Map(byPiece)
  const sample = thin(found, SAMPLE)
  for (const piece of judge.pieces) {
    if (!isAddOn(piece, judge)) continue
    const good = sample.filter(
      ({ outfit }) => canAdd(outfit, piece) && judge.goodFor([...outfit, piece]) > 0,
    ).length
    const estimate = sample.length > 0 ? Math.round((good / sample.length) * count.good) : 0
    outfits.set(piece.id, Math.max(estimate, outfits.get(piece.id) ?? 0))
  }
  const ids = [...new Set(judge.pieces.map(({ id }) => id))]
  return {
    ...count,
    pieces: ids
      .map((itemId) => {
        const good = outfits.get(itemId) ?? 0
        return { itemId, outfits: good, share: count.good > 0 ? good / count.good : 0 }
      })
      .sort((x, y) => y.outfits - x.outfits || (x.itemId < y.itemId ? -1 : 1)),
    missing: spaceGaps(ownedPieces(purpose.items), judge, count.good),
  }
}

/** Outfits on which what is worn over them or with them is tried. */
const SAMPLE = 60

/** True for what makes no other outfit by itself. */
function isAddOn({ slots }: Piece, { outdoors }: OutfitJudge): boolean {
  return slots.every((slot) => slot === 'accessory' || slot === 'hosiery' || (slot === 'outer' && !outdoors))
}
