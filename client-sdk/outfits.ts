import { generateOutfits } from '@modaics/shared'
import type { Collection } from './collection.js'
import { createInsights } from './insights.js'
import type { FoldIndex } from './replica/fold-index.js'
import { createTaste } from './taste.js'
import type { GenerateOptions, Wardrobe } from './wardrobe.js'

export interface OutfitDeps {
  readonly index: Pick<FoldIndex, 'list' | 'changes'>
  readonly items: Collection<'items'>
  readonly profile: Collection<'profile'>
  readonly deviceId: () => string
  /** ms since 1970 */
  readonly now: () => number
}

/** What a wardrobe says of outfits: all of it from the records in memory. */
export function createOutfits({
  index,
  items,
  profile,
  deviceId,
  now,
}: OutfitDeps): Pick<Wardrobe, 'generate' | 'insights' | 'taste'> {
  const taste = createTaste({ index, items, profile, recordId: () => `taste-of-${deviceId()}`, now })
  return {
    generate({ anchor, ...request }: GenerateOptions = {}) {
      return generateOutfits({
        ...request,
        ...(anchor === undefined ? {} : { anchors: typeof anchor === 'string' ? [anchor] : anchor }),
        items: index.list('items'),
        wears: index.list('wears'),
        feedback: index.list('feedback'),
        taste: taste.model(),
        now: now(),
      })
    },
    insights: createInsights({ index, taste: taste.model, now }),
    taste,
  }
}
