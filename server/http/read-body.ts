import { ModaicsError } from '@modaics/shared'

/**
 * Reads the body of a request, and no more of it than the limit.
 *
 * @throws ModaicsError `too-large`, or `malformed` where the connection ends before the body does
 */
export async function readBody(request: Request, limit: number): Promise<Uint8Array> {
  const tooLarge = (): ModaicsError => new ModaicsError('too-large', `at most ${limit} bytes are taken`)
  if (announcedLength(request) > limit) throw tooLarge()
  if (!request.body) return new Uint8Array()
  const parts: Uint8Array[] = []
  let size = 0
  const reader = request.body.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
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
  }
  return Buffer.concat(parts, size)
}

/** Keeps the bodies that are held in memory at once within a budget. */
export interface ByteBudget {
  /**
   * Takes what the request says that its body needs, or `most` where it does not say. Returns how to give it back.
   *
   * @throws ModaicsError `unavailable` where the budget is used up
   */
  reserve(request: Request, most: number): () => void
  /** The same for so many bytes that come from elsewhere. */
  reserveBytes(bytes: number): () => void
}

export function createByteBudget(total: number): ByteBudget {
  let free = total
  const reserveBytes = (bytes: number): (() => void) => {
    if (bytes > free) throw new ModaicsError('unavailable', 'Too many uploads at once; try again in a moment')
    free -= bytes
    let given = false
    return () => {
      if (!given) free += bytes
      given = true
    }
  }
  return {
    reserveBytes,
    reserve(request, most) {
      const announced = announcedLength(request)
      return reserveBytes(Math.min(most, Number.isNaN(announced) ? most : announced))
    },
  }
}

/** `Content-Length`, or NaN where there is none. */
function announcedLength(request: Request): number {
  const header = request.headers.get('content-length')
  return header !== null && /^\d+$/.test(header) ? Number(header) : Number.NaN
}
