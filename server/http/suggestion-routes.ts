import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import {
  decidedFields,
  type EditTuple,
  ModaicsError,
  type Offer,
  recordSchema,
  suggest,
  tupleToEdit,
} from '@modaics/shared'
import type { Context } from 'hono'
import { authenticate, requireRole } from './authenticate.js'
import type { HttpDeps } from './deps.js'
import type { HttpEnv } from './env.js'
import {
  bearer,
  createRoutes,
  jsonAnswer,
  jsonBody,
  limitBody,
  recordIdSchema,
  textSchema,
  uuidSchema,
} from './json.js'
import { problems, READING, WRITING } from './problem.js'
import { listAllRecords, readRecord } from './record-rows.js'

const suggestion = z
  .object({
    itemId: z.string(),
    field: z
      .string()
      .describe('`kind` (category and subcategory), a field of items, or `attributes.` and its id'),
    label: z.string(),
    confidence: z.number(),
    photoId: z.string(),
    set: z.record(z.string(), z.unknown()).describe('What accepting it writes'),
  })
  .openapi('Offer')
const common = { tags: ['Photos'], security: bearer }

/** `/v1/suggestions`: values that the analysis of photos is not sure enough of to set. */
export function createSuggestionRoutes({ accounts, database, door }: HttpDeps): OpenAPIHono<HttpEnv> {
  const routes = createRoutes()
  routes.use('/suggestions', authenticate(accounts))
  routes.use('/suggestions/*', authenticate(accounts))

  async function find(
    c: Context<HttpEnv>,
    permission: 'read' | 'write',
    wardrobe: string,
    id: string,
  ): Promise<Offer[]> {
    await requireRole(c, accounts, wardrobe, permission)
    await door.settled(wardrobe)
    const item = await readRecord(database, wardrobe, 'items', id)
    if (!item || item.deletedAt !== null)
      throw new ModaicsError('not-found', 'There is no such record in items')
    const [fold] = await database.query<{ live: readonly EditTuple[] }>(
      `select live from folds where wardrobe_id = $1 and kind = 'items' and id = $2`,
      [wardrobe, id],
    )
    const photos = await listAllRecords(database, wardrobe, 'photos')
    return suggest(item, photos, decidedFields((fold?.live ?? []).map(tupleToEdit)))
  }

  routes.openapi(
    createRoute({
      ...common,
      method: 'get',
      path: '/suggestions',
      summary: 'What the analysis of its photos offers for a piece',
      description:
        'The likeliest first within what it is about. Of what a person has said nothing is offered.',
      request: { query: z.object({ wardrobe: uuidSchema, item: recordIdSchema }) },
      responses: {
        200: jsonAnswer(z.object({ suggestions: z.array(suggestion) }), 'What may be accepted'),
        ...problems(...READING),
      },
    }),
    async (c) => {
      const { wardrobe, item } = c.req.valid('query')
      return c.json({ suggestions: await find(c, 'read', wardrobe, item) } as never, 200)
    },
  )

  routes.openapi(
    createRoute({
      ...common,
      method: 'post',
      path: '/suggestions/accept',
      summary: 'Accept a suggestion: it becomes the word of the person',
      middleware: limitBody,
      request: {
        query: z.object({ wardrobe: uuidSchema }),
        body: jsonBody(
          z.strictObject({ itemId: recordIdSchema, field: textSchema.max(80), label: textSchema.max(80) }),
        ),
      },
      responses: {
        200: jsonAnswer(recordSchema('items'), 'The piece as it shows now'),
        ...problems(...WRITING),
      },
    }),
    async (c) => {
      const { wardrobe } = c.req.valid('query')
      const { itemId, field, label } = c.req.valid('json')
      const offered = await find(c, 'write', wardrobe, itemId)
      const chosen = offered.find((one) => one.field === field && one.label === label)
      if (!chosen) throw new ModaicsError('not-found', 'That is not offered, or not any more')
      const author = { source: 'user' as const, device: c.get('principal').deviceId }
      const written = await door.write(wardrobe, author, [{ kind: 'items', id: itemId, set: chosen.set }])
      if (!written.ok) throw new ModaicsError(written.code, written.detail)
      await door.settled(wardrobe)
      return c.json((await readRecord(database, wardrobe, 'items', itemId)) as never, 200)
    },
  )
  return routes
}
