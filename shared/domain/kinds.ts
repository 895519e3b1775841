/**
 * The record kinds and their fields, as one table. Edits are checked, SQL columns made and REST schemas built from it.
 * A field that is not here is not an error: it is kept, passed on, and shown under `extra`.
 */

export type FieldType =
  /** a string of at most `max` characters */
  | 'text'
  /** a finite number */
  | 'number'
  | 'boolean'
  /** milliseconds since 1970-01-01T00:00Z; `timestamptz` in SQL */
  | 'timestamp'
  /** any JSON of at most `max` characters; `jsonb` in SQL */
  | 'json'
  /** a set of strings, edited element by element (`tags.linen`); `text[]` in SQL */
  | 'set'

export interface Field<T extends FieldType = FieldType> {
  readonly type: T
  /** column name in SQL */
  readonly column: string
  /** limit in characters: of the text, of the JSON, of one element of a set */
  readonly max: number
  readonly description: string
}

const text = (column: string, description: string, max = 200): Field<'text'> => ({
  type: 'text',
  column,
  max,
  description,
})
const number = (column: string, description: string): Field<'number'> => ({
  type: 'number',
  column,
  max: 0,
  description,
})
const boolean = (column: string, description: string): Field<'boolean'> => ({
  type: 'boolean',
  column,
  max: 0,
  description,
})
const timestamp = (column: string, description: string): Field<'timestamp'> => ({
  type: 'timestamp',
  column,
  max: 0,
  description: `${description} (ms since 1970, UTC)`,
})
const json = (column: string, description: string, max = 10_000): Field<'json'> => ({
  type: 'json',
  column,
  max,
  description,
})
const set = (column: string, description: string): Field<'set'> => ({
  type: 'set',
  column,
  max: 64,
  description,
})

const createdAt = timestamp('created_at', 'When the record was made')
const deletedAt = timestamp('deleted_at', 'When the record was removed; null while it is there')

