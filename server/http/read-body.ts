import { ModaicsError } from '@modaics/shared'

/** A body that brings less than this in this time is given up: a kilobyte a second. */
const STALL_BYTES = 16_384
const STALL_MS = 15_000

/**
 * Reads the body of a request, and no more of it than the limit.
 *
 * @throws ModaicsError `too-large`, `too-slow`, or `malformed` where the connection ends before the body does
 */
export async function readBody(request: Request, limit: number): Promise<Uint8Array> {
  const tooLarge = (): ModaicsError => new ModaicsError('too-large', `at most ${limit} bytes are taken`)
  if (announcedLength(request) > limit) throw tooLarge()
  if (!request.body) return new Uint8Array()
  const parts: Uint8Array[] = []
  let size = 0
  const reader = request.body.getReader()
  let seen = 0
  let stalled = false
  const watch = setInterval(() => {
    stalled ||= size - seen < STALL_BYTES
    seen = size
    if (stalled) void reader.cancel().catch(() => {}) // what it is read for says why
  }, STALL_MS)
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (stalled) throw new ModaicsError('too-slow', 'the body does not come')
      if (done) break
      size += value.byteLength
      if (size > limit) {
        await reader.cancel()
        throw tooLarge()
      }
      parts.push(value)
    }
  } catch (error) {
    if (error instanceof ModaicsError) throw error
    throw new ModaicsError('malformed', 'the body ended too early', { cause: error })
  } finally {
    clearInterval(watch)
  }
  return Buffer.concat(parts, size)
}

/** Keeps the bodies that are held in memory at once within a budget. */
export interface ByteBudget {
  /**
   * Takes what the request says that its body needs, or `most` where it does not say. Returns how to give it back. One holder gets
   * a quarter of the budget and no more, but always one body: nobody can hold it against the others.
   *
   * @throws ModaicsError `unavailable` where the budget, or the holder's part of it, is used up
   */
  reserve(holder: string, request: Request, most: number): () => void
  /** The same for so many bytes that come from elsewhere. */
  reserveBytes(holder: string, bytes: number): () => void
}

const SHARE = 1 / 4

export function createByteBudget(total: number): ByteBudget {
  let free = total
  const held = new Map<string, number>()
  const reserveBytes = (holder: string, bytes: number): (() => void) => {
    const own = held.get(holder) ?? 0
    if (bytes > free || (own > 0 && own + bytes > total * SHARE))
      throw new ModaicsError('unavailable', 'Too many uploads at once; try again in a moment')
    free -= bytes
    held.set(holder, own + bytes)
    let given = false
    return () => {
      if (given) return
      given = true
      free += bytes
      const left = (held.get(holder) ?? 0) - bytes
      if (left > 0) held.set(holder, left)
      else held.delete(holder)
    }
  }
  return {
    reserveBytes,
    reserve(holder, request, most) {
      const announced = announcedLength(request)
      return reserveBytes(holder, Math.min(most, Number.isNaN(announced) ? most : announced))
    },
  }
}

/** `Content-Length`, or NaN where there is none. */
function announcedLength(request: Request): number {
  const header = request.headers.get('content-length')
  return header !== null && /^\d+$/.test(header) ? Number(header) : Number.NaN
}
