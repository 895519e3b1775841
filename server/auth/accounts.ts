import { createId, ModaicsError } from '@modaics/shared'
import { and, asc, eq, isNull, lte, sql } from 'drizzle-orm'
import { type Database, isUniqueViolation, type Runner } from '../db/database.js'
import { devices, refreshTokens, users } from '../db/schema/index.js'
import { createAccountEvents } from './account-events.js'
import type { Authenticator } from './authenticator.js'
import { createMemberships, type Memberships } from './memberships.js'
import { fail, type Outcome } from './outcome.js'
import { hashPassword, passwordFault, verifyPassword } from './passwords.js'
import type { Principal } from './principal.js'
import { createSessions } from './sessions.js'
import {
  createAccessTokens,
  createRefreshToken,
  createSessionToken,
  hashToken,
  sessionTokenOf,
  successorOf,
} from './tokens.js'

export interface AccountsOptions {
  readonly database: Database
  /** signs access tokens: `readJwtSecret` */
  readonly secret: Uint8Array
  /** names this server in its tokens: its public URL, say */
  readonly issuer: string
  readonly accessTokenMinutes: number
  readonly refreshTokenDays: number
  readonly registration: 'open' | 'closed'
  /** ms since 1970 */
  readonly now: () => number
}

export interface Credentials {
  readonly email: string
  readonly password: string
  readonly deviceId: string
  /** what the list of devices shows */
  readonly deviceName?: string | undefined
}

/** What a device keeps after it has signed in. Times in ms since 1970. */
export interface SignedIn {
  readonly user: { readonly id: string; readonly email: string }
  readonly deviceId: string
  readonly accessToken: string
  readonly accessTokenExpiresAt: number
  /** each refresh answers with the next; the same refresh may be asked for again for two minutes */
  readonly refreshToken: string
  readonly refreshTokenExpiresAt: number
}

export interface Device {
  readonly id: string
  readonly name: string
  readonly createdAt: number
  readonly lastSeenAt: number
  readonly revokedAt: number | null
}

/** People, their devices and sessions, and their places in wardrobes. */
export interface Accounts extends Authenticator {
  /** `email-taken`, `invalid` (password or device id), `forbidden` (registration is closed) */
  register(credentials: Credentials): Promise<Outcome<SignedIn>>
  /** `wrong-credentials`, with the same work for an unknown address and a wrong password; `invalid` (device id). Throws `conflict`, as `register` does, where another account has the device id */
  signIn(credentials: Credentials): Promise<Outcome<SignedIn>>
  /** `token-reused` (its session is now ended), `token-expired`, `unauthenticated` */
  refresh(refreshToken: string): Promise<Outcome<SignedIn>>
  signOut(principal: Principal): Promise<void>
  signOutEverywhere(userId: string): Promise<void>
  emailOf(userId: string): Promise<string | null>
  listDevices(userId: string): Promise<Device[]>
  /** Ends its sessions at once. It may sign in again, with the password. `not-found` */
  revokeDevice(userId: string, deviceId: string): Promise<Outcome<null>>
  readonly memberships: Memberships
  /** Calls back when somebody's role in a wardrobe changed, so that connections can be closed. Returns how to stop. */
  onMembershipChanged(listener: (wardrobeId: string, userId: string) => void): () => void
  /** Removes expired sessions and tokens; call it now and then. */
  sweep(): Promise<void>
  close(): Promise<void>
}

const DEVICE_ID = /^[A-Za-z0-9_-]{8,64}$/
const RESERVED_DEVICE = /^(vision|server)/i
const DAY_MS = 86_400_000

/** So long after its use, a refresh token may be used again, as long as what followed it has not been, in ms. */
const RETRY_MS = 120_000

const WRONG = fail('wrong-credentials', 'The e-mail address or the password is wrong')
const ENDED = fail('unauthenticated', 'The session has ended')

