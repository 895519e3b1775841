import type { Slot, Taxonomy } from '../domain/garment.js'
import type { ItemColor } from '../domain/records.js'
import type { TasteModel } from '../taste/taste-model.js'

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
  /** ids of pieces that every outfit must have */
  readonly anchors?: readonly string[]
  /** ids of pieces that no outfit may have */
  readonly exclude?: readonly string[]
  /** how many outfits; 3 unless told, at most 50 */
  readonly count?: number
  /** decides among outfits that are nearly as good as each other; 0 unless told */
  readonly seed?: number
  readonly wears?: readonly WearLike[]
  readonly feedback?: readonly FeedbackLike[]
  /** ms since 1970, UTC; without it wears say nothing */
  readonly now?: number
  /** what was learned of the owner's taste: see `learnTaste` */
  readonly taste?: TasteModel
  readonly taxonomy?: Taxonomy
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
  /** mean of the parts by weight, 0 to 1 */
  readonly score: number
  /** the rules that had something to say */
  readonly parts: readonly OutfitPart[]
  /** in words, weightiest first */
  readonly reasons: readonly string[]
}

export type MissingCode =
  /** the wardrobe has no piece that can be worn now */
  | 'no-items'
  /** nothing for the upper body */
  | 'no-tops'
  /** nothing for the legs */
  | 'no-bottoms'
  | 'no-shoes'
  /** an anchor is not in the wardrobe, or not understood */
  | 'anchor-unknown'
  /** an anchor is in the laundry, lent, in repair, retired, removed or excluded */
  | 'anchor-unavailable'
  /** the anchors cannot be worn together */
  | 'anchors-conflict'
  /** fewer outfits than asked for */
  | 'few-outfits'
  /** the warmest outfit found is too cold for the weather */
  | 'not-warm-enough'
  /** it rains and no piece keeps it out */
  | 'no-rain-cover'

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
}
