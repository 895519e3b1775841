import type { EditTuple } from '@modaics/shared'
import {
  bigint,
  customType,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core'

export const bytea = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => 'bytea' })
const createdAt = () => timestamp('created_at', { withTimezone: true }).notNull().defaultNow()

export const wardrobes = pgTable('wardrobes', {
  id: uuid('id').primaryKey(),
  name: text('name').notNull(),
  epoch: integer('epoch').notNull().default(0),
  /** the newest commit; guards each commit against another instance's */
  headSeq: bigint('head_seq', { mode: 'number' }).notNull().default(0),
  /** up to which commit the snapshot reaches; 0 without one */
  snapshotSeq: bigint('snapshot_seq', { mode: 'number' }).notNull().default(0),
  /** the log has every commit after this one */
  logStart: bigint('log_start', { mode: 'number' }).notNull().default(0),
  createdAt: createdAt(),
})

export const members = pgTable(
  'members',
  {
    wardrobeId: uuid('wardrobe_id').notNull(),
    userId: uuid('user_id').notNull(),
    role: text('role', { enum: ['owner', 'editor', 'viewer'] }).notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.wardrobeId, table.userId] }),
    index('members_user').on(table.userId),
  ],
)

/** What was committed, in order: each row the updates of one commit, each with its length before it. */
export const log = pgTable(
  'log',
  {
    wardrobeId: uuid('wardrobe_id').notNull(),
    seq: bigint('seq', { mode: 'number' }).notNull(),
    updates: bytea('updates').notNull(),
    createdAt: createdAt(),
  },
  (table) => [primaryKey({ columns: [table.wardrobeId, table.seq] })],
)

/** What the log came to: updates that are applied one after the other, each with its length before it. */
export const snapshots = pgTable('snapshots', {
  wardrobeId: uuid('wardrobe_id').primaryKey(),
  /** as `wardrobes.snapshotSeq` */
  seq: bigint('seq', { mode: 'number' }).notNull(),
  updates: bytea('updates').notNull(),
})

/** Epochs that have ended, with the state vector that each ended with: what a device that was away since has stored. */
export const epochs = pgTable(
  'epochs',
  {
    wardrobeId: uuid('wardrobe_id').notNull(),
    epoch: integer('epoch').notNull(),
    /** as Yjs encodes it */
    clocks: bytea('clocks').notNull(),
    endedAt: timestamp('ended_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.wardrobeId, table.epoch] })],
)

/** The state vector of the log, and whose each Yjs client id is: a user's, or the server's. */
export const writers = pgTable(
  'writers',
  {
    wardrobeId: uuid('wardrobe_id').notNull(),
    client: bigint('client', { mode: 'number' }).notNull(),
    clock: bigint('clock', { mode: 'number' }).notNull(),
    owner: text('owner').notNull(),
  },
  (table) => [primaryKey({ columns: [table.wardrobeId, table.client] })],
)

/** The live edits of each record: what its row is folded from. */
export const folds = pgTable(
  'folds',
  {
    wardrobeId: uuid('wardrobe_id').notNull(),
    kind: text('kind').notNull(),
    id: text('id').notNull(),
    live: jsonb('live').$type<readonly EditTuple[]>().notNull(),
    /** of the record (`shared/edits/fingerprint.ts`), 64 bits; null where it was folded before there were any */
    fingerprint: bigint('fingerprint', { mode: 'bigint' }),
  },
  (table) => [primaryKey({ columns: [table.wardrobeId, table.kind, table.id] })],
)

/** Edits that are beaten by now, as long as they are kept: with `folds`, the history of each record. */
export const history = pgTable(
  'history',
  {
    wardrobeId: uuid('wardrobe_id').notNull(),
    kind: text('kind').notNull(),
    id: text('id').notNull(),
    hlc: bigint('hlc', { mode: 'number' }).notNull(),
    by: text('by').notNull(),
    edit: jsonb('edit').$type<EditTuple>().notNull(),
    beatenAt: timestamp('beaten_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.wardrobeId, table.kind, table.id, table.hlc, table.by] }),
    index('history_beaten_at').on(table.beatenAt),
  ],
)
