import {
  type Capsule,
  type CapsuleRequest,
  capsule,
  type DuplicateGroup,
  duplicates,
  type Gaps,
  type GapsRequest,
  type GoesWith,
  type GoesWithRequest,
  gaps,
  goesWith,
  type MakeUp,
  makeUp,
  type PackingList,
  type PackingRequest,
  type Purpose,
  packing,
  type Recommendation,
  type RecommendRequest,
  recommend,
  type TasteModel,
  type Usage,
  type UsageRequest,
  type UseOverTime,
  usage,
  useOverTime,
  type Versatility,
  versatility,
} from '@modaics/shared'
import type { FoldIndex } from './replica/fold-index.js'

/** What the wardrobe adds to a request by itself. */
type Known = 'items' | 'wears' | 'outfitItems' | 'feedback' | 'taste' | 'now'
type Wishes<Request> = Omit<Request, Known>

/**
 * What the wardrobe tells about itself, from what is on this device: no network is asked. Each answer is plain data to be
 * shown or plotted; what it cannot say is in its `missing`. The first four count records; the others put outfits
 * together, take some tenths of a second in a large wardrobe, and say `bounded` where they estimate.
 */
export interface Insights {
  /** how much each piece is worn and what a wear of it costs; most, least and never worn */
  usage(options?: Wishes<UsageRequest>): Usage
  /** how much of the wardrobe is used, period by period */
  useOverTime(
    options?: Wishes<UsageRequest> & { readonly days?: number; readonly periods?: number },
  ): UseOverTime
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
  readonly taste: () => TasteModel
  /** ms since 1970 */
  readonly now: () => number
}

export function createInsights({ index, taste, now }: InsightsDeps): Insights {
  const records = () => ({
    items: index.list('items'),
    wears: index.list('wears'),
    outfitItems: index.list('outfit_items'),
    now: now(),
  })
  const outfits = () => ({ items: index.list('items'), taste: taste() })
  return {
    usage: (options = {}) => usage({ ...options, ...records() }),
    useOverTime: ({ days, periods, ...options } = {}) =>
      useOverTime(
        { ...options, ...records() },
        { ...(days === undefined ? {} : { days }), ...(periods === undefined ? {} : { periods }) },
      ),
    makeUp: () => makeUp({ items: index.list('items') }),
    duplicates: () => duplicates({ items: index.list('items') }),
    versatility: (options = {}) => versatility({ ...options, ...outfits() }),
    gaps: (options = {}) => gaps({ ...options, ...outfits() }),
    goesWith: (piece, options = {}) => goesWith({ ...options, ...outfits(), piece }),
    capsule: (options = {}) => capsule({ ...options, ...outfits() }),
    packing: (request) =>
      packing({
        ...request,
        ...outfits(),
        wears: index.list('wears'),
        feedback: index.list('feedback'),
        now: now(),
      }),
    recommend: (options = {}) =>
      recommend({ ...options, ...records(), feedback: index.list('feedback'), taste: taste() }),
  }
}
