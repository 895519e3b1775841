import type { Piece } from './piece.js'
import type { Ensemble } from './rule.js'
import type { Missing } from './types.js'
import { canAdd } from './wearable.js'

/**
 * What every outfit begins with: the anchors, in each combination of the ways to wear them that can be worn together.
 *
 * @param wearable pieces that may be worn, one for each way of wearing an item
 * @param known ids of all items, to tell what cannot be worn now from what is not there
 */
export function startsFrom(
  anchors: readonly string[],
  wearable: readonly Piece[],
  known: ReadonlySet<string>,
): { readonly starts: readonly Ensemble[]; readonly missing: readonly Missing[] } {
  const missing: Missing[] = []
  let starts: Ensemble[] = [[]]
  for (const id of [...new Set(anchors)].sort()) {
    const ways = wearable.filter((piece) => piece.id === id)
    if (ways.length === 0) {
      missing.push(
        known.has(id)
          ? { code: 'anchor-unavailable', message: 'a piece asked for cannot be worn now', itemId: id }
          : { code: 'anchor-unknown', message: 'a piece asked for is not in the wardrobe', itemId: id },
      )
      continue
    }
    const grown = starts.flatMap((start) =>
      ways.filter((piece) => canAdd(start, piece)).map((piece) => [...start, piece]),
    )
    if (grown.length === 0 && starts.length > 0)
      missing.push({ code: 'anchors-conflict', message: 'the pieces asked for cannot be worn together' })
    // Some tens of ways are plenty: anchors are few.
    starts = grown.slice(0, 32)
  }
  return missing.length > 0 ? { starts: [], missing } : { starts, missing }
}
