import type { Steps } from '../domain/steps.js'
import { drain, visitEach, within } from '../domain/steps.js'
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
  /** false where `outfits` is an estimate: from a sample of all outfits, or from the few that a coat or a bag was tried on */
  readonly exact: boolean
}

export interface Versatility extends OutfitCount {
  /** every piece that may be worn and is of a known kind; most outfits first, then by id */
  readonly pieces: readonly PieceVersatility[]
  /** so many good outfits each coat, scarf or bag was tried on: all, or 10 to 60 of them, evenly spread */
  readonly triedOn: number
  readonly missing: readonly InsightGap[]
}

/**
 * In how many good outfits each piece is. What is worn over an outfit or with it is tried on 60 good outfits at most (on
 * fewer where there are many such pieces, down to 10), and its number is their share of all good ones: see `exact`.
 */
export function versatility(purpose: Purpose): Versatility {
  return drain(versatilitySteps(purpose))
}

/** {@link versatility} in steps: see `inPieces`. */
export function* versatilitySteps(purpose: Purpose): Steps<Versatility> {
  const judge = yield* within(createOutfitJudge(purpose), 0, 0.1)
  const { byPiece, found, each, ...count } = yield* within(
    countOutfits(judge, judge.pieces, effortOf(purpose.effort, judge.occasions.length)),
    0.1,
    0.5,
  )
  const outfits = new Map(byPiece)
  const addOns = judge.pieces.filter((piece) => isAddOn(piece, judge))
  const sample = thin(found, Math.max(LEAST_SAMPLE, Math.min(SAMPLE, Math.floor(MOST_TRIED / addOns.length))))
  const trying = visitEach(addOns, 1, (piece) => {
    const good = sample.filter(
      ({ outfit }) => canAdd(outfit, piece) && judge.goodFor([...outfit, piece]) > 0,
    ).length
    const estimate = sample.length > 0 ? Math.round((good / sample.length) * count.good) : 0
    outfits.set(piece.id, Math.max(estimate, outfits.get(piece.id) ?? 0))
  })
  yield* within(trying, 0.5, 1)
  const estimated = new Set(sample.length < found.length ? addOns.map(({ id }) => id) : [])
  const ids = [...new Set(judge.pieces.map(({ id }) => id))]
  return {
    ...count,
    pieces: ids
      .map((itemId) => {
        const good = outfits.get(itemId) ?? 0
        const exact = !count.bounded && !estimated.has(itemId)
        return { itemId, outfits: good, share: count.good > 0 ? good / count.good : 0, exact }
      })
      .sort((x, y) => y.outfits - x.outfits || (x.itemId < y.itemId ? -1 : 1)),
    triedOn: sample.length,
    missing: spaceGaps(ownedPieces(purpose.items), judge, count.good),
  }
}

/** Outfits on which what is worn over them or with them is tried. */
const SAMPLE = 60
/** Where there are many such pieces, on fewer: so that all of them are tried so many times. */
const MOST_TRIED = 12_000
const LEAST_SAMPLE = 10

/** True for what makes no other outfit by itself. */
function isAddOn({ slots }: Piece, { outdoors }: OutfitJudge): boolean {
  return slots.every((slot) => slot === 'accessory' || slot === 'hosiery' || (slot === 'outer' && !outdoors))
}
