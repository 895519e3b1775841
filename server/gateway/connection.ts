import {
  authenticateSchema,
  type ClientHello,
  clientHelloSchema,
  createCompaction,
  EMPTY_UPDATE,
  ERRORS,
  type ErrorCode,
  encodeAck,
  encodeAuthenticated,
  encodeCommits,
  encodeRefusal,
  encodeServerHello,
  encodeSyncFrame,
  LIMITS,
  MESSAGE,
  ModaicsError,
  PROTOCOL_VERSION,
  readUpdate,
  SYNC,
} from '@modaics/shared'
import * as decoding from 'lib0/decoding'
import * as Y from 'yjs'
import type { Authenticator } from '../auth/authenticator.js'
import { PERMISSIONS, type Principal, type Role } from '../auth/principal.js'
import { storeFault } from '../db/database.js'
import type { LogEntry } from '../ingest/commit-store.js'
import type { Ingest } from '../ingest/ingest.js'
import type { Delivery, Joined, Outcome, Subscriber } from '../ingest/mailbox.js'

/** Where the frames of a connection go: a WebSocket, or the body of an HTTP response. */
export interface Sink {
  send(frame: Uint8Array): void
  /** `code` says why; the sink finds the close code or status in the table of errors */
  close(code: ErrorCode, detail: string): void
}

export interface ConnectionOptions {
  readonly wardrobeId: string
  readonly principal: Principal
  readonly role: Role
  readonly ingest: Ingest
  readonly authenticator: Authenticator
  readonly sink: Sink
  readonly now: () => number
  /** passes an awareness frame to the others on this wardrobe */
  readonly onAwareness: (frame: Uint8Array) => void
}

/**
 * The server's end of the protocol for one connection. A client that says hello gets hello, commits, acks and refusals;
 * one that does not is a plain y-websocket client, and gets what that understands.
 */
export interface Connection {
  readonly principal: Principal
  /** Resolves when the frame has been dealt with: its edits are stored or refused. */
  receive(frame: Uint8Array): Promise<void>
  /** Says why, and takes nothing more, whatever the client still sends until it has answered. */
  close(code: ErrorCode, detail: string): void
  ended(): void
}

