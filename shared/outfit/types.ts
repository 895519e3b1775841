import type { Slot, Taxonomy } from '../domain/garment.js'
import type { ItemColor } from '../domain/records.js'
import type { TasteModel } from '../taste/taste-model.js'
import type { Messages, Reason } from './messages.js'

/** What the generator reads of an item. An `Item` is one; any field may be missing or nonsense. */
export interface GarmentLike {
  readonly id: string
  readonly name?: string | null
  readonly category?: string | null
  readonly subcategory?: string | null
  readonly colors?: readonly ItemColor[] | null
  readonly seasons?: readonly string[] | null
  readonly occasions?: readonly string[] | null
  readonly formality?: number | null
  readonly warmth?: number | null
  readonly pattern?: string | null
  readonly material?: string | null
  readonly waterproof?: boolean | null
  /** small, medium or large; else `pattern-scale` of the attributes, else what the name says */
  readonly patternScale?: string | null
  /** slim, regular, loose, or another word of `FITS`; else `fit` or `leg` of the attributes, a tag, or what the name says */
  readonly fit?: string | null
  /** as `name:value`: see `ATTRIBUTES` */
  readonly attributes?: readonly string[] | null
  readonly tags?: readonly string[] | null
  readonly status?: string | null
  readonly deletedAt?: number | null
}

export interface Weather {
  readonly temperatureC: number
  /** true, or millimetres an hour */
  readonly rain?: boolean | number
  /** metres a second */
  readonly wind?: number
}

/** How much one moves: sitting about asks for more clothes than walking, running for less. */
export type Activity = 'still' | 'walking' | 'running'

/** What is asked of every piece that shows: it is met, or there is no outfit. */
export interface DressCode {
  /** 1 (home) to 5 (black tie) */
  readonly minFormality?: number
  readonly maxFormality?: number
  /** ids of categories and subcategories that must not be worn */
  readonly without?: readonly string[]
}

export interface WearLike {
  readonly itemId?: string | null
  /** ms since 1970, UTC */
  readonly wornAt?: number | null
  readonly deletedAt?: number | null
}

export interface FeedbackLike {
  /** like, dislike, skip, swap or wore-instead */
  readonly verdict?: string | null
  readonly itemIds?: readonly string[] | null
  readonly deletedAt?: number | null
}

export interface GenerateRequest {
  readonly items: readonly GarmentLike[]
  /** casual, work, formal, sport, party, travel, home, or a label of the owner */
  readonly occasion?: string
  /** spring, summer, autumn, winter; also stands in for weather where there is none */
  readonly season?: string
  readonly weather?: Weather
  readonly activity?: Activity
  readonly dressCode?: DressCode
  /** ids of pieces that every outfit must have */
  readonly anchors?: readonly string[]
  /** ids of pieces that no outfit may have */
  readonly exclude?: readonly string[]
  /** ids that are never worn together; one by itself is never worn */
  readonly vetoes?: readonly (readonly string[])[]
  /** how many outfits; 3 unless told, at most 50 */
  readonly count?: number
  /**
   * How unlike each other: 0 for the best by score alone, 1 for as unlike as can be; 0.15 unless told. An outfit loses
   * this part of the scale for sharing all its main pieces with those before it (maximal marginal relevance), as far as
   * they are noticed: a top counts in full, a coat hardly.
   */
  readonly diversity?: number
  /** more like this: ids of pieces that were worn together */
  readonly like?: readonly string[]
  /** something different: ids of pieces that were worn together, or shown last */
  readonly unlike?: readonly string[]
  /** decides among outfits that are nearly as good as each other; 0 unless told */
  readonly seed?: number
  /** how much work the search may do before it stops and says `bounded`; 1,000,000 steps unless told: seconds, however large the wardrobe */
  readonly effort?: number
  readonly wears?: readonly WearLike[]
  readonly feedback?: readonly FeedbackLike[]
  /** ms since 1970, UTC; without it wears say nothing */
  readonly now?: number
  /** what was learned of the owner's taste: see `learnTaste` */
  readonly taste?: TasteModel
  /** garments that the app knows: see `extendTaxonomy` */
  readonly taxonomy?: Taxonomy
  /** the sentences in another language: see `MESSAGES` */
  readonly words?: Messages
}

export interface GeneratedPiece {
  readonly itemId: string
  /** the first of the slots that it fills: `base` for a dress */
  readonly slot: Slot
}

export interface OutfitPart {
  /** id of the rule */
  readonly rule: string
  /** 0 to 1 */
  readonly score: number
  readonly weight: number
}

export interface GeneratedOutfit {
  /** in the order of the body, as `pieces` */
  readonly itemIds: readonly string[]
  readonly pieces: readonly GeneratedPiece[]
  /** mean of the parts by weight, 0 to 1, in steps of the search */
  readonly score: number
  /** the rules that had something to say */
  readonly parts: readonly OutfitPart[]
  /** in words, weightiest first */
  readonly reasons: readonly string[]
  /** the same before it was said: keys of the table of messages, and what fills them */
  readonly why: readonly Reason[]
}

export type MissingCode =
  /** the wardrobe has no piece that can be worn now */
  | 'no-items'
  /** nothing for the upper body */
  | 'no-tops'
  /** nothing for the legs */
  | 'no-bottoms'
  | 'no-shoes'
  /** an anchor is not in the wardrobe */
  | 'anchor-unknown'
  /** an anchor has no category that is known */
  | 'anchor-unreadable'
  /** an anchor is in the laundry, lent, in repair, retired, removed or vetoed */
  | 'anchor-unavailable'
  /** an anchor is excluded too */
  | 'anchor-excluded'
  /** the anchors cannot be worn together */
  | 'anchors-conflict'
  /** no piece for a part of the body meets the dress code */
  | 'dress-code'
  /** fewer outfits than asked for */
  | 'few-outfits'
  /** the warmest outfit found is too cold for the weather */
  | 'not-warm-enough'
  /** it rains and no piece keeps it out */
  | 'no-rain-cover'
  /** it rains and no shoes are fit for it */
  | 'no-rain-shoes'
  /** pieces whose category nobody knows take no part */
  | 'unknown-category'

export interface Missing {
  readonly code: MissingCode
  readonly message: string
  readonly itemId?: string
}

export interface GenerateResult {
  /** best first */
  readonly outfits: readonly GeneratedOutfit[]
  /** what stood in the way of more or better outfits */
  readonly missing: readonly Missing[]
  /** absent where these are the best there are; else no outfit that was not looked at scores above `atMost` */
  readonly bounded?: { readonly atMost: number }
}
