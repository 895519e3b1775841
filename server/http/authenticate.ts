import { ModaicsError } from '@modaics/shared'
import type { Context, MiddlewareHandler } from 'hono'
import type { Authenticator } from '../auth/authenticator.js'
import { PERMISSIONS, type Role } from '../auth/principal.js'
import type { HttpEnv } from './env.js'
import { problem } from './problem.js'

/** Lets only requests with a valid access token pass, and says whose they are: `c.get('principal')`. */
export function authenticate(authenticator: Authenticator): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const match = /^Bearer ([^\s]+)$/i.exec(c.req.header('authorization') ?? '')
    if (!match?.[1]) return problem(c, 'unauthenticated', 'Send Authorization: Bearer and an access token')
    const result = await authenticator.authenticate(match[1])
    if (!result.ok) return problem(c, result.code, result.detail)
    c.set('principal', result.principal)
    return next()
  }
}

/**
 * The role of the request's user in a wardrobe, which must permit what is asked.
 *
 * @throws ModaicsError `not-found` without a role (also when there is no such wardrobe), `forbidden` with too small a one
 */
export async function requireRole(
  c: Context<HttpEnv>,
  authenticator: Authenticator,
  wardrobeId: string,
  permission: keyof (typeof PERMISSIONS)[Role],
): Promise<Role> {
  const role = await authenticator.roleOf(c.get('principal').userId, wardrobeId)
  if (!role) throw new ModaicsError('not-found', 'There is no such wardrobe for you')
  if (!PERMISSIONS[role][permission])
    throw new ModaicsError('forbidden', `The role ${role} does not permit to ${permission}`)
  return role
}
