import type { Authenticator } from '../auth/authenticator.js'
import type { Principal, Role } from '../auth/principal.js'

/** What the tables of accounts would hold; it outlives the instances of the server. */
export interface AccountTables {
  /** session id → who; a session that has ended is gone */
  readonly sessions: Map<string, { readonly userId: string; readonly deviceId: string; refreshToken: string }>
  /** refresh tokens that were used: their sessions, when, and what followed them */
  readonly used: Map<string, { readonly sessionId: string; readonly at: number; readonly successor: string }>
  /** wardrobe id → user id → role */
  readonly roles: Map<string, Map<string, Role>>
  /** told of sessions that end, on every instance */
  readonly listeners: Set<(sessionId: string) => void>
  nextId: number
}

export interface SimulatedAccountsOptions {
  readonly tables: AccountTables
  /** life of an access token, ms */
  readonly accessTokenMs: number
  /** ms since 1970 */
  readonly now: () => number
  /** Runs it in the process of this instance, where that is alive. */
  readonly tell: (work: () => void) => void
}

type Answer = { readonly status: number; readonly body: unknown }

/** Accounts as `createAccounts` has them, in memory and without cryptography, which answers at no certain time. */
export interface SimulatedAccounts extends Authenticator {
  signIn(userId: string, deviceId: string): Answer
  refresh(refreshToken: string): Answer
}

/** As in `createAccounts`. */
const RETRY_MS = 120_000

export function createAccountTables(): AccountTables {
  return { sessions: new Map(), used: new Map(), roles: new Map(), listeners: new Set(), nextId: 1 }
}

export function endSession(tables: AccountTables, sessionId: string): void {
  tables.sessions.delete(sessionId)
  for (const listener of [...tables.listeners]) listener(sessionId)
}

export function createSimulatedAccounts({
  tables,
  accessTokenMs,
  now,
  tell,
}: SimulatedAccountsOptions): SimulatedAccounts {
  const { sessions, used, roles, listeners } = tables

  function give(sessionId: string, refreshToken = `refresh-${tables.nextId++}`): Answer {
    const session = sessions.get(sessionId)
    if (!session) return problem('unauthenticated', 'the session has ended')
    const { userId, deviceId } = session
    session.refreshToken = refreshToken
    const accessTokenExpiresAt = now() + accessTokenMs
    const principal: Principal = { userId, deviceId, sessionId, expiresAt: accessTokenExpiresAt }
    return {
      status: 200,
      body: {
        user: { id: userId, email: `${userId}@example.com` },
        accessToken: encodeToken(principal),
        accessTokenExpiresAt,
        refreshToken: session.refreshToken,
      },
    }
  }

  return {
    async authenticate(token) {
      const principal = decodeToken(token)
      if (principal.expiresAt <= now()) return { ok: false, code: 'token-expired', detail: 'it has expired' }
      if (!sessions.has(principal.sessionId))
        return { ok: false, code: 'unauthenticated', detail: 'the session has ended' }
      return { ok: true, principal }
    },
    roleOf: async (userId, wardrobeId) => roles.get(wardrobeId)?.get(userId) ?? null,
    onSessionEnded(listener) {
      const told = (sessionId: string): void => tell(() => listener(sessionId))
      listeners.add(told)
      return () => listeners.delete(told)
    },
    signIn(userId, deviceId) {
      for (const session of sessions.values())
        if (session.deviceId === deviceId && session.userId !== userId)
          return problem('conflict', 'that device is of another account', 409)
      const sessionId = `session-${tables.nextId++}`
      sessions.set(sessionId, { userId, deviceId, refreshToken: '' })
      return give(sessionId)
    },
    refresh(refreshToken) {
      const before = used.get(refreshToken)
      if (before) {
        const { sessionId, at, successor } = before
        if (now() - at <= RETRY_MS && sessions.get(sessionId)?.refreshToken === successor)
          return give(sessionId, successor)
        endSession(tables, sessionId)
        return problem('token-reused', 'used before')
      }
      for (const [sessionId, session] of sessions)
        if (session.refreshToken === refreshToken) {
          const answer = give(sessionId)
          used.set(refreshToken, { sessionId, at: now(), successor: session.refreshToken })
          return answer
        }
      return problem('unauthenticated', 'the session has ended')
    },
  }
}

const problem = (code: string, detail: string, status = 401): Answer => ({ status, body: { code, detail } })

/** Fits a WebSocket subprotocol. */
const encodeToken = (principal: Principal): string =>
  Buffer.from(JSON.stringify(principal)).toString('base64url')
const decodeToken = (token: string): Principal => JSON.parse(Buffer.from(token, 'base64url').toString())