export function createConnection(options: ConnectionOptions): Connection {
  const { wardrobeId, role, ingest, authenticator, sink, now, onAwareness } = options
  // Asked for at each use: while this connection has not joined, an idle mailbox may be put away and another made.
  const mailbox = () => ingest.mailbox(wardrobeId)
  let { principal } = options
  let hello: ClientHello | null = null
  /** of the client's document; undefined while it has nothing of ours */
  let epoch: number | undefined
  let open = true

  const subscriber: Subscriber = {
    deliver(commit) {
      if (!open) return
      if (hello) sink.send(commitsFrame(commit))
      else for (const update of commit.updates) sink.send(updateFrame(update))
    },
    outdated(state) {
      if (!open) return
      // Ours says hello again, and loads the new bag. A plain client has a document that is good for nothing any more.
      if (hello) sink.send(helloFrame(state))
      else close('stale-epoch', 'a new epoch has begun; begin with an empty document')
    },
  }

  function helloFrame({ epoch, head }: Joined['state']): Uint8Array {
    const { expiresAt } = principal
    return encodeServerHello({ protocol: PROTOCOL_VERSION, now: now(), epoch, head, role, expiresAt })
  }

  function close(code: ErrorCode, detail: string): void {
    if (!open) return
    open = false
    mailbox().leave(subscriber)
    sink.close(code, detail)
  }

  async function onSync(decoder: decoding.Decoder): Promise<void> {
    const kind = decoding.readVarUint(decoder)
    const payload = decoding.readVarUint8Array(decoder)
    if (kind === SYNC.step1) return join(payload)
    if (kind !== SYNC.step2 && kind !== SYNC.update)
      throw new ModaicsError('malformed', `a sync message of kind ${kind}`)
    if (payload.byteLength === EMPTY_UPDATE.byteLength) return
    if (!PERMISSIONS[role].write) {
      // What a viewer's document deletes or repeats is no writing: a plain client answers step 1 with what it knows, and
      // ours with the places of edits that were refused.
      const reading = readUpdate(payload)
      if (reading.ok && reading.content.runs.every(({ values }) => values === null)) return
      return refused({ ok: false, code: 'forbidden', detail: `a ${role} may not write` })
    }
    const outcome = await mailbox().submit(
      {
        update: payload,
        author: { userId: principal.userId, device: principal.deviceId },
        now: now(),
        epoch,
      },
      subscriber,
    )
    if (outcome.ok) {
      if (hello && open)
        sink.send(
          encodeAck({
            epoch: outcome.epoch,
            seq: outcome.seq,
            clocks: outcome.clocks.map(([c, k]) => [c, k]),
          }),
        )
    } else await refused(outcome)
  }

  async function refused(outcome: Exclude<Outcome, { ok: true }>): Promise<void> {
    if (!open) return
    if (hello) {
      const edit = outcome.edit ? { edit: [outcome.edit[0], outcome.edit[1]] as [number, string] } : {}
      sink.send(encodeRefusal({ code: outcome.code, detail: outcome.detail, now: now(), ...edit }))
    } else if (outcome.code === 'resync') await sendStateVector()
    else close(outcome.code, outcome.detail)
  }

  async function sendStateVector(): Promise<void> {
    const { state } = await mailbox().join(subscriber, ({ head }) => head)
    if (open) sink.send(encodeSyncFrame(SYNC.step1, encodeWriters(state)))
    else mailbox().leave(subscriber)
  }

  async function join(theirs: Uint8Array): Promise<void> {
    const has = Y.decodeStateVector(theirs)
    const cursor = hello?.cursor ?? null
    let from = 0
    const joined = await mailbox().join(
      subscriber,
      (state) => {
        from = cursor && cursor.epoch === state.epoch && cursor.seq <= state.head ? cursor.seq : 0
        return from
      },
      has.keys(),
    )
    if (!open) return mailbox().leave(subscriber)
    const stale = joined.past.length > 0 || (cursor !== null && cursor.epoch !== joined.state.epoch)
    if (stale && !hello)
      return close('stale-epoch', 'the document is of an epoch that has ended; begin with an empty one')
    epoch = joined.state.epoch
    if (hello) {
      sink.send(helloFrame(joined.state))
      if (stale) {
        // What is stored of the old document: the client carries over the rest, and loads the new bag from the start.
        const clocks = joined.past.map(([client, clock]): [number, number] => [client, clock])
        sink.send(encodeAck({ epoch: cursor?.epoch ?? 0, seq: 0, clocks }))
      }
      sendCommits(joined, stale ? 0 : from, stale ? new Map() : has)
    } else sink.send(encodeSyncFrame(SYNC.step2, missing(joined.entries, has)))
    sink.send(encodeSyncFrame(SYNC.step1, encodeWriters(joined.state)))
  }

  function sendCommits({ state, entries }: Joined, from: number, has: StateVector): void {
    // The client has everything up to here with the commits that are sent whole.
    let seq = from
    let updates: Uint8Array[] = []
    let bytes = 0
    const flush = (): void => {
      if (updates.length > 0) sink.send(encodeCommits({ epoch: state.epoch, seq, updates }))
      updates = []
      bytes = 0
    }
    for (const entry of entries) {
      for (const update of entry.snapshot ? lackedOf(entry.updates, has) : entry.updates) {
        if (bytes >= LIMITS.packBytes) flush()
        updates.push(update)
        bytes += update.byteLength
      }
      seq = entry.seq
    }
    flush()
    sink.send(encodeSyncFrame(SYNC.step2, EMPTY_UPDATE))
  }

  async function onHello(decoder: decoding.Decoder): Promise<void> {
    const message = clientHelloSchema.parse(readJson(decoder))
    if (message.protocol !== PROTOCOL_VERSION)
      return close(
        'unsupported-protocol',
        `protocol ${message.protocol}; this server speaks ${PROTOCOL_VERSION}`,
      )
    if (message.device !== principal.deviceId)
      return close('foreign-by', `device ${message.device}; you are signed in on ${principal.deviceId}`)
    hello = message
  }

  async function onAuthenticate(decoder: decoding.Decoder): Promise<void> {
    const { token } = authenticateSchema.parse(readJson(decoder))
    const result = await authenticator.authenticate(token)
    if (!result.ok) return close(result.code, result.detail)
    const { userId, deviceId } = result.principal
    if (userId !== principal.userId || deviceId !== principal.deviceId)
      return close('unauthenticated', 'the token is for another account or device')
    principal = result.principal
    if (open) sink.send(encodeAuthenticated({ expiresAt: principal.expiresAt }))
  }

  async function dispatch(frame: Uint8Array): Promise<void> {
    const decoder = decoding.createDecoder(frame)
    const type = decoding.readVarUint(decoder)
    switch (type) {
      case MESSAGE.sync:
        return onSync(decoder)
      case MESSAGE.awareness:
        return onAwareness(frame)
      case MESSAGE.queryAwareness:
        return
      case MESSAGE.hello:
        return onHello(decoder)
      case MESSAGE.authenticate:
        return onAuthenticate(decoder)
      default:
        throw new ModaicsError('malformed', `a message of type ${type}`)
    }
  }

  return {
    get principal() {
      return principal
    },
    async receive(frame) {
      if (!open) return
      try {
        await dispatch(frame)
      } catch (error) {
        if (error instanceof ModaicsError) {
          close(error.code, error.detail)
          if (ERRORS[error.code].fault === 'server') throw error
        } else if (isUnreadable(error)) close('malformed', 'the message cannot be read')
        else {
          const fault = storeFault(error)
          close(fault?.code ?? 'internal', fault?.detail ?? 'the message could not be dealt with')
          throw error
        }
      }
    },
    close,
    ended() {
      open = false
      mailbox().leave(subscriber)
    },
  }
}

