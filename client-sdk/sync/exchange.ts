import {
  type Ack,
  ackSchema,
  authenticatedSchema,
  type Commits,
  type ErrorCode,
  encodeClientHello,
  encodeSyncFrame,
  LIMITS,
  MESSAGE,
  PROTOCOL_VERSION,
  type Refusal,
  readCommits,
  refusalSchema,
  type ServerHello,
  SYNC,
  serverHelloSchema,
  splitUpdate,
} from '@modaics/shared'
import * as decoding from 'lib0/decoding'
import * as Y from 'yjs'
import type { Replica } from '../replica/replica.js'

export interface ExchangeOptions {
  readonly replica: Replica
  /** the one that is signed in: it signs what is sent from now on */
  readonly device: () => string | null
  readonly send: (frame: Uint8Array) => void
  /** ms since 1970, by the device's clock */
  readonly now: () => number
  readonly onHello: (hello: ServerHello) => void
  readonly onExpiry: (expiresAt: number) => void
  /** an edit, or all that is pending, was refused for good */
  readonly onRefused: (refusal: Refusal) => void
  /** the server's log is read, and what it lacks has been sent */
  readonly onSynced: () => void
  /**
   * Again and again the same: sending once more at once would not help. `times`: how often it has come to this since the
   * server has last stored something.
   */
  readonly onStuck: (code: ErrorCode, detail: string, times: number) => void
}

/** The device's end of the protocol over one connection, whatever carries its frames. */
export interface Exchange {
  hello(): Uint8Array
  stateVector(): Uint8Array
  /** Takes one frame: its type, and the decoder behind it. */
  receive(type: number, decoder: decoding.Decoder): void
  /** Sends an update of this device's document, once the server has said what it has. */
  push(update: Uint8Array): void
  /** The connection is gone: nothing is pushed until the next one has said hello. */
  lost(): void
  readonly live: boolean
}

/** A clock that is this far off is corrected: less than what could put two edits of two devices in the wrong order. */
const CLOCK_TOLERANCE_MS = 1_000

/** Refusals in a row that brought nothing forward, after which the exchange does not start over by itself. */
const MAX_REFUSALS = 50

