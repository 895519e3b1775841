import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import {
  type ChangesOf,
  changesSchema,
  changesToSet,
  fieldsOf,
  type Json,
  ModaicsError,
  RELEASE,
  type RecordOf,
  recordSchema,
} from '@modaics/shared'
import type { Context } from 'hono'
import { authenticate, requireRole } from './authenticate.js'
import { decodeCursor, encodeCursor } from './cursor.js'
import type { HttpDeps } from './deps.js'
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
import type { RecordKind } from './record-kinds.js'
import { listRecords, readRecord } from './record-rows.js'

const inWardrobe = z.object({ wardrobe: uuidSchema.describe('The wardrobe') })
const params = z.object({ id: recordIdSchema })

const pageQuery = inWardrobe.extend({
  limit: z.coerce.number().int().min(1).max(500).default(100).describe('How many at most'),
  cursor: z.string().max(512).optional().describe('`nextCursor` of the page before'),
  includeDeleted: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true')
    .describe('Also what was removed'),
})

/** The routes of one kind: list, read, make, change, release, remove, restore. Writes become edits through the door. */
export function createRecordRoutes(deps: HttpDeps, recordKind: RecordKind): OpenAPIHono<HttpEnv> {
  const { accounts, database, door, now } = deps
  const { kind, title, tag } = recordKind
  const routes = createRoutes()
  routes.use(authenticate(accounts))

  const shown = z.object(recordSchema(kind).shape).openapi(title)
  // `deletedAt` has routes of its own; what is null is cleared
  const { deletedAt: _, ...writable } = changesSchema(kind).shape as z.ZodRawShape
  const changes = z.strictObject(writable).openapi(`${title}Changes`)
  const made = z.strictObject({ id: recordIdSchema.optional(), ...writable }).openapi(`New${title}`)
  const common = { tags: [tag], security: bearer }
  const written = { 200: jsonAnswer(shown, 'As it shows now'), ...problems(...WRITING, 'invalid-edit') }

  async function read(c: Context<HttpEnv>, permission: 'read' | 'write', wardrobe: string): Promise<void> {
    await requireRole(c, accounts, wardrobe, permission)
    await door.settled(wardrobe)
  }

  async function find(wardrobe: string, id: string): Promise<RecordOf<typeof kind>> {
    const record = await readRecord(database, wardrobe, kind, id)
    if (!record) throw new ModaicsError('not-found', `There is no such record in ${kind}`)
    return record
  }

  /** Writes, waits for the row, and reads it. An empty set writes nothing. */
  async function write(
    c: Context<HttpEnv>,
    wardrobe: string,
    id: string,
    set: Readonly<Record<string, Json>>,
  ) {
    if (Object.keys(set).length > 0) {
      const author = { source: 'user' as const, device: c.get('principal').deviceId }
      const result = await door.write(wardrobe, author, [{ kind, id, set }])
      if (!result.ok) throw new ModaicsError(result.code, result.detail)
      await door.settled(wardrobe)
    }
    return find(wardrobe, id)
  }

  routes.openapi(
    createRoute({
      ...common,
      method: 'get',
      path: '/',
      summary: `List ${kind}, a page at a time`,
      request: { query: pageQuery },
      responses: {
        200: jsonAnswer(
          z.object({ [kind]: z.array(shown), nextCursor: z.string().nullable() }),
          'By id; `nextCursor` is null on the last page',
        ),
        ...problems(...READING),
      },
    }),
    async (c) => {
      const { wardrobe, limit, cursor, includeDeleted } = c.req.valid('query')
      await read(c, 'read', wardrobe)
      const after = cursor === undefined ? undefined : decodeCursor(cursor)
      // one more than asked for tells whether there is a next page
      const found = await listRecords(database, wardrobe, kind, { limit: limit + 1, after, includeDeleted })
      const page = found.slice(0, limit)
      const last = found.length > limit ? page.at(-1) : undefined
      return c.json({ [kind]: page, nextCursor: last ? encodeCursor(last.id) : null } as never, 200)
    },
  )

  routes.openapi(
    createRoute({
      ...common,
      method: 'get',
      path: '/{id}',
      summary: `Read one of ${kind}, also a removed one`,
      request: { params, query: inWardrobe },
      responses: { 200: jsonAnswer(shown, 'The record'), ...problems(...READING) },
    }),
    async (c) => {
      const { wardrobe } = c.req.valid('query')
      await read(c, 'read', wardrobe)
      return c.json((await find(wardrobe, c.req.valid('param').id)) as never, 200)
    },
  )

  routes.openapi(
    createRoute({
      ...common,
      method: 'post',
      path: '/',
      summary: `Add to ${kind}`,
      description:
        'With an `id` of your choice (a UUIDv7, say), sending it twice adds it once: the second is refused.',
      middleware: limitBody,
      request: { query: inWardrobe, body: jsonBody(made) },
      responses: {
        201: jsonAnswer(shown, 'As it shows now'),
        ...problems(...WRITING, 'invalid-edit', 'conflict'),
      },
    }),
    async (c) => {
      const { wardrobe } = c.req.valid('query')
      await read(c, 'write', wardrobe)
      const { id: chosen, ...rest } = c.req.valid('json') as { id?: string } & ChangesOf<typeof kind>
      const id = chosen ?? recordKind.newId(rest)
      if (id === undefined) throw new ModaicsError('invalid', 'body: outfitId and itemId are required')
      if (await readRecord(database, wardrobe, kind, id))
        throw new ModaicsError(
          'conflict',
          `There is already a record with the id ${id}; change it with PATCH`,
        )
      const record = await write(c, wardrobe, id, changesToSet(kind, { createdAt: now(), ...rest }))
      c.header('location', `${c.req.path.replace(/\/$/, '')}/${encodeURIComponent(id)}?wardrobe=${wardrobe}`)
      return c.json(record as never, 201)
    },
  )

  routes.openapi(
    createRoute({
      ...common,
      method: 'patch',
      path: '/{id}',
      summary: `Change fields of one of ${kind}`,
      description: 'Null clears a field. A set is given whole, and only what differs is written.',
      middleware: limitBody,
      request: { params, query: inWardrobe, body: jsonBody(changes) },
      responses: written,
    }),
    async (c) => {
      const { wardrobe } = c.req.valid('query')
      const { id } = c.req.valid('param')
      await read(c, 'write', wardrobe)
      const current = await find(wardrobe, id)
      const set = changesToSet(kind, c.req.valid('json') as ChangesOf<typeof kind>, current)
      return c.json((await write(c, wardrobe, id, set)) as never, 200)
    },
  )

  routes.openapi(
    createRoute({
      ...common,
      method: 'post',
      path: '/{id}/release',
      summary: 'Take your word on fields back: what the analysis says shows again',
      middleware: limitBody,
      request: {
        params,
        query: inWardrobe,
        body: jsonBody(z.strictObject({ fields: z.array(z.enum(releasable(recordKind))).min(1) })),
      },
      responses: written,
    }),
    async (c) => {
      const { wardrobe } = c.req.valid('query')
      const { id } = c.req.valid('param')
      await read(c, 'write', wardrobe)
      const current = (await find(wardrobe, id)) as unknown as Readonly<Record<string, unknown>>
      const set: Record<string, Json> = {}
      for (const name of c.req.valid('json').fields) {
        const shownValue = current[name]
        // a set is released element by element, as it is written
        if (Array.isArray(shownValue) && fieldsOf(kind)[name]?.type === 'set')
          for (const element of shownValue) set[`${name}.${element}`] = RELEASE
        else set[name] = RELEASE
      }
      return c.json((await write(c, wardrobe, id, set)) as never, 200)
    },
  )

  routes.openapi(
    createRoute({
      ...common,
      method: 'delete',
      path: '/{id}',
      summary: `Remove one of ${kind}; it can be restored`,
      request: { params, query: inWardrobe },
      responses: { 204: noContent, ...problems(...WRITING, 'invalid-edit') },
    }),
    async (c) => {
      const { wardrobe } = c.req.valid('query')
      const { id } = c.req.valid('param')
      await read(c, 'write', wardrobe)
      const { deletedAt } = await find(wardrobe, id)
      if (deletedAt === null) await write(c, wardrobe, id, { deletedAt: now() })
      return c.body(null, 204)
    },
  )

  routes.openapi(
    createRoute({
      ...common,
      method: 'post',
      path: '/{id}/restore',
      summary: `Bring a removed one of ${kind} back`,
      request: { params, query: inWardrobe },
      responses: written,
    }),
    async (c) => {
      const { wardrobe } = c.req.valid('query')
      const { id } = c.req.valid('param')
      await read(c, 'write', wardrobe)
      const { deletedAt } = await find(wardrobe, id)
      return c.json(
        (await write(c, wardrobe, id, deletedAt === null ? {} : { deletedAt: null })) as never,
        200,
      )
    },
  )

  return routes
}

function releasable({ kind }: RecordKind): [string, ...string[]] {
  return Object.keys(fieldsOf(kind)).filter((name) => name !== 'deletedAt') as [string, ...string[]]
}
