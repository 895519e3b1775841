import type { OutfitJudge } from './judge-outfits.js'
import { outfitSpace } from './outfit-space.js'
import type { InsightGap, InsightGapCode, OwnedPiece } from './records.js'
import { gap } from './records.js'

const LACKING: Readonly<Record<string, InsightGapCode>> = {
  base: 'no-tops',
  legs: 'no-bottoms',
  feet: 'no-shoes',
}

/** What keeps a wardrobe from making good outfits. */
export function spaceGaps(items: readonly OwnedPiece[], judge: OutfitJudge, good: number): InsightGap[] {
  if (items.length === 0) return [gap('no-items')]
  const readable = new Set(judge.pieces.map(({ id }) => id))
  // Pieces that may not be worn now are not unknown.
  const unknown = items
    .filter((item) => !readable.has(item.id) && judge.waysOf(item).length === 0)
    .map(({ id }) => id)
  const lacking = outfitSpace(judge.pieces, judge.outdoors).lacking.flatMap((slot) => LACKING[slot] ?? [])
  return [
    ...lacking.map((code) => gap(code)),
    ...(good === 0 && lacking.length === 0 ? [gap('no-good-outfits')] : []),
    ...(unknown.length > 0 ? [gap('some-kinds', unknown)] : []),
  ]
}
