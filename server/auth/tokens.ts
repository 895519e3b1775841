import { createHash, createHmac, randomBytes } from 'node:crypto'
import { isUuid } from '@modaics/shared'
import { errors, jwtVerify, SignJWT } from 'jose'
import type { Authentication } from './authenticator.js'
import type { Principal } from './principal.js'

const AUDIENCE = 'modaics'
const REFRESH_TOKEN = /^([A-Za-z0-9_-]{27})\.([A-Za-z0-9_-]{43})$/

export interface AccessTokens {
  /** A JWT that says who, on which device and in which session, until when. */
  sign(principal: Principal): Promise<string>
  /** Checks signature, issuer, audience and expiry; not whether the session still is. */
  verify(token: string): Promise<Authentication>
}

/** HS256 access tokens of this issuer. */
export function createAccessTokens(secret: Uint8Array, issuer: string, now: () => number): AccessTokens {
  return {
    sign: ({ userId, deviceId, sessionId, expiresAt }) =>
      new SignJWT({ dev: deviceId, sid: sessionId })
        .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
        .setSubject(userId)
        .setIssuer(issuer)
        .setAudience(AUDIENCE)
        .setIssuedAt(Math.floor(now() / 1000))
        .setExpirationTime(Math.floor(expiresAt / 1000))
        .sign(secret),
    verify: async (token) => {
      try {
        const { payload } = await jwtVerify(token, secret, {
          algorithms: ['HS256'],
          issuer,
          audience: AUDIENCE,
          requiredClaims: ['sub', 'dev', 'sid', 'exp'],
          currentDate: new Date(now()),
        })
        const { sub, dev, sid, exp } = payload
        if (sub === undefined || !isUuid(sub) || typeof dev !== 'string' || typeof sid !== 'string' || !exp)
          return { ok: false, code: 'unauthenticated', detail: 'The access token lacks a claim' }
        return { ok: true, principal: { userId: sub, deviceId: dev, sessionId: sid, expiresAt: exp * 1000 } }
      } catch (error) {
        if (error instanceof errors.JWTExpired)
          return { ok: false, code: 'token-expired', detail: 'The access token has expired' }
        if (error instanceof errors.JOSEError)
          return { ok: false, code: 'unauthenticated', detail: 'The access token is not valid' }
        throw error
      }
    },
  }
}

/** A new random name of a session: 160 bits. Only its hash is stored. */
export function createSessionToken(): string {
  return randomBytes(20).toString('base64url')
}

/** A new refresh token of a session: the session's token, and 256 random bits of its own. */
export function createRefreshToken(sessionToken: string): string {
  return `${sessionToken}.${randomBytes(32).toString('base64url')}`
}

/**
 * The refresh token that follows this one: always the same, so that it can be told again where the answer was lost, though
 * only its hash is stored.
 *
 * @param secret of the server: without it nobody can tell what follows
 */
export function successorOf(refreshToken: string, sessionToken: string, secret: Uint8Array): string {
  const next = createHmac('sha256', secret).update(`refresh token after ${refreshToken}`).digest('base64url')
  return `${sessionToken}.${next}`
}

/** The session's token in a refresh token, or null where it cannot be one. */
export function sessionTokenOf(refreshToken: string): string | null {
  return REFRESH_TOKEN.exec(refreshToken)?.[1] ?? null
}

/** SHA-256 in hex: enough for what is random and long. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}
