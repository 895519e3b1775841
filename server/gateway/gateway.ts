import type { Socket as NetSocket } from 'node:net'
import {
  BEARER_PREFIX,
  ERRORS,
  type ErrorCode,
  isUuid,
  KEEP_ALIVE_FRAME,
  LIMITS,
  SUBPROTOCOL,
} from '@modaics/shared'
import type { Context } from 'hono'
import type { WSContext, WSEvents } from 'hono/ws'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Authenticator } from '../auth/authenticator.js'
import { storeFault } from '../db/database.js'
import type { HttpEnv } from '../http/env.js'
import type { Ingest } from '../ingest/ingest.js'
import { type Connection, createConnection, type Sink } from './connection.js'
import { tooGreedy, type Watched, watchSocket } from './patience.js'
import { createPlaces } from './places.js'

export interface GatewayOptions {
  readonly ingest: Ingest
  readonly authenticator: Authenticator
  /** origins of pages, besides the server's own, that may connect */
  readonly allowedOrigins: readonly string[]
  /** how many connections one account may have here at once; without a limit unless told */
  readonly perUser?: number
  readonly now: () => number
  readonly onError: (error: unknown, context: { wardrobeId: string; userId: string }) => void
}

/** All WebSocket connections of this process. */
export interface Gateway {
  /** for `@hono/node-server` */
  readonly server: WebSocketServer
  /** for `upgradeWebSocket` at `/sync/:wardrobeId` */
  events(context: Context): Promise<WSEvents<WebSocket>>
  readonly connections: number
  /** Ends the connections of a user to a wardrobe: the role has changed. Who still has one comes back with it. */
  expel(wardrobeId: string, userId: string): void
  /** Tells every client to come back later, and waits until they are gone or `timeoutMs` has passed. */
  close(timeoutMs: number): Promise<void>
}

/** y-websocket hangs up after 30 s without a message, and sees no pings. */
const KEEP_ALIVE_MS = 15_000
const SWEEP_MS = 5_000
/** A connection that has this much unsent is too slow to be kept. */
const MAX_UNSENT = 67_108_864
/** While this much of one connection waits to be stored, no more is read from it. */
const MAX_UNDONE = 8_388_608
const MAX_AWARENESS = 65_536
/** What is kept for all connections together, sent and not taken or come and not whole, before the greediest are ended. */
const MAX_HELD = 268_435_456

interface Socket extends Watched {
  readonly connection: Connection
  /** Ends the connection instead where too much waits to be read. */
  readonly send: Sink['send']
}

