import type { TasteModel } from './taste-model.js'
import { logistic } from './taste-model.js'
import type { TasteTraits } from './traits.js'
import { pairFeatures } from './traits.js'

/** A model made ready to judge many outfits of the same pieces: what it found of a piece or a pair, it remembers. */
export interface TasteJudge {
  /** pull of one piece by itself, in log-odds of liking an outfit made of such pieces; 0 where nothing is known */
  ofPiece(piece: TasteTraits): number
  /** pull of two pieces worn together, beyond that of each */
  ofPair(x: TasteTraits, y: TasteTraits): number
  /**
   * How likely the owner is to like these pieces together, as far as taste alone can say: 0 to 1, 0.5 where it has nothing
   * to say. The logistic of the mean pull of the pieces (by their part) plus that of the pairs (by the parts of both).
   */
  ofOutfit(pieces: readonly TasteTraits[]): number
}

/** Null for a model that has nothing to say, or that is none. */
export function createTasteJudge(model: TasteModel | null | undefined): TasteJudge | null {
  const means = new Map<string, number>()
  for (const [trait, weight] of Object.entries(model?.weights ?? {}))
    if (Number.isFinite(weight?.mean)) means.set(trait, weight.mean)
  if (means.size === 0) return null
  const pieces = new Map<TasteTraits, number>()
  const pairs = new Map<string, number>()

  function ofPiece(piece: TasteTraits): number {
    let pull = pieces.get(piece)
    if (pull === undefined) {
      pull = 0
      for (const [trait, amount] of piece.features) pull += amount * (means.get(trait) ?? 0)
      pieces.set(piece, pull)
    }
    return pull
  }

  function ofPair(x: TasteTraits, y: TasteTraits): number {
    // A pair depends on its tones alone, and there are few.
    const key = `${x.toneKey}|${y.toneKey}`
    let pull = pairs.get(key)
    if (pull === undefined) {
      pull = 0
      for (const trait of pairFeatures(x.tone, y.tone)) pull += means.get(trait) ?? 0
      pairs.set(key, pull)
    }
    return pull
  }

  return {
    ofPiece,
    ofPair,
    ofOutfit(outfit) {
      let [pull, parts, together, pairParts] = [0, 0, 0, 0]
      for (const [at, x] of outfit.entries()) {
        pull += x.part * ofPiece(x)
        parts += x.part
        for (let other = at + 1; other < outfit.length; other++) {
          const y = outfit[other]
          if (!y) continue
          together += x.part * y.part * ofPair(x, y)
          pairParts += x.part * y.part
        }
      }
      return logistic((parts > 0 ? pull / parts : 0) + (pairParts > 0 ? together / pairParts : 0))
    },
  }
}
