import {
  BEARER_PREFIX,
  ERRORS,
  type ErrorCode,
  encodeAuthenticate,
  isErrorCode,
  MESSAGE,
  ModaicsError,
  type Refusal,
  type ServerHello,
  SUBPROTOCOL,
} from '@modaics/shared'
import { Awareness } from 'y-protocols/awareness'
import { WebsocketProvider } from 'y-websocket'
import { ORIGIN, type Replica } from '../replica/replica.js'
import { type ConnectionEvent, type ConnectionState, INITIAL, transition } from './connection-state.js'
import type { Credentials } from './credentials.js'
import { createExchange } from './exchange.js'

export interface SyncSessionOptions {
  readonly replica: Replica
  /** of the server, `http(s)://host[:port][/path]` */
  readonly url: string
  readonly credentials: Credentials
  readonly WebSocket: typeof globalThis.WebSocket
  /** ms since 1970, by the device's clock */
  readonly now: () => number
  /** between 0 and 1 */
  readonly random: () => number
  /** makes the wardrobe on the server, where it is not there yet */
  readonly createWardrobe: () => Promise<void>
  readonly onState: (state: ConnectionState, role: ServerHello['role'] | null) => void
  readonly onRefused: (refusal: Refusal) => void
}

/** Keeps one wardrobe in step with the server, over y-websocket's provider. */
export interface SyncSession {
  start(): void
  pause(): void
  readonly state: ConnectionState
  close(): void
}

/** A new token is asked for this long before the old one ends, in ms; in the last minute, when a quarter of it is left. */
const RENEW_BEFORE_MS = 60_000

/**
 * A connection that brings nothing for this long is gone, and so is one that does not open; the server speaks every 15 s.
 * The provider looks for silence too, but by the wall clock, which a device may set back, and not while it connects.
 */
const SILENCE_MS = 40_000

/** The provider's back-off has no jitter: each session gets a ceiling of its own, so that not all come back at once. */
const MAX_BACKOFF_MS = [5_000, 15_000] as const

/** The server refuses the same again and again: the next try comes so much later, twice as late each time, at most. */
const STUCK_MS = [15_000, 300_000] as const

