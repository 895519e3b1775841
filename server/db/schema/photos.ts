import type { JsonObject } from '@modaics/shared'
import {
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core'

const time = (column: string) => timestamp(column, { withTimezone: true })

/** A stored picture of a wardrobe. The bytes are in the photo store, under `wardrobe/hash/variant`. */
export const photoFiles = pgTable(
  'photo_files',
  {
    wardrobeId: uuid('wardrobe_id').notNull(),
    /** SHA-256 of the bytes as they were uploaded, hex */
    hash: text('hash').notNull(),
    mime: text('mime').notNull(),
    width: integer('width').notNull(),
    height: integer('height').notNull(),
    bytes: integer('bytes').notNull(),
    thumbhash: text('thumbhash'),
    perceptualHash: text('perceptual_hash'),
    storedAt: time('stored_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.wardrobeId, table.hash] })],
)

/** Uploads that were refused for what was found in them. Their bytes are not kept. */
export const photoQuarantine = pgTable(
  'photo_quarantine',
  {
    wardrobeId: uuid('wardrobe_id').notNull(),
    hash: text('hash').notNull(),
    /** what was found, in words */
    reason: text('reason').notNull(),
    bytes: integer('bytes').notNull(),
    foundAt: time('found_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.wardrobeId, table.hash] })],
)

/** What an analyser saw in a picture: looked at once for each analyser and version. */
export const analyses = pgTable(
  'analyses',
  {
    wardrobeId: uuid('wardrobe_id').notNull(),
    hash: text('hash').notNull(),
    analyser: text('analyser').notNull(),
    version: integer('version').notNull(),
    result: jsonb('result').$type<JsonObject>().notNull(),
    costUsd: doublePrecision('cost_usd').notNull().default(0),
    createdAt: time('created_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.wardrobeId, table.hash, table.analyser, table.version] })],
)

/** What analysers that cost money were paid, also for answers that were of no use. A call that never ended stays reserved. */
export const analysisCosts = pgTable(
  'analysis_costs',
  {
    id: uuid('id').primaryKey(),
    wardrobeId: uuid('wardrobe_id').notNull(),
    /** the owner of the wardrobe: whose budget it is */
    userId: uuid('user_id'),
    hash: text('hash').notNull(),
    analyser: text('analyser').notNull(),
    costUsd: doublePrecision('cost_usd').notNull(),
    inputTokens: integer('input_tokens').notNull().default(0),
    outputTokens: integer('output_tokens').notNull().default(0),
    /** reserved, seen, or the fault of the analyser */
    outcome: text('outcome').notNull(),
    at: time('at').notNull(),
  },
  (table) => [
    index('analysis_costs_at').on(table.at),
    index('analysis_costs_user').on(table.userId, table.at),
  ],
)
