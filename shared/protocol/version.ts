/**
 * The version of our messages over the y-websocket protocol.
 *
 * 1 (0.1.0): hello, ack, refusal, authenticate, commits. An `ack` of an epoch other than that of the hello before it, and a
 * `hello` unasked, are about epochs (docs/PROTOCOL.md); `commits` may hold a snapshot.
 */
export const PROTOCOL_VERSION = 1

/** The WebSocket subprotocol that a client offers; `bearer.<token>` may stand beside it. */
export const SUBPROTOCOL = 'modaics'

/** Prefix of the subprotocol that carries the access token (a browser can set no header on a WebSocket). */
export const BEARER_PREFIX = 'bearer.'

/** Message types. 0 to 3 are y-websocket's own. */
export const MESSAGE = {
  sync: 0,
  awareness: 1,
  auth: 2,
  queryAwareness: 3,
  hello: 100,
  ack: 101,
  refusal: 102,
  authenticate: 103,
  commits: 104,
} as const

/** Kinds of a sync message (y-protocols). */
export const SYNC = { step1: 0, step2: 1, update: 2 } as const

/** The limits that both ends keep to. */
export const LIMITS = {
  /** bytes of one update that a client may send */
  updateBytes: 4_194_304,
  /** bytes at which a client cuts a big push into pieces */
  pieceBytes: 262_144,
  /** how far an edit may be ahead of the server's time, in ms */
  clockAheadMs: 60_000,
  /** bytes of stored updates that the server packs into one message */
  packBytes: 524_288,
} as const