export const KINDS = {
  items: {
    name: text('name', 'What the owner calls the piece'),
    category: text('category', 'Category of the taxonomy: top, bottom, dress, outerwear, shoes, …', 64),
    subcategory: text('subcategory', 'Subcategory of the taxonomy: t-shirt, jeans, …', 64),
    brand: text('brand', 'Maker or label'),
    size: text('size', 'Size as printed', 32),
    material: text('material', 'Main material', 64),
    pattern: text('pattern', 'solid, striped, checked, floral, …', 64),
    notes: text('notes', 'Free text of the owner', 10_000),
    colors: json('colors', 'Colours by share: [{hex, name, share}]', 2_000),
    tags: set('tags', 'Free labels of the owner'),
    attributes: set('attributes', 'What depends on the category, as name:value (`neckline:crew`)'),
    seasons: set('seasons', 'spring, summer, autumn, winter; empty means any'),
    occasions: set('occasions', 'casual, work, formal, sport, party, travel, home; empty means any'),
    formality: number('formality', '1 (home) to 5 (black tie)'),
    warmth: number('warmth', 'Thermal insulation in clo (ISO 9920)'),
    waterproof: boolean('waterproof', 'Keeps rain out'),
    status: text('status', 'available, laundry, lent, repair or retired', 32),
    favorite: boolean('favorite', 'Marked as a favourite'),
    price: number('price', 'What it cost, in `currency`'),
    currency: text('currency', 'ISO 4217 code', 3),
    purchasedAt: timestamp('purchased_at', 'When it was bought'),
    photoId: text('photo_id', 'The photo to show first', 64),
    createdAt,
    deletedAt,
  },
  outfits: {
    name: text('name', 'What the owner calls the outfit'),
    notes: text('notes', 'Free text of the owner', 10_000),
    occasions: set('occasions', 'Occasions it is for'),
    seasons: set('seasons', 'Seasons it is for'),
    rating: number('rating', '1 to 5, by the owner'),
    favorite: boolean('favorite', 'Marked as a favourite'),
    origin: text('origin', 'made (by hand) or generated', 32),
    createdAt,
    deletedAt,
  },
  outfit_items: {
    outfitId: text('outfit_id', 'The outfit', 64),
    itemId: text('item_id', 'The piece', 64),
    slot: text('slot', 'Where it is worn: base, mid, outer, legs, feet, accessory', 32),
    position: number('position', 'Order of display'),
    createdAt,
    deletedAt,
  },
  wears: {
    itemId: text('item_id', 'The piece worn, when one piece is logged', 64),
    outfitId: text('outfit_id', 'The outfit worn, when a whole outfit is logged', 64),
    wornAt: timestamp('worn_at', 'When it was worn'),
    occasion: text('occasion', 'What for', 64),
    notes: text('notes', 'Free text of the owner', 10_000),
    createdAt,
    deletedAt,
  },
  feedback: {
    verdict: text('verdict', 'like, dislike, skip, swap or wore-instead', 32),
    outfitId: text('outfit_id', 'The outfit judged, if it is stored', 64),
    itemIds: json('item_ids', 'Ids of the pieces judged together'),
    insteadIds: json('instead_ids', 'Of a swap or wore-instead: ids of the pieces that were taken'),
    context: json('context', 'Occasion, season and weather at the time'),
    createdAt,
    deletedAt,
  },
  photos: {
    itemId: text('item_id', 'The piece it shows', 64),
    hash: text('hash', 'SHA-256 of the uploaded bytes, hex', 64),
    mime: text('mime', 'Media type', 64),
    width: number('width', 'Pixels'),
    height: number('height', 'Pixels'),
    bytes: number('bytes', 'Size of the uploaded bytes'),
    thumbhash: text('thumbhash', 'A placeholder to show before the picture is there (ThumbHash, base64)', 64),
    perceptualHash: text('perceptual_hash', '64 bits that pictures of the same look share, hex', 16),
    takenAt: timestamp('taken_at', 'When the picture was taken'),
    position: number('position', 'Order among the photos of the piece'),
    storedAt: timestamp('stored_at', 'When the server had stored it'),
    analysedAt: timestamp('analysed_at', 'When the analysis ended'),
    analysis: json('analysis', 'What the analysis found, with confidence', 20_000),
    failure: json('failure', 'Why storing or analysing failed: {code, detail}', 2_000),
    createdAt,
    deletedAt,
  },
  profile: {
    displayName: text('display_name', 'Name to show'),
    locale: text('locale', 'BCP 47 language tag', 35),
    units: text('units', 'metric or imperial', 16),
    timeZone: text('time_zone', 'IANA time zone', 64),
    preferences: json('preferences', 'Settings of the embedding app'),
    tasteOff: boolean('taste_off', 'Nothing is learned from what is worn and liked'),
    tasteResetAt: timestamp('taste_reset_at', 'Only what happened later is learned from'),
    createdAt,
    deletedAt,
  },
} as const satisfies Record<string, Record<string, Field>>

/** Kinds that this version knows. An edit may carry others. */
export type Kind = keyof typeof KINDS

export const KIND_NAMES: readonly Kind[] = Object.keys(KINDS) as Kind[]

export function isKind(kind: string): kind is Kind {
  return Object.hasOwn(KINDS, kind)
}

/** The fields of a kind, or of none for a kind that this version does not know. */
export function fieldsOf(kind: string): Readonly<Record<string, Field>> {
  return isKind(kind) ? KINDS[kind] : {}
}

/** The definition of a field; for an element of a set (`tags.linen`) that of the set. */
export function fieldOf(kind: string, name: string): Field | undefined {
  const fields = fieldsOf(kind)
  if (Object.hasOwn(fields, name)) return fields[name]
  const dot = name.indexOf('.')
  if (dot < 0) return undefined
  const base = name.slice(0, dot)
  const field = Object.hasOwn(fields, base) ? fields[base] : undefined
  return field?.type === 'set' ? field : undefined
}
