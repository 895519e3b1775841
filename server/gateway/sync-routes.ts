import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { isUuid } from '@modaics/shared'
import type { Authenticator } from '../auth/authenticator.js'
import { authenticate, requireRole } from '../http/authenticate.js'
import type { HttpEnv } from '../http/env.js'
import { bearer, createRoutes } from '../http/json.js'
import { problems } from '../http/problem.js'
import { createByteBudget, readBody } from '../http/read-body.js'
import type { Ingest } from '../ingest/ingest.js'
import { HTTP_SYNC_BYTES, syncOverHttp } from './http-sync.js'

const binary = { schema: z.string().openapi({ type: 'string', format: 'binary' }) }

const syncRoute = createRoute({
  method: 'post',
  path: '/wardrobes/{wardrobeId}/sync',
  tags: ['sync'],
  security: bearer,
  summary: 'Sync in one request',
  description:
    'The frames of the WebSocket protocol (docs/PROTOCOL.md), each with its length before it as a variable-length integer: hello, updates, sync step 1. The answer holds the frames that a socket would have brought.',
  request: {
    params: z.object({ wardrobeId: z.string().refine(isUuid, 'is not a UUID in lower case') }),
    body: { required: true, content: { 'application/octet-stream': binary } },
  },
  responses: {
    200: { description: 'Frames', content: { 'application/octet-stream': binary } },
    ...problems(
      'unauthenticated',
      'token-expired',
      'not-found',
      'malformed',
      'foreign-by',
      'unsupported-protocol',
      'too-large',
      'storage-full',
      'storage-failed',
    ),
  },
})

export interface SyncRoutesDeps {
  readonly ingest: Ingest
  readonly authenticator: Authenticator
  readonly now: () => number
}

/** `/v1/wardrobes/{wardrobeId}/sync`: for background fetch, where no socket can be kept. */
export function createSyncRoutes(deps: SyncRoutesDeps): OpenAPIHono<HttpEnv> {
  const routes = createRoutes()
  const budget = createByteBudget(HTTP_SYNC_BYTES * 8)
  routes.use('/wardrobes/:wardrobeId/sync', authenticate(deps.authenticator))
  routes.openapi(syncRoute, async (c) => {
    const { wardrobeId } = c.req.valid('param')
    const principal = c.get('principal')
    const role = await requireRole(c, deps.authenticator, wardrobeId, 'read')
    const release = budget.reserve(principal.userId, c.req.raw, HTTP_SYNC_BYTES)
    try {
      const body = await readBody(c.req.raw, HTTP_SYNC_BYTES)
      const answer = await syncOverHttp(deps, { wardrobeId, principal, role, body })
      return c.body(answer as Uint8Array<ArrayBuffer>, 200, { 'content-type': 'application/octet-stream' })
    } finally {
      release()
    }
  })
  return routes
}
