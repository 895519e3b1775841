import { isErrorCode, ModaicsError } from '@modaics/shared'
import { z } from 'zod'

/** A request to the server. Rejects with the problem's code where the answer is one, `offline` where there is none. */
export type Ask = (path: string, init: RequestInit) => Promise<Response>

const problemSchema = z.object({ code: z.string(), detail: z.string().optional() })

/** How long an answer may take, in ms: half a minute, and as much more as a slow connection takes for the body. */
const ANSWER_MS = 30_000
const BODY_BYTES_PER_MS = 8

/** A second sign-in only takes the place of the first; of a refresh the server gives the same answer (SE4). */
const REPEATABLE: ReadonlySet<string> = new Set(['/v1/auth/sign-in', '/v1/auth/refresh'])

/** What is to be waited for longer than this is told at once. */
const LONGEST_WAIT_S = 5

/** `unavailable`, from a server that says when to come again. */
class Unready extends ModaicsError {
  readonly waitMs: number
  constructor(detail: string, waitMs: number) {
    super('unavailable', detail)
    this.waitMs = waitMs
  }
}

/** @param base of the server, without a slash at its end */
export function createAsk(base: string, fetch: typeof globalThis.fetch): Ask {
  /** What changes nothing when it is asked twice is asked once more of a server that says when it will be ready. */
  return async (path, init) => {
    const harmless = (init.method ?? 'GET') === 'GET' || REPEATABLE.has(path)
    try {
      return await callOnce(path, init)
    } catch (error) {
      if (!harmless || !(error instanceof Unready)) throw error
      await new Promise((resolve) => setTimeout(resolve, error.waitMs))
      return callOnce(path, init)
    }
  }

  async function callOnce(path: string, init: RequestInit): Promise<Response> {
    // Without an end of its own, a request on a connection that is gone would be waited for, for minutes or for ever.
    const abort = new AbortController()
    const size = init.body instanceof Uint8Array ? init.body.byteLength : 0
    const timer = setTimeout(() => abort.abort(), ANSWER_MS + size / BODY_BYTES_PER_MS)
    // What is worth keeping is in the journal and among the pictures, where it can be erased: not in the browser's cache too.
    const response = await fetch(`${base}${path}`, { ...init, cache: 'no-store', signal: abort.signal })
      .catch((cause: unknown) => {
        throw new ModaicsError('offline', `${base} cannot be reached`, { cause })
      })
      .finally(() => clearTimeout(timer))
    if (response.ok) return response
    const problem = problemSchema.safeParse(await response.json().catch(() => null))
    const { code, detail = `the server answered ${response.status}` } = problem.data ?? { code: '' }
    const known = isErrorCode(code) ? code : response.status >= 500 ? 'unavailable' : 'invalid'
    const wait = Number(response.headers.get('retry-after') ?? Number.NaN)
    throw known === 'unavailable' && wait <= LONGEST_WAIT_S
      ? new Unready(detail, wait * 1000)
      : new ModaicsError(known, detail)
  }
}
