/** Where a piece is worn. One piece a slot, except `accessory`. `hosiery` is what skirts and dresses leave to cover. */
export const SLOTS = ['base', 'mid', 'outer', 'legs', 'hosiery', 'feet', 'accessory'] as const

export type Slot = (typeof SLOTS)[number]

/** The weather that a piece is made for. */
export type Climate = 'warm' | 'cold'

/** How wide a piece falls: 0 close to the body, 1 regular, 2 wide. */
export type Volume = 0 | 1 | 2

export interface Subcategory {
  readonly id: string
  /** what a sentence calls it, in the language of the app */
  readonly label: string
  /** 1 (home) to 5 (black tie) */
  readonly formality: number
  /** thermal insulation in clo: typical values of ISO 9920 and ASHRAE 55, between them where they differ */
  readonly warmth: number
  /** 0 (soaks or opens) to 1 (keeps rain out); 0 unless told */
  readonly rain?: number
  /** made for sport; false unless told */
  readonly sport?: boolean
  /** ways to wear it, if they differ from those of the category */
  readonly ways?: Ways
  /** part of the body, for accessories: two for one part are not worn together */
  readonly place?: string
  /** 1 unless told */
  readonly volume?: Volume
  /** leaves the legs open, so that hosiery can go under it; false unless told */
  readonly openLegs?: boolean
  /** worn against the cold, over a layer that goes outside: gloves, a woollen hat; false unless told */
  readonly wrap?: boolean
  /** made for warm weather or for cold, and odd beside what is made for the other; for any unless told */
  readonly climate?: Climate
  /** kept for the house or the bed, unless the occasion is `home`; false unless told */
  readonly indoors?: boolean
  /** other words for it, lower case, in the singular, for readers of titles and tags */
  readonly words?: readonly string[]
}

/** Each way to wear a piece is the slots that it fills at once; the usual way first. A dress fills two. */
export type Ways = readonly (readonly Slot[])[]

export interface Category {
  readonly id: string
  readonly label: string
  readonly ways: Ways
  /** what a piece is taken for when its subcategory is unknown */
  readonly typical: string
  readonly subcategories: readonly Subcategory[]
}

export type Taxonomy = readonly Category[]