export async function createAccounts(options: AccountsOptions): Promise<Accounts> {
  const { database, refreshTokenDays, now } = options
  const events = await createAccountEvents(database)
  const memberships = createMemberships(database, events)
  const accessTokens = createAccessTokens(options.secret, options.issuer, now)
  const sessions = createSessions(database, refreshTokenDays)

  /** A session with its first tokens; the device is known from now on. */
  async function openSession(runner: Runner, user: SignedIn['user'], credentials: Credentials) {
    const { deviceId, deviceName } = credentials
    const at = new Date(now())
    const [known] = await runner.orm.select().from(devices).where(eq(devices.id, deviceId))
    if (known && known.userId !== user.id)
      throw new ModaicsError('conflict', 'This device id is that of another account; make a new one')
    const device = {
      userId: user.id,
      id: deviceId,
      name: deviceName ?? deviceId,
      createdAt: at,
      lastSeenAt: at,
    }
    await runner.orm
      .insert(devices)
      .values(device)
      .onConflictDoUpdate({
        target: [devices.userId, devices.id],
        set: { lastSeenAt: at, revokedAt: null, ...(deviceName === undefined ? {} : { name: deviceName }) },
      })
    const sessionToken = createSessionToken()
    const sessionId = hashToken(sessionToken)
    await createSessions(runner, refreshTokenDays).create(user.id, deviceId, sessionId)
    return giveTokens(runner, user, deviceId, createRefreshToken(sessionToken), sessionId)
  }

  async function giveTokens(
    runner: Runner,
    user: SignedIn['user'],
    deviceId: string,
    refreshToken: string,
    sessionId: string,
  ) {
    const refreshTokenExpiresAt = now() + refreshTokenDays * DAY_MS
    await runner.orm
      .insert(refreshTokens)
      .values({ hash: hashToken(refreshToken), sessionId, expiresAt: new Date(refreshTokenExpiresAt) })
      // Told once more, because the answer was lost.
      .onConflictDoUpdate({
        target: refreshTokens.hash,
        set: { expiresAt: new Date(refreshTokenExpiresAt) },
      })
    const accessTokenExpiresAt = Math.floor(now() / 1000 + options.accessTokenMinutes * 60) * 1000
    const principal = { userId: user.id, deviceId, sessionId, expiresAt: accessTokenExpiresAt }
    const accessToken = await accessTokens.sign(principal)
    return { user, deviceId, accessToken, accessTokenExpiresAt, refreshToken, refreshTokenExpiresAt }
  }

  /** Is it used again because the answer was lost: soon, and before anybody has used what followed it? */
  async function isRetry(runner: Runner, used: typeof refreshTokens.$inferSelect, successor: string) {
    if (!used.usedAt || now() - used.usedAt.getTime() > RETRY_MS) return false
    const [next] = await runner.orm
      .select()
      .from(refreshTokens)
      .where(and(eq(refreshTokens.hash, hashToken(successor)), isNull(refreshTokens.usedAt)))
    return next !== undefined
  }

  async function endSessions(
    runner: Runner,
    which: { readonly id: string } | { readonly userId: string; readonly deviceId?: string },
  ) {
    const ended = await createSessions(runner, refreshTokenDays).end(which)
    await events.announce(
      runner,
      ended.map((sessionId) => ({ type: 'session-ended', sessionId })),
    )
  }

  return {
    memberships,

    async authenticate(token) {
      const result = await accessTokens.verify(token)
      if (!result.ok) return result
      // Asked each time, from the database: a session ended on one instance is ended on all, at once.
      const session = await sessions.validate(result.principal.sessionId)
      const { userId, deviceId } = result.principal
      if (session?.userId !== userId || session.deviceId !== deviceId)
        return { ok: false, code: 'unauthenticated', detail: ENDED.detail }
      return result
    },

    roleOf: memberships.roleOf,

    onSessionEnded: (listener) =>
      events.subscribe((event) => {
        if (event.type === 'session-ended') listener(event.sessionId)
      }),

    onMembershipChanged: (listener) =>
      events.subscribe((event) => {
        if (event.type === 'membership-changed') listener(event.wardrobeId, event.userId)
      }),

    async register(credentials) {
      if (options.registration === 'closed')
        return fail('forbidden', 'This server takes no registrations; ask who runs it for an account')
      const fault = passwordFault(credentials.password) ?? deviceFault(credentials.deviceId)
      if (fault) return fail('invalid', fault)
      const email = normalEmail(credentials.email)
      const passwordHash = await hashPassword(credentials.password)
      const user = { id: createId(), email }
      try {
        const value = await database.transaction(async (runner) => {
          await runner.orm.insert(users).values({ ...user, passwordHash, createdAt: new Date(now()) })
          return openSession(runner, user, credentials)
        })
        return { ok: true, value }
      } catch (error) {
        if (isUniqueViolation(error))
          return fail('email-taken', 'There is an account with this e-mail address')
        throw error
      }
    },

    async signIn(credentials) {
      const fault = deviceFault(credentials.deviceId)
      if (fault) return fail('invalid', fault)
      const email = normalEmail(credentials.email)
      const [user] = await database.orm.select().from(users).where(eq(users.email, email))
      const right = await verifyPassword(credentials.password, user?.passwordHash)
      if (!user || !right) return WRONG
      const value = await database.transaction((runner) =>
        openSession(runner, { id: user.id, email }, credentials),
      )
      return { ok: true, value }
    },

    async refresh(refreshToken) {
      const sessionToken = sessionTokenOf(refreshToken)
      if (!sessionToken) return fail('unauthenticated', 'This is not a refresh token')
      const hash = hashToken(refreshToken)
      return database.transaction(async (runner): Promise<Outcome<SignedIn>> => {
        // Whoever ends a session locks it first, and its tokens after: in any other order two of them could wait for
        // each other.
        await runner.query('select 1 from sessions where id = $1 for update', [hashToken(sessionToken)])
        // One statement takes the token: of two requests with the same one, the second finds it used.
        const successor = successorOf(refreshToken, sessionToken, options.secret)
        let [taken] = await runner.orm
          .update(refreshTokens)
          .set({ usedAt: new Date(now()) })
          .where(and(eq(refreshTokens.hash, hash), isNull(refreshTokens.usedAt)))
          .returning()
        if (!taken) {
          const [used] = await runner.orm.select().from(refreshTokens).where(eq(refreshTokens.hash, hash))
          if (!used) return ENDED
          if (!(await isRetry(runner, used, successor))) {
            await endSessions(runner, { id: used.sessionId })
            return fail('token-reused', 'This refresh token was used before; its session is now ended')
          }
          taken = used
        }
        if (taken.expiresAt.getTime() <= now())
          return fail('token-expired', 'The refresh token has expired; sign in again')
        const session = await createSessions(runner, refreshTokenDays).validate(taken.sessionId)
        if (!session || taken.sessionId !== hashToken(sessionToken)) return ENDED
        const [user] = await runner.orm.select().from(users).where(eq(users.id, session.userId))
        if (!user) return ENDED
        await runner.orm
          .update(devices)
          .set({ lastSeenAt: new Date(now()) })
          .where(and(eq(devices.userId, user.id), eq(devices.id, session.deviceId)))
        const who = { id: user.id, email: user.email }
        return { ok: true, value: await giveTokens(runner, who, session.deviceId, successor, session.id) }
      })
    },

    signOut: ({ sessionId }) => database.transaction((runner) => endSessions(runner, { id: sessionId })),

    signOutEverywhere: (userId) => database.transaction((runner) => endSessions(runner, { userId })),

    async emailOf(userId) {
      const [user] = await database.orm.select().from(users).where(eq(users.id, userId))
      return user?.email ?? null
    },

    async listDevices(userId) {
      const rows = await database.orm
        .select()
        .from(devices)
        .where(eq(devices.userId, userId))
        .orderBy(asc(devices.createdAt), asc(devices.id))
      return rows.map(({ id, name, createdAt, lastSeenAt, revokedAt }) => ({
        id,
        name,
        createdAt: createdAt.getTime(),
        lastSeenAt: lastSeenAt.getTime(),
        revokedAt: revokedAt?.getTime() ?? null,
      }))
    },

    async revokeDevice(userId, deviceId) {
      // Also what PostgreSQL could not even look for: a text with NUL.
      if (!DEVICE_ID.test(deviceId)) return fail('not-found', 'You have no such device')
      return database.transaction(async (runner): Promise<Outcome<null>> => {
        const [revoked] = await runner.orm
          .update(devices)
          .set({
            revokedAt: sql`coalesce(${devices.revokedAt}, ${new Date(now()).toISOString()}::timestamptz)`,
          })
          .where(and(eq(devices.userId, userId), eq(devices.id, deviceId)))
          .returning({ id: devices.id })
        if (!revoked) return fail('not-found', 'You have no such device')
        await endSessions(runner, { userId, deviceId })
        return { ok: true, value: null }
      })
    },

    async sweep() {
      await sessions.sweep()
      await database.orm.delete(refreshTokens).where(lte(refreshTokens.expiresAt, new Date(now())))
    },

    close: () => events.close(),
  }
}

function deviceFault(deviceId: string): string | undefined {
  if (!DEVICE_ID.test(deviceId)) return 'a device id has 8 to 64 letters, digits, _ or -'
  return RESERVED_DEVICE.test(deviceId)
    ? 'device ids that begin with vision or server are reserved'
    : undefined
}

function normalEmail(email: string): string {
  return email.trim().toLowerCase()
}
