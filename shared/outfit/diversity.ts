import type { Ensemble } from './rule.js'
import type { Found } from './search.js'
import { byRank } from './search.js'

/**
 * Chooses outfits that are good and unlike each other: always the one with the best rank after a deduction for what it
 * shares with those chosen. Two that differ in accessories only are never both chosen, and two that differ in one main
 * piece only when there is nothing else.
 */
export function chooseDiverse(found: readonly Found[], count: number): readonly Found[] {
  const left = [...found].sort(byRank)
  const chosen: Found[] = []
  for (const least of [2, 1])
    while (chosen.length < count) {
      let next: Found | undefined
      let value = Number.NEGATIVE_INFINITY
      for (const one of left) {
        if (one.rank <= value) break
        if (chosen.some((other) => differing(one.outfit, other.outfit) < least)) continue
        const worth =
          one.rank - SHARING * Math.max(0, ...chosen.map((other) => shared(one.outfit, other.outfit)))
        if (worth > value) {
          value = worth
          next = one
        }
      }
      if (!next) break
      chosen.push(next)
    }
  return chosen.sort(byRank)
}

/** Deduction for sharing every main piece. */
const SHARING = 0.15

/** Main pieces of the one that the other lacks, whichever way round that is more. */
function differing(x: Ensemble, y: Ensemble): number {
  return Math.max(lacking(x, y), lacking(y, x))
}

function shared(x: Ensemble, y: Ensemble): number {
  const size = main(x).length
  return size > 0 ? (size - lacking(x, y)) / size : 1
}

function lacking(x: Ensemble, y: Ensemble): number {
  return main(x).filter((piece) => !y.some((other) => other.id === piece.id)).length
}

function main(outfit: Ensemble): Ensemble {
  return outfit.filter((piece) => piece.slots[0] !== 'accessory')
}
