import { pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core'

/** Records that an owner wants erased, until that is done. */
export const purges = pgTable(
  'purges',
  {
    wardrobeId: uuid('wardrobe_id').notNull(),
    kind: text('kind').notNull(),
    id: text('id').notNull(),
    userId: uuid('user_id').notNull(),
    askedAt: timestamp('asked_at', { withTimezone: true }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.wardrobeId, table.kind, table.id] })],
)

/** What is left of an erased record, so that no device brings it back: a hash of its name (`erasure/tombstones.ts`). */
export const tombstones = pgTable(
  'tombstones',
  { wardrobeId: uuid('wardrobe_id').notNull(), key: text('key').notNull() },
  (table) => [primaryKey({ columns: [table.wardrobeId, table.key] })],
)
