import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { KIND_NAMES, ModaicsError } from '@modaics/shared'
import type { Accounts } from '../auth/accounts.js'
import type { Purges } from '../erasure/purges.js'
import type { Door } from '../ingest/door.js'
import { authenticate, requireRole } from './authenticate.js'
import type { HttpEnv } from './env.js'
import {
  bearer,
  createRoutes,
  jsonAnswer,
  jsonBody,
  limitBody,
  noContent,
  recordIdSchema,
  uuidSchema,
} from './json.js'
import { problems, READING, WRITING } from './problem.js'

export interface PurgeRoutesDeps {
  readonly accounts: Accounts
  readonly door: Door
  readonly purges: Purges
  /** how long a purged record can be restored, in ms */
  readonly afterMs: number
  readonly onAsked: () => void
}

const common = { tags: ['Purges'], security: bearer }
const params = z.object({ id: uuidSchema })
const record = { kind: z.enum(KIND_NAMES), record: recordIdSchema }
const times = {
  askedAt: z.number().describe('ms since 1970'),
  erasedAt: z.number().describe('From when on nothing is left of it, ms since 1970'),
}

const ask = createRoute({
  ...common,
  method: 'post',
  path: '/wardrobes/{id}/purges',
  summary: 'Erase a removed record for good',
  description:
    'For owners. Its edits, its history and, of a piece, its photos are erased everywhere after ERASE_AFTER_DAYS, and no device can bring it back. Until then a restore keeps it. Asking again changes nothing.',
  middleware: limitBody,
  request: { params, body: jsonBody(z.strictObject(record)) },
  responses: {
    202: jsonAnswer(z.object(times), 'It will be erased'),
    ...problems(...WRITING, 'conflict'),
  },
})

const list = createRoute({
  ...common,
  method: 'get',
  path: '/wardrobes/{id}/purges',
  summary: 'What is going to be erased',
  request: { params },
  responses: {
    200: jsonAnswer(z.object({ purges: z.array(z.object({ ...record, ...times })) }), 'The earliest first'),
    ...problems(...READING),
  },
})

const cancel = createRoute({
  ...common,
  method: 'delete',
  path: '/wardrobes/{id}/purges/{kind}/{record}',
  summary: 'Keep a record that was to be erased',
  description: 'For owners. It stays removed.',
  request: { params: params.extend(record) },
  responses: { 204: noContent, ...problems(...READING, 'forbidden') },
})

/** `/v1/wardrobes/:id/purges` */
export function createPurgeRoutes({
  accounts,
  door,
  purges,
  afterMs,
  onAsked,
}: PurgeRoutesDeps): OpenAPIHono<HttpEnv> {
  const routes = createRoutes()
  for (const path of ['', '/*']) routes.use(`/wardrobes/:id/purges${path}`, authenticate(accounts))

  routes.openapi(ask, async (c) => {
    const { id } = c.req.valid('param')
    await requireRole(c, accounts, id, 'erase')
    const { kind, record } = c.req.valid('json')
    await door.settled(id)
    const askedAt = await purges.ask(id, { kind, id: record }, c.get('principal').userId)
    if (askedAt === null) throw new ModaicsError('conflict', 'Only a removed record can be purged')
    if (afterMs === 0) onAsked()
    return c.json({ askedAt, erasedAt: askedAt + afterMs }, 202)
  })

  routes.openapi(list, async (c) => {
    const { id } = c.req.valid('param')
    await requireRole(c, accounts, id, 'read')
    const waiting = await purges.list(id)
    const shown = waiting.map(({ kind, id: record, askedAt }) => ({
      kind,
      record,
      askedAt,
      erasedAt: askedAt + afterMs,
    }))
    return c.json({ purges: shown } as never, 200)
  })

  routes.openapi(cancel, async (c) => {
    const { id, kind, record } = c.req.valid('param')
    await requireRole(c, accounts, id, 'erase')
    if (!(await purges.cancel(id, { kind, id: record })))
      throw new ModaicsError('not-found', 'That record does not wait to be erased')
    return c.body(null, 204)
  })
  return routes
}