export function createExchange(options: ExchangeOptions): Exchange {
  const { replica, device: signedIn, send, now, onHello, onExpiry, onRefused, onSynced, onStuck } = options
  let live = false
  /** a hello is under way: what the server says before it answers is about what was sent before */
  let greeting = false
  let refusals = 0
  let stuck = 0
  let corrected = false
  /** when the last hello left, by this device's clock */
  let greetedAt = 0
  /** between what the server's hello says that this device's clock is off, until its state vector has come */
  let offset: { readonly least: number; readonly most: number } | null = null
  /** of the server's last hello */
  let epoch: number | null = null
  /** the bag of a new epoch, while it comes */
  let loading: Uint8Array[] | null = null
  let loaded = 0

  const clocks = (): Map<number, number> => Y.decodeStateVector(Y.encodeStateVector(replica.doc))
  const stateVector = (): Uint8Array => encodeSyncFrame(SYNC.step1, Y.encodeStateVector(replica.doc))

  function hello(): Uint8Array {
    greeting = true
    greetedAt = now()
    const { device, cursor } = replica.meta()
    return encodeClientHello({ protocol: PROTOCOL_VERSION, device: signedIn() ?? device, cursor })
  }

  /** Starts over: where do you stand, here is where I do. */
  function resync(): void {
    live = false
    send(hello())
    send(stateVector())
  }

  function correctClock(least: number, most: number): void {
    const { clockOffset } = replica.meta()
    if (clockOffset < least - CLOCK_TOLERANCE_MS || clockOffset > most + CLOCK_TOLERANCE_MS)
      replica.correctClock(Math.round((least + most) / 2))
  }

  /** Sends what the server lacks. Deletions go along with structs only: alone they would be sent at every connect. */
  function answerStateVector(theirs: Uint8Array): void {
    const known = Y.decodeStateVector(theirs)
    if (loading && epoch !== null) replica.renew(loading, { epoch, seq: loaded })
    loading = null
    replica.adoptStrays()
    replica.settleStrays(known)
    replica.acknowledge(known, null)
    replica.sent([])
    // Only now: what the server has, though its ack was lost, must keep its signature and its stamp.
    const device = signedIn()
    if (device) replica.adoptDevice(device)
    if (offset) correctClock(offset.least, offset.most)
    offset = null
    const ours = clocks()
    const lacks = [...ours].some(([client, clock]) => clock > (known.get(client) ?? 0))
    if (lacks)
      for (const piece of splitUpdate(Y.encodeStateAsUpdate(replica.doc, theirs), LIMITS.pieceBytes))
        send(encodeSyncFrame(SYNC.update, piece))
    replica.sent(ours)
    live = true
    onSynced()
  }

  function onSync(decoder: decoding.Decoder): void {
    const kind = decoding.readVarUint(decoder)
    const payload = decoding.readVarUint8Array(decoder)
    if (kind === SYNC.step1) {
      if (!greeting) answerStateVector(payload)
    } else if (!loading) replica.receive([payload], null)
  }

  function greeted(hello: ServerHello): void {
    const { epoch: ours } = replica
    const outdated = ours !== null && ours !== hello.epoch
    // Said unasked: a new epoch has begun while we were connected, and nothing more comes until we ask.
    if (!greeting && hello.epoch !== epoch) {
      resync()
      return
    }
    greeting = false
    epoch = hello.epoch
    loading = outdated ? [] : null
    loaded = hello.head
    // The server looked at its clock some time between these two: a slow network is not a wrong clock.
    offset = { least: hello.now - now(), most: hello.now - greetedAt }
    onHello(hello)
    onExpiry(hello.expiresAt)
  }

  function acknowledged({ epoch: theirs, seq, clocks: stored }: Ack): void {
    refusals = 0
    stuck = 0
    corrected = false
    const current = theirs === (epoch ?? theirs)
    // Of an epoch that has ended: so much of our document is stored, and the rest is carried over.
    replica.acknowledge(stored, current ? { epoch: theirs, seq } : null)
    if (!current && !greeting) loading ??= []
  }

  function committed({ epoch: theirs, seq, updates }: Commits): void {
    if (loading) {
      loading.push(...updates)
      loaded = Math.max(loaded, seq)
    } else if (theirs === (replica.epoch ?? theirs)) replica.receive(updates, { epoch: theirs, seq })
  }

  function refused(refusal: Refusal): void {
    // What follows a refused update cannot be stored either; all of it is sent again after the hello.
    if (refusal.code === 'resync' && greeting) return
    const before = replica.pending().count
    if (refusal.code === 'clock-ahead' && !corrected) {
      // Once: a stamp that stays ahead after it is the edit's own fault.
      corrected = true
      replica.correctClock(Math.round(refusal.now - now()))
    } else if (refusal.code !== 'resync') {
      replica.refuse(refusal.code, refusal.detail, refusal.edit)
      onRefused(refusal)
    }
    // An edit less to send is progress, however many are refused.
    if (replica.pending().count < before) refusals = 0
    else if (++refusals > MAX_REFUSALS) {
      live = false
      onStuck(refusal.code, refusal.detail, ++stuck)
      return
    }
    resync()
  }

  return {
    hello,
    stateVector,
    receive(type, decoder) {
      switch (type) {
        case MESSAGE.sync:
          return onSync(decoder)
        case MESSAGE.hello:
          return greeted(serverHelloSchema.parse(JSON.parse(decoding.readVarString(decoder))))
        case MESSAGE.ack:
          return acknowledged(ackSchema.parse(JSON.parse(decoding.readVarString(decoder))))
        case MESSAGE.refusal:
          return refused(refusalSchema.parse(JSON.parse(decoding.readVarString(decoder))))
        case MESSAGE.authenticate:
          return onExpiry(authenticatedSchema.parse(JSON.parse(decoding.readVarString(decoder))).expiresAt)
        case MESSAGE.commits:
          return committed(readCommits(decoder))
        default: // a newer server may say more than this version understands
      }
    },
    push(update) {
      if (!live) return
      for (const piece of splitUpdate(update, LIMITS.pieceBytes)) send(encodeSyncFrame(SYNC.update, piece))
      replica.sent(clocks())
    },
    lost() {
      live = false
      greeting = false
      loading = null
    },
    get live() {
      return live
    },
  }
}