export function createGateway({
  ingest,
  authenticator,
  allowedOrigins,
  perUser = Number.POSITIVE_INFINITY,
  now,
  onError,
}: GatewayOptions): Gateway {
  const server = new WebSocketServer({
    noServer: true,
    // Room for an update above the limit, so that it is refused with a reason rather than by the socket.
    maxPayload: LIMITS.updateBytes + 1_048_576,
    perMessageDeflate: false,
    handleProtocols: (protocols) => (protocols.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  })
  const places = createPlaces(perUser)
  const rooms = new Map<string, Set<Socket>>()
  let closing = false
  let lastKeepAlive = now()

  const sweep = setInterval(() => {
    const at = now()
    for (const { raw } of tooGreedy(sockets(), MAX_HELD)) raw.terminate()
    const keepAlive = at - lastKeepAlive >= KEEP_ALIVE_MS
    if (keepAlive) lastKeepAlive = at
    for (const socket of sockets()) {
      if (socket.connection.principal.expiresAt <= at)
        socket.connection.close('token-expired', 'the access token has expired')
      else if (keepAlive) beat(socket, at)
    }
  }, SWEEP_MS)
  sweep.unref()
  const stopListening = authenticator.onSessionEnded((sessionId) => {
    for (const { connection } of sockets())
      if (connection.principal.sessionId === sessionId)
        connection.close('unauthenticated', 'the session has ended')
  })

  function* sockets(): Generator<Socket> {
    for (const room of rooms.values()) yield* room
  }

  function beat(socket: Socket, at: number): void {
    if (!socket.isAlive(at)) {
      socket.raw.terminate()
      return
    }
    socket.raw.ping()
    socket.raw.send(KEEP_ALIVE_FRAME)
  }

  function attach(raw: WebSocket, admitted: Admitted, below: NetSocket | undefined): void {
    const { wardrobeId, principal } = admitted
    const leave = places.take(principal.userId)
    if (!leave) {
      closeSocket(raw, 'too-many-connections', `at most ${perUser} of one account`)
      return
    }
    const sink: Sink = {
      send(frame) {
        if (raw.readyState !== raw.OPEN) return
        if (raw.bufferedAmount > MAX_UNSENT) connection.close('too-slow', 'too much is waiting to be read')
        else raw.send(frame)
      },
      close: (code, detail) => closeSocket(raw, code, detail),
    }
    const onAwareness = (frame: Uint8Array): void => {
      if (frame.byteLength > MAX_AWARENESS) {
        connection.close('too-large', 'the awareness message is too large')
        return
      }
      for (const other of rooms.get(wardrobeId) ?? []) if (other.raw !== raw) other.send(frame)
    }
    const connection = createConnection({ ...admitted, ingest, authenticator, sink, now, onAwareness })
    const socket: Socket = Object.assign(watchSocket(raw, below, now()), { connection, send: sink.send })
    const room = rooms.get(wardrobeId) ?? new Set()
    rooms.set(wardrobeId, room.add(socket))

    let undone = 0
    raw.on('message', (data: Buffer, isBinary: boolean) => {
      socket.heard()
      if (!isBinary) return connection.close('malformed', 'a text frame')
      const bytes = data.byteLength
      undone += bytes
      if (undone > MAX_UNDONE) raw.pause()
      connection
        .receive(data)
        .catch((error: unknown) => onError(error, { wardrobeId, userId: principal.userId }))
        .finally(() => {
          undone -= bytes
          if (undone <= MAX_UNDONE && raw.isPaused) raw.resume()
        })
    })
    raw.on('pong', socket.heard)
    raw.on('error', () => raw.terminate()) // a frame that breaks the WebSocket protocol, or one over maxPayload
    raw.on('close', () => {
      leave()
      connection.ended()
      room.delete(socket)
      if (room.size === 0) rooms.delete(wardrobeId)
    })
  }

  async function admit(context: Context): Promise<Admitted | Denied> {
    if (closing) return { code: 'shutting-down', detail: 'the server is stopping' }
    const wardrobeId = context.req.param('wardrobeId') ?? ''
    if (!isOriginAllowed(context, allowedOrigins))
      return { code: 'origin-refused', detail: 'pages of this origin may not connect' }
    const token = tokenOf(context)
    if (!token) return { code: 'unauthenticated', detail: 'no access token' }
    const result = await authenticator.authenticate(token)
    if (!result.ok) return result
    const role = isUuid(wardrobeId) ? await authenticator.roleOf(result.principal.userId, wardrobeId) : null
    if (!role) return { code: 'not-found', detail: 'there is no such wardrobe' }
    return { wardrobeId, principal: result.principal, role }
  }

  return {
    server,
    async events(context) {
      const admission = await admit(context).catch((error: unknown) => {
        const fault = storeFault(error)
        if (!fault) throw error
        onError(error, { wardrobeId: context.req.param('wardrobeId') ?? '', userId: '' })
        return fault
      })
      return {
        // Refused only after the upgrade: a status at the upgrade makes y-websocket try again for ever.
        onOpen(_event: Event, socket: WSContext<WebSocket>) {
          const { raw } = socket
          if (!raw) return
          if ('code' in admission) closeSocket(raw, admission.code, admission.detail)
          else attach(raw, admission, (context.env as HttpEnv['Bindings'] | undefined)?.incoming?.socket)
        },
      }
    },
    get connections() {
      let count = 0
      for (const room of rooms.values()) count += room.size
      return count
    },
    expel(wardrobeId, userId) {
      for (const { connection } of rooms.get(wardrobeId) ?? [])
        if (connection.principal.userId === userId)
          connection.close('unavailable', 'the role has changed; connect again')
    },
    async close(timeoutMs) {
      closing = true
      clearInterval(sweep)
      stopListening()
      const all = [...sockets()]
      const gone = Promise.all(
        all.map(
          ({ raw }) =>
            new Promise((resolve) =>
              raw.readyState === raw.CLOSED ? resolve(0) : raw.once('close', resolve),
            ),
        ),
      )
      for (const { connection } of all) connection.close('shutting-down', 'the server is stopping')
      let timer: NodeJS.Timeout | undefined
      const late = new Promise((resolve) => {
        timer = setTimeout(resolve, timeoutMs)
      })
      await Promise.race([gone, late])
      clearTimeout(timer)
      for (const { raw } of all) raw.terminate()
      server.close()
    },
  }
}

type Admitted = Pick<Parameters<typeof createConnection>[0], 'wardrobeId' | 'principal' | 'role'>
interface Denied {
  readonly code: ErrorCode
  readonly detail: string
}

function closeSocket(raw: WebSocket, code: ErrorCode, detail: string): void {
  // A close reason holds 123 bytes.
  raw.close(ERRORS[code].close, `${code}: ${detail}`.slice(0, 120))
}

/** A header, the subprotocol (browsers), or a query parameter (y-websocket's `params`). */
function tokenOf(context: Context): string | undefined {
  const header = context.req.header('authorization')
  if (header?.startsWith('Bearer ')) return header.slice(7)
  for (const protocol of (context.req.header('sec-websocket-protocol') ?? '').split(','))
    if (protocol.trim().startsWith(BEARER_PREFIX)) return protocol.trim().slice(BEARER_PREFIX.length)
  return context.req.query('token')
}

function isOriginAllowed(context: Context, allowed: readonly string[]): boolean {
  const origin = context.req.header('origin')
  if (!origin || allowed.includes(origin)) return true
  return URL.canParse(origin) && new URL(origin).host === context.req.header('host')
}
