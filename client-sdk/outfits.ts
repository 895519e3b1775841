import {
  createOutfitter,
  type GenerateRequest,
  inPieces,
  planDays,
  rateOutfit,
  swapPiece,
  whyNot,
} from '@modaics/shared'
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
}: OutfitDeps): Pick<
  Wardrobe,
  'generate' | 'generateInPieces' | 'swap' | 'plan' | 'rate' | 'whyNot' | 'insights' | 'taste'
> {
  const taste = createTaste({ index, items, profile, recordId: () => `taste-of-${deviceId()}`, now })
  const outfitter = createOutfitter()
  const records = () => ({
    items: index.list('items'),
    wears: index.list('wears'),
    feedback: index.list('feedback'),
    taste: taste.model(),
    now: now(),
  })
  const asked = ({ anchor, ...options }: GenerateOptions): GenerateRequest => ({
    ...options,
    ...(anchor === undefined ? {} : { anchors: typeof anchor === 'string' ? [anchor] : anchor }),
    ...records(),
  })

  return {
    generate: (options = {}) => outfitter.generate(asked(options)),
    generateInPieces: ({ signal, onProgress, ...options } = {}) =>
      inPieces(outfitter.steps(asked(options)), {
        ...(signal ? { signal } : {}),
        ...(onProgress ? { onProgress } : {}),
        pause: () => new Promise((resolve) => setTimeout(resolve)),
      }),
    swap: (options) => swapPiece(outfitter, { ...options, ...records() }),
    plan: (options) => planDays(outfitter, { ...options, ...records() }),
    rate: (options) => rateOutfit({ ...options, ...records() }),
    whyNot: (itemId, options = {}) => whyNot(outfitter, asked(options), itemId),
    insights: createInsights({ index, taste: taste.model, now }),
    taste,
  }
}
