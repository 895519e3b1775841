import type { ErrorCode } from '@modaics/shared'
import type { Principal, Role } from './principal.js'

export type Authentication =
  | { readonly ok: true; readonly principal: Principal }
  | {
      readonly ok: false
      readonly code: Extract<ErrorCode, 'unauthenticated' | 'token-expired'>
      readonly detail: string
    }

/** What the routes and the gateway need to know of accounts. */
export interface Authenticator {
  /** Checks an access token: signature, expiry, and that its session has not been ended or its device revoked. */
  authenticate(token: string): Promise<Authentication>
  /** The role of a user in a wardrobe, or null where the user has none (also when there is no such wardrobe). */
  roleOf(userId: string, wardrobeId: string): Promise<Role | null>
  /** Calls back when a session ends before its time, so that its connections can be closed. Returns how to stop. */
  onSessionEnded(listener: (sessionId: string) => void): () => void
}
