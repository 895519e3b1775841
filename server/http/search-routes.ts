import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { ModaicsError, recordSchema, type SearchRequest, searchSql, similarItems } from '@modaics/shared'
import { createLookalikes } from '../search/lookalikes.js'
import { authenticate, requireRole } from './authenticate.js'
import type { HttpDeps } from './deps.js'
import type { HttpEnv } from './env.js'
import { bearer, createRoutes, jsonAnswer, recordIdSchema, textSchema, uuidSchema } from './json.js'
import { problems, READING } from './problem.js'
import { listAllRecords } from './record-rows.js'

const wardrobe = uuidSchema.describe('The wardrobe')
const limit = z.coerce.number().int().min(1).max(500).default(50)
const item = recordSchema('items')
const tags = ['Search']

const search = createRoute({
  method: 'get',
  path: '/search',
  tags,
  security: bearer,
  summary: 'Find pieces by words, category and colour',
  description:
    'All that is given must hold. By colour the nearest in OKLab first, else the best match of words.',
  request: {
    query: z.object({
      wardrobe,
      text: textSchema.max(200).optional().describe('Words or beginnings of words'),
      category: textSchema.max(64).optional(),
      color: z.string().max(9).optional().openapi({ example: '#1f2a44' }),
      within: z.coerce
        .number()
        .min(0)
        .max(2)
        .optional()
        .describe('How far the colour may be off; 0.15 unless told'),
      limit,
    }),
  },
  responses: {
    200: jsonAnswer(
      z.object({ items: z.array(z.object({ item, distance: z.number().nullable() })) }),
      'Best first; `distance` of the colour',
    ),
    ...problems(...READING),
  },
})

const similar = createRoute({
  method: 'get',
  path: '/search/similar',
  tags,
  security: bearer,
  summary: 'Pieces like this one',
  description:
    'By colours, by what the local vision sees in their photos, and by kind, pattern, material and attributes.',
  request: {
    query: z.object({ wardrobe, item: recordIdSchema, limit: limit.default(10) }),
  },
  responses: {
    200: jsonAnswer(
      z.object({ items: z.array(z.object({ item, similarity: z.number() })) }),
      'Most alike first, 0 to 1',
    ),
    ...problems(...READING),
  },
})

/** Paths are relative to `/v1`. */
export function createSearchRoutes({ accounts, database, door }: HttpDeps): OpenAPIHono<HttpEnv> {
  const routes = createRoutes()
  const findLookalikes = createLookalikes(database)
  routes.use('/search', authenticate(accounts))
  routes.use('/search/*', authenticate(accounts))

  routes.openapi(search, async (c) => {
    const { wardrobe: wardrobeId, ...given } = c.req.valid('query')
    await requireRole(c, accounts, wardrobeId, 'read')
    const request = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
    const sql = searchSql(request as SearchRequest, wardrobeId)
    if (!sql) throw new ModaicsError('invalid', 'query.color: is not a colour such as #1f2a44')
    await door.settled(wardrobeId)
    const found = await database.query<{ id: string; distance: number | null }>(sql.text, sql.params)
    const items = new Map((await listAllRecords(database, wardrobeId, 'items')).map((one) => [one.id, one]))
    const shown = found.flatMap(({ id, distance }) => {
      const one = items.get(id)
      return one ? [{ item: one, distance }] : []
    })
    return c.json({ items: shown } as never, 200)
  })

  routes.openapi(similar, async (c) => {
    const { wardrobe: wardrobeId, item: id, limit } = c.req.valid('query')
    await requireRole(c, accounts, wardrobeId, 'read')
    await door.settled(wardrobeId)
    const items = new Map((await listAllRecords(database, wardrobeId, 'items')).map((one) => [one.id, one]))
    if (!items.has(id)) throw new ModaicsError('not-found', 'There is no such record in items')
    const lookalikes = await findLookalikes(wardrobeId, id)
    const found = similarItems(items.values(), id, { limit, lookalikes })
    return c.json(
      { items: found.map(({ id, similarity }) => ({ item: items.get(id), similarity })) } as never,
      200,
    )
  })
  return routes
}
