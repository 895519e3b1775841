import {
  type Capsule,
  type CapsuleRequest,
  capsuleSteps,
  type DuplicateGroup,
  duplicatesSteps,
  type Gaps,
  type GapsRequest,
  type GoesWith,
  type GoesWithRequest,
  gapsSteps,
  goesWithSteps,
  type MakeUp,
  makeUpSteps,
  type Outfitter,
  type PackingList,
  type PackingRequest,
  type Purpose,
  packingSteps,
  type Recommendation,
  type RecommendRequest,
  recommendSteps,
  type Steps,
  type TasteModel,
  type Usage,
  type UsageRequest,
  type UseOverTime,
  type UsePeriods,
  usageSteps,
  useOverTimeSteps,
  type Versatility,
  versatilitySteps,
  within,
} from '@modaics/shared'
import type { InSteps } from './in-pieces.js'
import type { FoldIndex } from './replica/fold-index.js'

/** What the wardrobe adds to a request by itself. */
type Known = 'items' | 'wears' | 'outfitItems' | 'feedback' | 'taste' | 'now'
type Wishes<Request> = Omit<Request, Known>

/**
 * What the wardrobe tells about itself, from what is on this device: no network is asked. Each answer is plain data to be
 * shown or plotted; what it cannot say is in its `missing`. The first four count records; the others put outfits
 * together, take some tenths of a second in a large wardrobe (where a page is to stay smooth: `wardrobe.inPieces`), and say
 * `bounded` where they estimate.
 */
export interface Insights {
  /** how much each piece is worn and what a wear of it costs; most, least and never worn */
  usage(options?: Wishes<UsageRequest>): Usage
  /** how much of the wardrobe is used, period by period */
  useOverTime(options?: Wishes<UsageRequest> & UsePeriods): UseOverTime
  /** colours, kinds, patterns, materials, seasons */
  makeUp(): MakeUp
  /** pieces that do the same */
  duplicates(): readonly DuplicateGroup[]
  /** in how many good outfits each piece is */
  versatility(options?: Wishes<Purpose>): Versatility
  /** which piece would add most good outfits */
  gaps(options?: Wishes<GapsRequest>): Gaps
  /** does a piece that is not bought yet go with what is here? */
  goesWith(piece: GoesWithRequest['piece'], options?: Wishes<Omit<GoesWithRequest, 'piece'>>): GoesWith
  /** the pieces that make most good outfits among themselves */
  capsule(options?: Wishes<CapsuleRequest>): Capsule
  /** what to pack for some days, and what to wear on each */
  packing(request: Wishes<PackingRequest>): PackingList
  /** what to wear now */
  recommend(options?: Wishes<RecommendRequest>): Recommendation
}

export interface InsightsDeps {
  readonly index: Pick<FoldIndex, 'list'>
  /** the taste of the owner, learned when it is asked for */
  readonly taste: () => Steps<TasteModel>
  readonly outfitter: Outfitter
  /** ms since 1970 */
  readonly now: () => number
}

/** Every insight in steps. */
export function createInsightSteps({ index, taste, outfitter, now }: InsightsDeps): InSteps<Insights> {
  const items = () => index.list('items')
  const records = () => ({
    items: items(),
    wears: index.list('wears'),
    outfitItems: index.list('outfit_items'),
    now: now(),
  })
  /** what an insight asks that puts outfits together */
  function* dressing<Options>(options: Options) {
    return { ...options, items: items(), taste: yield* within(taste(), 0, 0.2) }
  }
  const rest = <T>(steps: Steps<T>): Steps<T> => within(steps, 0.2, 1)
  return {
    usage: (options = {}) => usageSteps({ ...options, ...records() }),
    useOverTime: (options = {}) => useOverTimeSteps({ ...options, ...records() }, options),
    makeUp: () => makeUpSteps({ items: items() }),
    duplicates: () => duplicatesSteps({ items: items() }),
    *versatility(options = {}) {
      return yield* rest(versatilitySteps(yield* dressing(options)))
    },
    *gaps(options = {}) {
      return yield* rest(gapsSteps(yield* dressing(options)))
    },
    *goesWith(piece, options = {}) {
      return yield* rest(goesWithSteps(yield* dressing({ ...options, piece })))
    },
    *capsule(options = {}) {
      return yield* rest(capsuleSteps(yield* dressing(options)))
    },
    *packing(options) {
      const known = { wears: index.list('wears'), feedback: index.list('feedback'), now: now() }
      return yield* rest(packingSteps(yield* dressing({ ...options, ...known }), outfitter))
    },
    *recommend(options = {}) {
      const known = { ...records(), feedback: index.list('feedback') }
      return yield* rest(recommendSteps(yield* dressing({ ...options, ...known }), outfitter))
    },
  }
}
