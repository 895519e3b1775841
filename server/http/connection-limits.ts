import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { ERRORS } from '@modaics/shared'
import { networkOf } from '../auth/rate-limit.js'
import { createPlaces } from '../gateway/places.js'

export interface ConnectionLimits {
  /** of this process */
  readonly connections: number
  /** of one address, or one /64 of IPv6; not counted behind a proxy, whose own address it would be */
  readonly perAddress: number
  readonly trustedProxies: number
}

/** How long the head of a request may take to come, and all of it, in ms; and how long a connection is kept for the next. */
export const REQUEST_TIMEOUTS = {
  headersTimeout: 10_000,
  requestTimeout: 300_000,
  keepAliveTimeout: 65_000,
  /** how often it is looked */
  connectionsCheckingInterval: 5_000,
} as const

const CODE = 'too-many-connections'
const { status, title } = ERRORS[CODE]
const BODY = JSON.stringify({ type: 'about:blank', title, status, code: CODE })
const REFUSAL = `HTTP/1.1 ${status} Too Many Requests\r\nContent-Type: application/problem+json\r\nContent-Length: ${BODY.length}\r\nRetry-After: 10\r\nConnection: close\r\n\r\n${BODY}`

/** Takes no more connections than these; who comes too many is told so, or, above the limit of all, hung up on. */
export function limitConnections(server: Server, limits: ConnectionLimits): void {
  server.maxConnections = limits.connections
  if (limits.trustedProxies > 0) return
  const places = createPlaces(limits.perAddress)
  server.prependListener('connection', (socket: Socket) => {
    const leave = places.take(networkOf(socket.remoteAddress ?? ''))
    if (leave) socket.once('close', leave)
    else {
      socket.end(REFUSAL)
      socket.destroySoon()
    }
  })
}
