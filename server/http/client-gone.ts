import type { Context } from 'hono'

/** The client has hung up: nobody waits for an answer any more. No fault, and nothing to log as one. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone'
}

/** nginx's number for it: nobody sees it but the log and the metrics. */
const CLIENT_CLOSED_REQUEST = 499

export function answerToNobody(): Response {
  return new Response(null, { status: CLIENT_CLOSED_REQUEST })
}

/** What tells work for this request that its client has gone. The reason of the request's own signal may be a bare string. */
export function signalOfClient(c: Context): { readonly aborted: boolean; readonly reason: ClientGone } {
  const { signal } = c.req.raw
  return {
    get aborted() {
      return signal.aborted
    },
    reason: new ClientGone('the client has gone'),
  }
}
