import { type ErrorCode, LIMITS, ModaicsError, packFrames, unpackFrames } from '@modaics/shared'
import type { Authenticator } from '../auth/authenticator.js'
import type { Principal, Role } from '../auth/principal.js'
import type { Ingest } from '../ingest/ingest.js'
import { createConnection } from './connection.js'

/** Bytes of one request body. */
export const HTTP_SYNC_BYTES = LIMITS.updateBytes * 4

export interface HttpSyncRequest {
  readonly wardrobeId: string
  readonly principal: Principal
  readonly role: Role
  /** frames of the protocol, each with its length before it: hello, updates, then step 1 */
  readonly body: Uint8Array
}

/**
 * The same protocol over one HTTP request, for background fetch: the frames that a socket would have carried go in, and
 * those that it would have answered come out.
 *
 * @throws ModaicsError where a socket would have been closed
 */
export async function syncOverHttp(
  { ingest, authenticator, now }: { ingest: Ingest; authenticator: Authenticator; now: () => number },
  { wardrobeId, principal, role, body }: HttpSyncRequest,
): Promise<Uint8Array> {
  const frames: Uint8Array[] = []
  let closed: { code: ErrorCode; detail: string } | null = null
  const sink = {
    send: (frame: Uint8Array) => void frames.push(frame),
    close: (code: ErrorCode, detail: string) => {
      closed = { code, detail }
    },
  }
  const connection = createConnection({
    wardrobeId,
    principal,
    role,
    ingest,
    authenticator,
    sink,
    now,
    onAwareness: () => {},
  })
  try {
    for (const frame of unpack(body)) await connection.receive(frame)
  } finally {
    connection.ended()
  }
  const reason = closed as { code: ErrorCode; detail: string } | null
  if (reason) throw new ModaicsError(reason.code, reason.detail)
  return packFrames(frames)
}

function unpack(body: Uint8Array): Uint8Array[] {
  try {
    return unpackFrames(body)
  } catch (cause) {
    throw new ModaicsError('malformed', 'the body is not a list of frames', { cause })
  }
}
