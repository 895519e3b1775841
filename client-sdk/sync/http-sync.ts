import {
  LIMITS,
  MESSAGE,
  ModaicsError,
  packFrames,
  type Refusal,
  type ServerHello,
  SYNC,
  unpackFrames,
} from '@modaics/shared'
import * as decoding from 'lib0/decoding'
import type { Replica } from '../replica/replica.js'
import { createExchange } from './exchange.js'

export interface HttpSyncOptions {
  readonly replica: Replica
  /** the one that is signed in */
  readonly device: () => string | null
  /** Posts a body of packed frames and resolves to the answer's. Rejects with a ModaicsError. */
  readonly post: (body: Uint8Array) => Promise<Uint8Array>
  /** ms since 1970, by the device's clock */
  readonly now: () => number
  readonly onHello: (hello: ServerHello) => void
  readonly onRefused: (refusal: Refusal) => void
}

/** Bytes of updates in one request: half of what the server takes. */
const REQUEST_BYTES = LIMITS.updateBytes * 2

/** Far more than a sync takes: the first request reads, each further one brings something to the server. */
const MAX_REQUESTS = 200

/**
 * Brings a replica and the server together without a socket: for background fetch, where none can be kept. Resolves when
 * the server has been read to its end and has everything that was written before the last request.
 *
 * @throws ModaicsError of `post`; `malformed` where the answer cannot be read; the code of a refusal that comes again and
 * again
 */
export async function syncOverHttp(options: HttpSyncOptions): Promise<void> {
  const { replica, device, post, now, onHello, onRefused } = options
  let stuck: ModaicsError | null = null
  let refused = false
  let updates: Uint8Array[] = []
  const exchange = createExchange({
    replica,
    device,
    send: (frame) => {
      if (isUpdate(frame)) updates.push(frame)
    },
    now,
    onHello,
    onExpiry: () => {},
    onRefused,
    onSynced: () => {},
    onStuck: (code, detail) => {
      stuck = new ModaicsError(code, detail)
    },
  })
  try {
    for (let requests = 0; requests < MAX_REQUESTS; requests++) {
      // Step 1 before the updates: an ack says that everything up to it has been read.
      const body = packFrames([exchange.hello(), exchange.stateVector(), ...upTo(updates, REQUEST_BYTES)])
      const answer = await post(body)
      updates = []
      refused = false
      receive(answer)
      if (stuck) throw stuck
      if (replica.pending().count === 0) return
      // Made before the refusal took something out: after the next step 1 there are others.
      if (refused) updates = []
    }
    throw new ModaicsError('internal', 'the server does not store what it is sent')
  } finally {
    exchange.lost()
  }

  function receive(answer: Uint8Array): void {
    try {
      for (const frame of unpackFrames(answer)) {
        const decoder = decoding.createDecoder(frame)
        const type = decoding.readVarUint(decoder)
        if (type === MESSAGE.refusal) refused = true
        if (type !== MESSAGE.awareness) exchange.receive(type, decoder)
      }
    } catch (cause) {
      throw new ModaicsError('malformed', 'the answer of the server cannot be read', { cause })
    }
  }
}

/** As many as fit, the first in any case. */
function upTo(frames: readonly Uint8Array[], bytes: number): Uint8Array[] {
  let size = 0
  const taken: Uint8Array[] = []
  for (const frame of frames) {
    size += frame.byteLength
    if (taken.length > 0 && size > bytes) break
    taken.push(frame)
  }
  return taken
}

function isUpdate(frame: Uint8Array): boolean {
  return frame[0] === MESSAGE.sync && frame[1] === SYNC.update
}
