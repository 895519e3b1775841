import { index, pgTable, primaryKey, text, timestamp, uniqueIndex, uuid } from 'drizzle-orm/pg-core'

const time = (column: string) => timestamp(column, { withTimezone: true })

export const users = pgTable('users', {
  id: uuid('id').primaryKey(),
  /** lower case, trimmed */
  email: text('email').notNull().unique(),
  /** bcrypt, cost 12 */
  passwordHash: text('password_hash').notNull(),
  createdAt: time('created_at').notNull().defaultNow(),
})

export const devices = pgTable(
  'devices',
  {
    userId: uuid('user_id').notNull(),
    id: text('id').notNull(),
    name: text('name').notNull(),
    createdAt: time('created_at').notNull().defaultNow(),
    lastSeenAt: time('last_seen_at').notNull().defaultNow(),
    revokedAt: time('revoked_at'),
  },
  // Edits are signed with the device's id: no two people may have the same.
  (table) => [primaryKey({ columns: [table.userId, table.id] }), uniqueIndex('devices_id').on(table.id)],
)

/** Lucia's sessions. The id is a hash: what is stored cannot be used to sign in. */
export const sessions = pgTable(
  'sessions',
  {
    id: text('id').primaryKey(),
    userId: uuid('user_id').notNull(),
    deviceId: text('device_id').notNull(),
    expiresAt: time('expires_at').notNull(),
  },
  (table) => [index('sessions_user').on(table.userId)],
)

/** Single use: a token seen twice ends its family, which is its session. */
export const refreshTokens = pgTable(
  'refresh_tokens',
  {
    /** SHA-256 of the token, hex */
    hash: text('hash').primaryKey(),
    sessionId: text('session_id').notNull(),
    expiresAt: time('expires_at').notNull(),
    usedAt: time('used_at'),
  },
  (table) => [index('refresh_tokens_session').on(table.sessionId)],
)