export function createSyncSession(options: SyncSessionOptions): SyncSession {
  const { replica, credentials, now, random, createWardrobe, onState, onRefused } = options
  let state: ConnectionState = INITIAL
  let role: ServerHello['role'] | null = null
  let renewal: ReturnType<typeof setTimeout> | null = null
  let silence: ReturnType<typeof setTimeout> | null = null
  /** whose token the connection has */
  let device: string | null = null
  let attempt = 0
  let created = false
  let closed = false

  const awareness = new Awareness(replica.doc)
  awareness.setLocalState(null)
  const provider = new WebsocketProvider(syncUrl(options.url), replica.meta().wardrobeId, replica.doc, {
    connect: false,
    disableBc: true,
    awareness,
    WebSocketPolyfill: options.WebSocket,
    maxBackoffTime: MAX_BACKOFF_MS[0] + random() * (MAX_BACKOFF_MS[1] - MAX_BACKOFF_MS[0]),
  })
  // Edits go out through the exchange: not before the clock is corrected, and in pieces.
  replica.doc.off('update', provider._updateHandler)
  // It says good-bye to an awareness that we do not use, with a listener on the process for each wardrobe.
  if (typeof process !== 'undefined') process.off?.('exit', provider._exitHandler)

  const exchange = createExchange({
    replica,
    device: () => device,
    send: (frame) => provider.ws?.send(frame as Uint8Array<ArrayBuffer>),
    now,
    onHello(hello) {
      role = hello.role
    },
    onExpiry(expiresAt) {
      if (renewal) clearTimeout(renewal)
      // The token's life is measured by the server's clock.
      const left = expiresAt - (now() + replica.meta().clockOffset)
      const wait = Math.max(left - RENEW_BEFORE_MS, left * 0.75, 1_000)
      renewal = setTimeout(() => void renew(), Math.min(wait, 2 ** 31 - 1))
      ;(renewal as { unref?: () => void }).unref?.()
    },
    onRefused,
    onSynced: () => dispatch({ type: 'synced' }),
    onStuck(code, detail, times) {
      dispatch({ type: 'refused', code, remedy: 'retry', detail })
      const mine = ++attempt
      provider.disconnect()
      later(mine, () => provider.connect(), Math.min(STUCK_MS[0] * 2 ** (times - 1), STUCK_MS[1]))
    },
  })

  for (const type of [
    MESSAGE.sync,
    MESSAGE.hello,
    MESSAGE.ack,
    MESSAGE.refusal,
    MESSAGE.authenticate,
    MESSAGE.commits,
  ])
    provider.messageHandlers[type] = (_encoder, decoder) => {
      try {
        exchange.receive(type, decoder)
      } catch (cause) {
        // Thrown on, it would end the process: nobody stands behind a socket's listener.
        const detail = `the server sent what cannot be read: ${String(cause)}`
        dispatch({ type: 'refused', code: 'malformed', remedy: 'fix', detail })
      }
      if (exchange.live) provider.synced = true // resets the provider's back-off
    }

  // Also those that are not ours: the server's sign of life is one.
  provider.messageHandlers.forEach((handle, type) => {
    provider.messageHandlers[type] = (...message) => {
      listen()
      handle(...message)
    }
  })

  provider.on('status', ({ status }) => {
    if (status !== 'disconnected') listen()
    if (status === 'connected') provider.ws?.send(exchange.hello() as Uint8Array<ArrayBuffer>)
    else if (status === 'disconnected') {
      exchange.lost()
      dispatch({ type: 'lost' })
    }
  })
  provider.on('connection-close', (event) => {
    const reason = event ? faultOf(event) : null
    // Those that are final arrive as `closed`.
    if (reason && !(event && event.code >= 4400 && event.code < 4500))
      dispatch({ type: 'refused', ...reason, remedy: 'retry' })
    else if (!provider.wsconnected) dispatch({ type: 'lost' })
  })
  provider.on('closed', (event) => {
    const fault = faultOf(event) ?? { code: 'internal' as const, detail: `closed with ${event.code}` }
    if (fault.code === 'not-found' && !created) void create(fault)
    else dispatch({ type: 'refused', ...fault, remedy: ERRORS[fault.code].remedy })
  })
  const stopListening = replica.events.on('update', ({ update, origin }) => {
    if (origin === ORIGIN.local || origin === ORIGIN.tab || origin === ORIGIN.carried) exchange.push(update)
  })
  const stopFollowing = replica.events.on('renewed', () => {
    provider.doc = replica.doc
    awareness.doc = replica.doc
    awareness.clientID = replica.doc.clientID
    awareness.setLocalState(null)
  })
  const stopWatching = credentials.onChange(() => dispatch({ type: 'credentials' }))

  /** From now on the connection may be silent for a while; after that, another one is made. */
  function listen(): void {
    if (silence) clearTimeout(silence)
    silence = setTimeout(() => {
      if (closed || !provider.shouldConnect) return
      provider.disconnect()
      provider.connect()
    }, SILENCE_MS)
    ;(silence as { unref?: () => void }).unref?.()
  }

  function dispatch(event: ConnectionEvent): void {
    if (closed) return
    const { state: next, effect } = transition(state, event)
    const changed = next !== state
    state = next
    if (effect === 'disconnect') {
      attempt++
      provider.disconnect()
    } else if (effect) void connect(effect === 'refresh')
    if (changed) onState(state, role)
  }

  async function connect(refresh: boolean): Promise<void> {
    const mine = ++attempt
    const token = await (refresh ? credentials.refresh() : credentials.token()).catch(() => undefined)
    if (mine !== attempt || closed) return
    if (token === null) return dispatch({ type: 'signed-out' })
    if (token === undefined) {
      // The server could not be asked for a token: as good as being offline, with the provider's longest back-off.
      dispatch({ type: 'lost' })
      later(mine, () => void connect(refresh))
      return
    }
    device = credentials.deviceId
    provider.protocols = [SUBPROTOCOL, BEARER_PREFIX + token]
    provider.connect()
  }

  /** After the longest back-off, unless something else has happened meanwhile. */
  function later(mine: number, work: () => void, wait = provider.maxBackoffTime): void {
    const timer = setTimeout(() => mine === attempt && !closed && work(), wait)
    ;(timer as { unref?: () => void }).unref?.()
  }

  async function create(fault: { code: ErrorCode; detail: string }): Promise<void> {
    created = true
    const mine = attempt
    try {
      await createWardrobe()
      if (mine === attempt) provider.connect()
    } catch (error) {
      if (mine !== attempt) return
      const remedy = error instanceof ModaicsError ? error.remedy : 'fix'
      created = remedy !== 'retry' && remedy !== 'sign-in'
      if (created || !(error instanceof ModaicsError)) dispatch({ type: 'refused', ...fault, remedy: 'fix' })
      else dispatch({ type: 'refused', code: error.code, detail: error.detail, remedy })
      if (remedy === 'retry') later(mine, () => provider.connect())
    }
  }

  /** A new token for the open connection. If there is none, the server ends the connection when the old one ends. */
  async function renew(): Promise<void> {
    const token = await credentials.token().catch(() => null)
    // Of another device, it is for the next connection, which is begun with it.
    if (!token || closed || credentials.deviceId !== device) return
    provider.protocols = [SUBPROTOCOL, BEARER_PREFIX + token]
    if (provider.wsconnected) provider.ws?.send(encodeAuthenticate({ token }) as Uint8Array<ArrayBuffer>)
  }

  return {
    start: () => dispatch({ type: 'start' }),
    pause: () => dispatch({ type: 'pause' }),
    get state() {
      return state
    },
    close() {
      closed = true
      attempt++
      if (renewal) clearTimeout(renewal)
      if (silence) clearTimeout(silence)
      stopListening()
      stopFollowing()
      stopWatching()
      provider.destroy()
      awareness.destroy()
    },
  }
}

function syncUrl(url: string): string {
  const sync = new URL(url)
  sync.protocol = sync.protocol === 'https:' || sync.protocol === 'wss:' ? 'wss:' : 'ws:'
  return `${sync.href.replace(/\/$/, '')}/sync`
}

/** Our close reasons begin with the code. */
function faultOf({
  code,
  reason,
}: {
  code: number
  reason: string
}): { code: ErrorCode; detail: string } | null {
  const colon = reason.indexOf(': ')
  const name = colon < 0 ? reason : reason.slice(0, colon)
  if (isErrorCode(name)) return { code: name, detail: reason.slice(colon + 2) }
  return code >= 4400 && code < 4500 ? { code: 'internal', detail: `closed with ${code} ${reason}` } : null
}
