import {
  createOutfitter,
  type GenerateRequest,
  planDaysSteps,
  rateOutfit,
  swapPieceSteps,
  whyNotSteps,
  within,
} from '@modaics/shared'
import type { Collection } from './collection.js'
import { type InSteps, makeAtOnce, makeLater } from './in-pieces.js'
import { createInsightSteps } from './insights.js'
import type { FoldIndex } from './replica/fold-index.js'
import { createTaste } from './taste.js'
import type { GenerateOptions, OutfitQuestions, Wardrobe } from './wardrobe.js'

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
}: OutfitDeps): Pick<Wardrobe, keyof OutfitQuestions | 'rate' | 'insights' | 'inPieces' | 'taste'> {
  const taste = createTaste({ index, items, profile, recordId: () => `taste-of-${deviceId()}`, now })
  const outfitter = createOutfitter()
  const records = () => ({
    items: index.list('items'),
    wears: index.list('wears'),
    feedback: index.list('feedback'),
    now: now(),
  })
  /** a request with what the wardrobe knows itself */
  function* asked<Options>(options: Options) {
    return { ...options, ...records(), taste: yield* within(taste.modelSteps(), 0, 0.2) }
  }
  const anchored = ({ anchor, ...options }: GenerateOptions): Omit<GenerateRequest, 'items'> => ({
    ...options,
    ...(anchor === undefined ? {} : { anchors: typeof anchor === 'string' ? [anchor] : anchor }),
  })

  const steps: InSteps<OutfitQuestions> = {
    *generate(options = {}) {
      return yield* within(outfitter.steps(yield* asked(anchored(options))), 0.2, 1)
    },
    *swap(options) {
      return yield* within(swapPieceSteps(outfitter, yield* asked(options)), 0.2, 1)
    },
    *plan(options) {
      return yield* within(planDaysSteps(outfitter, yield* asked(options)), 0.2, 1)
    },
    *whyNot(itemId, options = {}) {
      return yield* within(whyNotSteps(outfitter, yield* asked(anchored(options)), itemId), 0.2, 1)
    },
  }
  const insights = createInsightSteps({ index, taste: taste.modelSteps, outfitter, now })

  return {
    ...makeAtOnce(steps),
    rate: (options) => rateOutfit({ ...options, ...records(), taste: taste.model() }),
    insights: makeAtOnce(insights),
    inPieces: (options) => ({ ...makeLater(steps, options), insights: makeLater(insights, options) }),
    taste,
  }
}