function readJson(decoder: decoding.Decoder): unknown {
  try {
    return JSON.parse(decoding.readVarString(decoder))
  } catch (cause) {
    // Cut short, no UTF-8 (a TypeError of the platform's decoder), or no JSON.
    throw new ModaicsError('malformed', 'the message is not JSON', { cause })
  }
}

/** What decoders and schemas throw at bytes that are no message of ours. */
function isUnreadable(error: unknown): boolean {
  return (
    error instanceof SyntaxError ||
    error instanceof RangeError ||
    (error instanceof Error &&
      (error.name === 'ZodError' || /unexpected end of array|integer out of range/i.test(error.message)))
  )
}

function encodeWriters({ writers }: Joined['state']): Uint8Array {
  const clocks = new Map<number, number>()
  for (const [client, { clock }] of writers) clocks.set(client, clock)
  return Y.encodeStateVector(clocks)
}

type StateVector = ReadonlyMap<number, number>

/** What somebody lacks of a snapshot who has everything below these clocks. */
function lackedOf(snapshot: readonly Uint8Array[], has: StateVector): Iterable<Uint8Array> {
  if (has.size === 0) return snapshot
  const bag = createCompaction()
  for (const update of snapshot) bag.add(update)
  return bag.write(LIMITS.pieceBytes, has)
}

/** What a plain client lacks of the log, as one update. */
function missing(entries: readonly LogEntry[], has: StateVector): Uint8Array {
  const bag = createCompaction()
  for (const { updates } of entries) for (const update of updates) bag.add(update)
  const pieces = [...bag.write(Number.MAX_SAFE_INTEGER, has)]
  return pieces.length === 0 ? EMPTY_UPDATE : Y.mergeUpdates(pieces)
}

// A commit goes to many connections: it is encoded for the first, and the bytes kept as long as the commit lives.
const commitsFrames = new WeakMap<Delivery, Uint8Array>()
const updateFrames = new WeakMap<Uint8Array, Uint8Array>()

function commitsFrame(commit: Delivery): Uint8Array {
  return remembered(commitsFrames, commit, encodeCommits)
}

function updateFrame(update: Uint8Array): Uint8Array {
  return remembered(updateFrames, update, (bytes) => encodeSyncFrame(SYNC.update, bytes))
}

function remembered<K extends WeakKey>(
  memory: WeakMap<K, Uint8Array>,
  key: K,
  encode: (key: K) => Uint8Array,
): Uint8Array {
  const known = memory.get(key)
  if (known) return known
  const frame = encode(key)
  memory.set(key, frame)
  return frame
}
