import {
  bigint,
  boolean,
  doublePrecision,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core'
import type { Json, JsonObject } from '../domain/json.js'
import type { ItemColor } from '../domain/records.js'

/**
 * The canonical rows: the same tables, with the same names and columns, in PGlite on a device and in PostgreSQL on the
 * server. They follow the table of kinds (`domain/kinds.ts`), and a test compares the two. Rows are made by the fold of
 * the edits and by nothing else: write through the wardrobe, read with SQL.
 */

const time = (column: string) => timestamp(column, { withTimezone: true, mode: 'date' })

export const items = pgTable(
  'items',
  {
    wardrobeId: uuid('wardrobe_id').notNull(),
    id: text('id').notNull(),
    name: text('name'),
    category: text('category'),
    subcategory: text('subcategory'),
    brand: text('brand'),
    size: text('size'),
    material: text('material'),
    pattern: text('pattern'),
    notes: text('notes'),
    colors: jsonb('colors').$type<readonly ItemColor[]>(),
    tags: text('tags').array().notNull(),
    attributes: text('attributes').array().notNull(),
    seasons: text('seasons').array().notNull(),
    occasions: text('occasions').array().notNull(),
    formality: doublePrecision('formality'),
    warmth: doublePrecision('warmth'),
    waterproof: boolean('waterproof'),
    status: text('status'),
    favorite: boolean('favorite'),
    price: doublePrecision('price'),
    currency: text('currency'),
    purchasedAt: time('purchased_at'),
    photoId: text('photo_id'),
    createdAt: time('created_at'),
    deletedAt: time('deleted_at'),
    updatedAt: time('updated_at').notNull(),
    extra: jsonb('extra').$type<JsonObject>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.wardrobeId, table.id] })],
)

export const outfits = pgTable(
  'outfits',
  {
    wardrobeId: uuid('wardrobe_id').notNull(),
    id: text('id').notNull(),
    name: text('name'),
    notes: text('notes'),
    occasions: text('occasions').array().notNull(),
    seasons: text('seasons').array().notNull(),
    rating: doublePrecision('rating'),
    favorite: boolean('favorite'),
    origin: text('origin'),
    createdAt: time('created_at'),
    deletedAt: time('deleted_at'),
    updatedAt: time('updated_at').notNull(),
    extra: jsonb('extra').$type<JsonObject>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.wardrobeId, table.id] })],
)

export const outfitItems = pgTable(
  'outfit_items',
  {
    wardrobeId: uuid('wardrobe_id').notNull(),
    id: text('id').notNull(),
    outfitId: text('outfit_id'),
    itemId: text('item_id'),
    slot: text('slot'),
    position: doublePrecision('position'),
    createdAt: time('created_at'),
    deletedAt: time('deleted_at'),
    updatedAt: time('updated_at').notNull(),
    extra: jsonb('extra').$type<JsonObject>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.wardrobeId, table.id] })],
)

export const wears = pgTable(
  'wears',
  {
    wardrobeId: uuid('wardrobe_id').notNull(),
    id: text('id').notNull(),
    itemId: text('item_id'),
    outfitId: text('outfit_id'),
    wornAt: time('worn_at'),
    occasion: text('occasion'),
    notes: text('notes'),
    createdAt: time('created_at'),
    deletedAt: time('deleted_at'),
    updatedAt: time('updated_at').notNull(),
    extra: jsonb('extra').$type<JsonObject>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.wardrobeId, table.id] })],
)

export const feedback = pgTable(
  'feedback',
  {
    wardrobeId: uuid('wardrobe_id').notNull(),
    id: text('id').notNull(),
    verdict: text('verdict'),
    outfitId: text('outfit_id'),
    itemIds: jsonb('item_ids').$type<readonly string[]>(),
    insteadIds: jsonb('instead_ids').$type<readonly string[]>(),
    context: jsonb('context').$type<JsonObject>(),
    createdAt: time('created_at'),
    deletedAt: time('deleted_at'),
    updatedAt: time('updated_at').notNull(),
    extra: jsonb('extra').$type<JsonObject>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.wardrobeId, table.id] })],
)

export const photos = pgTable(
  'photos',
  {
    wardrobeId: uuid('wardrobe_id').notNull(),
    id: text('id').notNull(),
    itemId: text('item_id'),
    hash: text('hash'),
    mime: text('mime'),
    width: doublePrecision('width'),
    height: doublePrecision('height'),
    bytes: doublePrecision('bytes'),
    thumbhash: text('thumbhash'),
    perceptualHash: text('perceptual_hash'),
    takenAt: time('taken_at'),
    position: doublePrecision('position'),
    storedAt: time('stored_at'),
    analysedAt: time('analysed_at'),
    analysis: jsonb('analysis').$type<JsonObject>(),
    failure: jsonb('failure').$type<{ readonly code: string; readonly detail: string }>(),
    createdAt: time('created_at'),
    deletedAt: time('deleted_at'),
    updatedAt: time('updated_at').notNull(),
    extra: jsonb('extra').$type<JsonObject>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.wardrobeId, table.id] })],
)

export const profile = pgTable(
  'profile',
  {
    wardrobeId: uuid('wardrobe_id').notNull(),
    id: text('id').notNull(),
    displayName: text('display_name'),
    locale: text('locale'),
    units: text('units'),
    timeZone: text('time_zone'),
    preferences: jsonb('preferences').$type<JsonObject>(),
    tasteOff: boolean('taste_off'),
    tasteResetAt: time('taste_reset_at'),
    createdAt: time('created_at'),
    deletedAt: time('deleted_at'),
    updatedAt: time('updated_at').notNull(),
    extra: jsonb('extra').$type<JsonObject>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.wardrobeId, table.id] })],
)

/** The values that lost a field and are not settled, one row each. */
export const conflicts = pgTable(
  'conflicts',
  {
    wardrobeId: uuid('wardrobe_id').notNull(),
    kind: text('kind').notNull(),
    recordId: text('record_id').notNull(),
    field: text('field').notNull(),
    /** clock of the edit that lost */
    hlc: bigint('hlc', { mode: 'number' }).notNull(),
    /** its writer */
    by: text('by').notNull(),
    value: jsonb('value').$type<Json>(),
    winnerValue: jsonb('winner_value').$type<Json>(),
    writtenAt: time('written_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.wardrobeId, table.kind, table.recordId, table.field, table.hlc, table.by] }),
  ],
)
