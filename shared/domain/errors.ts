/** Whose fault it is decides who must act; the remedy says how. */
export type Remedy = 'retry' | 'sign-in' | 'upgrade' | 'fix' | 'fatal'

export interface ErrorKind {
  /** HTTP status */
  readonly status: number
  /** WebSocket close code: 4400–4499 are final, 4500–4599 are tried again */
  readonly close: number
  readonly fault: 'client' | 'server'
  readonly remedy: Remedy
  readonly title: string
}

const error = (
  status: number,
  close: number,
  fault: ErrorKind['fault'],
  remedy: Remedy,
  title: string,
): ErrorKind => ({
  status,
  close,
  fault,
  remedy,
  title,
})

/** Every error that leaves a Modaics process, by its stable code. */
export const ERRORS = {
  // what was sent
  malformed: error(400, 4400, 'client', 'fix', 'The message cannot be read'),
  invalid: error(400, 4400, 'client', 'fix', 'The request does not fit its schema'),
  'not-an-edit': error(422, 4422, 'client', 'fix', 'The update holds something that is not an edit'),
  'invalid-edit': error(422, 4422, 'client', 'fix', 'An edit does not fit the schema or its limits'),
  'foreign-by': error(403, 4403, 'client', 'fix', 'An edit is signed by a device that is not yours'),
  'foreign-client': error(403, 4403, 'client', 'fix', 'A Yjs client id that belongs to somebody else'),
  'foreign-source': error(403, 4403, 'client', 'fix', 'Only the server writes edits of its analysis'),
  'clock-ahead': error(422, 4422, 'client', 'fix', 'An edit is stamped later than the server’s time'),
  resync: error(409, 4409, 'client', 'retry', 'The update builds on edits that the server does not have'),
  'stale-epoch': error(
    409,
    4409,
    'client',
    'fix',
    'The document is of an epoch that has ended; begin with an empty one',
  ),
  'too-large': error(413, 4413, 'client', 'fix', 'The message is larger than the limit'),
  // who sent it
  unauthenticated: error(401, 4401, 'client', 'sign-in', 'No valid credentials'),
  'token-expired': error(401, 4401, 'client', 'sign-in', 'The credentials have expired'),
  'token-reused': error(
    401,
    4401,
    'client',
    'sign-in',
    'A refresh token was used twice; its sessions are ended',
  ),
  'wrong-credentials': error(401, 4401, 'client', 'sign-in', 'The e-mail address or the password is wrong'),
  forbidden: error(403, 4403, 'client', 'fix', 'Your role does not allow this'),
  'origin-refused': error(403, 4403, 'client', 'fix', 'Pages of this origin may not connect'),
  'not-found': error(404, 4404, 'client', 'fix', 'There is nothing here for you'),
  'email-taken': error(409, 4409, 'client', 'fix', 'The e-mail address is taken'),
  'rate-limited': error(429, 4529, 'client', 'retry', 'Too many attempts; try again later'),
  'unsupported-protocol': error(
    426,
    4426,
    'client',
    'upgrade',
    'The versions of client and server do not fit',
  ),
  conflict: error(409, 4409, 'client', 'fix', 'It is already there and differs'),
  erased: error(410, 4410, 'client', 'fix', 'The record was erased for good'),
  'too-many-connections': error(
    429,
    4530,
    'client',
    'retry',
    'Too many connections are open; close some, or try again later',
  ),
  // photos
  'unsupported-type': error(415, 4415, 'client', 'fix', 'The bytes are not a picture of a supported type'),
  'too-many-pixels': error(413, 4413, 'client', 'fix', 'The picture has more pixels than the limit'),
  'damaged-picture': error(422, 4422, 'client', 'fix', 'The picture cannot be decoded'),
  'hash-mismatch': error(422, 4422, 'client', 'retry', 'The bytes do not have the announced SHA-256'),
  quarantined: error(422, 4422, 'client', 'fix', 'Something that is no picture was found in the file'),
  'analysis-failed': error(502, 4502, 'server', 'retry', 'The analysis of the photo failed'),
  // this process
  'storage-full': error(507, 4507, 'server', 'retry', 'There is no space left to store it'),
  'storage-failed': error(500, 4500, 'server', 'retry', 'The storage failed'),
  'storage-locked': error(423, 4423, 'client', 'fix', 'Another process uses this folder'),
  'storage-damaged': error(500, 4500, 'server', 'fatal', 'The stored data cannot be read'),
  'too-slow': error(503, 4508, 'client', 'retry', 'The connection does not take what is sent to it'),
  'shutting-down': error(503, 4503, 'server', 'retry', 'The server is stopping'),
  unavailable: error(503, 4503, 'server', 'retry', 'Not ready'),
  internal: error(500, 4500, 'server', 'retry', 'Something is broken here'),
  // the device
  closed: error(410, 4410, 'client', 'fix', 'The wardrobe is closed'),
  offline: error(503, 4503, 'server', 'retry', 'The server cannot be reached'),
  'invalid-settings': error(500, 4500, 'server', 'fix', 'A setting is missing or wrong'),
} as const satisfies Record<string, ErrorKind>

export type ErrorCode = keyof typeof ERRORS

export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERRORS, code)
}

/** An expected failure with a stable code, where a value cannot be returned: at the edges of the API. */
export class ModaicsError extends Error {
  override readonly name = 'ModaicsError'
  readonly code: ErrorCode
  readonly detail: string

  constructor(code: ErrorCode, detail: string, options?: ErrorOptions) {
    super(`${code}: ${detail}`, options)
    this.code = code
    this.detail = detail
  }

  get remedy(): Remedy {
    return ERRORS[this.code].remedy
  }
}
