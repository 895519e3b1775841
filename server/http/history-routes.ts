import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { ModaicsError } from '@modaics/shared'
import { authenticate, requireRole } from './authenticate.js'
import type { HttpDeps } from './deps.js'
import type { HttpEnv } from './env.js'
import { bearer, createRoutes, jsonAnswer, recordIdSchema, uuidSchema } from './json.js'
import { problems, READING } from './problem.js'

const tags = ['History']
const params = z.object({ id: uuidSchema })

const entrySchema = z
  .object({
    kind: z.string(),
    id: z.string(),
    name: z.tuple([z.number(), z.string()]).describe('Clock and `device/writer`: the name of the edit'),
    at: z.number().describe('ms since 1970'),
    device: z.string().describe('Who wrote it'),
    source: z.string().describe('user, vision or device'),
    changes: z.record(z.string(), z.unknown()).describe('Field → value; null clears'),
    shows: z.array(z.string()).describe('Those of the fields that still show it'),
  })
  .openapi('HistoryEntry')

const historyRoute = createRoute({
  method: 'get',
  path: '/wardrobes/{id}/history',
  tags,
  security: bearer,
  summary: 'Who wrote what of a record, and when',
  description:
    'What is overwritten is kept for HISTORY_DAYS. To restore a version, write its changes with PATCH on the record.',
  request: {
    params,
    query: z.object({
      kind: z
        .string()
        .regex(/^[a-z][a-z0-9_]{0,63}$/)
        .describe('items, outfits, …'),
      record: recordIdSchema,
    }),
  },
  responses: {
    200: jsonAnswer(z.object({ history: z.array(entrySchema) }), 'Latest first; none for no such record'),
    ...problems(...READING),
  },
})

const stateRoute = createRoute({
  method: 'get',
  path: '/wardrobes/{id}/fingerprint',
  tags,
  security: bearer,
  summary: 'Where the wardrobe stands, and the fingerprint of what it holds',
  description: 'Whoever holds the same edits has the same fingerprint (`wardrobe.fingerprint()` of the SDK).',
  request: { params },
  responses: {
    200: jsonAnswer(
      z.object({
        epoch: z.number(),
        seq: z.number().describe('The newest commit'),
        fingerprint: z.string().describe('16 hexadecimal digits'),
        records: z.number().describe('Of all kinds, removed ones included'),
      }),
      'The state',
    ),
    ...problems(...READING),
  },
})

/** `/v1/wardrobes/:id/history` and `…/fingerprint` */
export function createHistoryRoutes({ accounts, history, door }: HttpDeps): OpenAPIHono<HttpEnv> {
  const routes = createRoutes()
  for (const path of ['history', 'fingerprint']) routes.use(`/wardrobes/:id/${path}`, authenticate(accounts))

  routes.openapi(historyRoute, async (c) => {
    const { id } = c.req.valid('param')
    await requireRole(c, accounts, id, 'read')
    await door.settled(id)
    const { kind, record } = c.req.valid('query')
    return c.json({ history: await history.read(id, { kind, id: record }) } as never, 200)
  })

  routes.openapi(stateRoute, async (c) => {
    const { id } = c.req.valid('param')
    await requireRole(c, accounts, id, 'read')
    await door.settled(id)
    const state = await history.state(id)
    if (!state) throw new ModaicsError('not-found', 'There is no such wardrobe for you')
    return c.json({ ...state }, 200)
  })
  return routes
}
