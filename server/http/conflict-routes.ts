import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { conflicts } from '@modaics/shared'
import { asc, desc, eq } from 'drizzle-orm'
import { authenticate, requireRole } from './authenticate.js'
import type { HttpDeps } from './deps.js'
import type { HttpEnv } from './env.js'
import { bearer, createRoutes, jsonAnswer, uuidSchema } from './json.js'
import { problems, READING } from './problem.js'

const conflictSchema = z
  .object({
    kind: z.string(),
    recordId: z.string(),
    field: z.string().describe('`tags.linen` is one element of the set `tags`'),
    value: z.unknown().describe('The value that lost'),
    winnerValue: z.unknown().describe('The value that shows'),
    by: z.string().describe('`device/writer` of the value that lost'),
    hlc: z.number().describe('Its clock'),
    writtenAt: z.number().describe('When it was written (ms since 1970)'),
  })
  .openapi('Conflict')

const list = createRoute({
  method: 'get',
  path: '/wardrobes/{id}/conflicts',
  tags: ['Conflicts'],
  security: bearer,
  summary: 'Values that were written without knowing of each other, and lost',
  description: 'To settle one, write the value that should be: with PATCH on the record. That beats both.',
  request: {
    params: z.object({ id: uuidSchema }),
    query: z.object({ limit: z.coerce.number().int().min(1).max(1000).default(200) }),
  },
  responses: {
    200: jsonAnswer(
      z.object({ conflicts: z.array(conflictSchema) }),
      'By record and field, the latest first',
    ),
    ...problems(...READING),
  },
})

/** `/v1/wardrobes/:id/conflicts` */
export function createConflictRoutes({ accounts, database, door }: HttpDeps): OpenAPIHono<HttpEnv> {
  const routes = createRoutes()
  routes.use('/wardrobes/:id/conflicts', authenticate(accounts))
  routes.openapi(list, async (c) => {
    const { id } = c.req.valid('param')
    await requireRole(c, accounts, id, 'read')
    await door.settled(id)
    const rows = await database.orm
      .select()
      .from(conflicts)
      .where(eq(conflicts.wardrobeId, id))
      .orderBy(asc(conflicts.kind), asc(conflicts.recordId), asc(conflicts.field), desc(conflicts.hlc))
      .limit(c.req.valid('query').limit)
    const shown = rows.map(({ wardrobeId: _, writtenAt, ...row }) => ({
      ...row,
      writtenAt: writtenAt.getTime(),
    }))
    return c.json({ conflicts: shown } as never, 200)
  })
  return routes
}
