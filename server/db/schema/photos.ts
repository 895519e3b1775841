import type { JsonObject } from '@modaics/shared'
import {
  doublePrecision,
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
    storedAt: time('stored_at').notNull().defaultNow(),
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
