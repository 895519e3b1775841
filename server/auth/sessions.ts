import { and, eq, lte, type SQL } from 'drizzle-orm'
import { type Adapter, type DatabaseSession, Lucia, TimeSpan } from 'lucia'
import type { Runner } from '../db/database.js'
import { refreshTokens, sessions, users } from '../db/schema/index.js'

declare module 'lucia' {
  interface Register {
    Lucia: Lucia<{ readonly deviceId: string }>
    DatabaseSessionAttributes: { readonly deviceId: string }
  }
}

export interface Session {
  /** SHA-256 of the session's token */
  readonly id: string
  readonly userId: string
  readonly deviceId: string
  readonly expiresAt: Date
}

/** Sessions in the database, through Lucia 3: the only file that knows it. Lucia reads the clock itself. */
export interface Sessions {
  create(userId: string, deviceId: string, id: string): Promise<Session>
  /** The session, its end moved on where it nears; null when it has ended. */
  validate(id: string): Promise<Session | null>
  /** Ends the sessions of a user (on one device, where given), or one session; returns the ids of those that were. */
  end(
    which: { readonly id: string } | { readonly userId: string; readonly deviceId?: string },
  ): Promise<string[]>
  /** Removes what has expired. */
  sweep(): Promise<void>
}

/**
 * @param runner the database, or a transaction in it
 * @param refreshTokenDays a session outlives each refresh token that it has given out
 */
export function createSessions(runner: Runner, refreshTokenDays: number): Sessions {
  const lucia = new Lucia(createAdapter(runner), {
    // Lucia moves the end on when less than half is left: with twice the time, a session that has just been validated
    // lasts longer than a refresh token given out now.
    sessionExpiresIn: new TimeSpan(2 * refreshTokenDays, 'd'),
    getSessionAttributes: ({ deviceId }) => ({ deviceId }),
  })
  return {
    create: (userId, deviceId, id) => lucia.createSession(userId, { deviceId }, { sessionId: id }),
    validate: async (id) => (await lucia.validateSession(id)).session,
    end: async (which) => {
      const ended = await runner.orm.delete(sessions).where(conditionOf(which)).returning({ id: sessions.id })
      for (const { id } of ended)
        await runner.orm.delete(refreshTokens).where(eq(refreshTokens.sessionId, id))
      return ended.map(({ id }) => id)
    },
    sweep: () => lucia.deleteExpiredSessions(),
  }
}

function conditionOf(which: Parameters<Sessions['end']>[0]): SQL | undefined {
  if ('id' in which) return eq(sessions.id, which.id)
  const ofUser = eq(sessions.userId, which.userId)
  return which.deviceId === undefined ? ofUser : and(ofUser, eq(sessions.deviceId, which.deviceId))
}

/** Lucia's storage over our port. */
function createAdapter({ orm }: Runner): Adapter {
  const fromRow = ({ deviceId, ...row }: typeof sessions.$inferSelect): DatabaseSession => ({
    ...row,
    attributes: { deviceId },
  })
  return {
    getSessionAndUser: async (id) => {
      const [row] = await orm
        .select({ session: sessions })
        .from(sessions)
        .innerJoin(users, eq(users.id, sessions.userId))
        .where(eq(sessions.id, id))
      return row ? [fromRow(row.session), { id: row.session.userId, attributes: {} }] : [null, null]
    },
    getUserSessions: async (userId) =>
      (await orm.select().from(sessions).where(eq(sessions.userId, userId))).map(fromRow),
    setSession: async ({ id, userId, expiresAt, attributes }) => {
      await orm.insert(sessions).values({ id, userId, expiresAt, deviceId: attributes.deviceId })
    },
    updateSessionExpiration: async (id, expiresAt) => {
      await orm.update(sessions).set({ expiresAt }).where(eq(sessions.id, id))
    },
    deleteSession: async (id) => {
      await orm.delete(sessions).where(eq(sessions.id, id))
    },
    deleteUserSessions: async (userId) => {
      await orm.delete(sessions).where(eq(sessions.userId, userId))
    },
    deleteExpiredSessions: async () => {
      await orm.delete(sessions).where(lte(sessions.expiresAt, new Date()))
    },
  }
}
