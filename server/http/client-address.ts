import { getConnInfo } from '@hono/node-server/conninfo'
import type { Context } from 'hono'
import type { HttpEnv } from './env.js'

/**
 * Where a request comes from: the other end of the socket, or, behind trusted proxies, what the first of those
 * wrote into X-Forwarded-For. Whatever stands further left there may be made up by the caller.
 */
export function clientAddress(c: Context<HttpEnv>, trustedProxies: number): string {
  if (trustedProxies > 0) {
    const hops = (c.req.header('x-forwarded-for') ?? '').split(',').map((hop) => hop.trim())
    const address = hops[hops.length - trustedProxies]
    if (address) return address
  }
  // without a socket (a request made in the process) there is one caller
  return c.env?.incoming ? (getConnInfo(c).remote.address ?? 'unknown') : 'in-process'
}
