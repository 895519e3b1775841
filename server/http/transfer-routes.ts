import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { checkEdit, type EditTuple, isSha256, ModaicsError } from '@modaics/shared'
import type { Context } from 'hono'
import type { Accounts } from '../auth/accounts.js'
import type { Database } from '../db/database.js'
import type { Dump, History, PastEdit } from '../history/history.js'
import type { Ingest } from '../ingest/ingest.js'
import { readPhotoFiles } from '../photos/photo-rows.js'
import type { PhotoService } from '../photos/photo-service.js'
import { createTurns } from '../photos/turns.js'
import { authenticate, requireRole } from './authenticate.js'
import type { HttpEnv } from './env.js'
import { bearer, createRoutes, jsonAnswer, jsonBody, limitBodyTo, uuidSchema } from './json.js'
import { problems, READING } from './problem.js'
import { readBody } from './read-body.js'

export interface TransferDeps {
  readonly accounts: Accounts
  readonly ingest: Ingest
  readonly history: History
  readonly photos: PhotoService
  readonly database: Database
}

/** What one request of an import may have. */
const IMPORT_BYTES = 4 * 1024 * 1024
const IMPORT_EDITS = 5_000

const tags = ['Transfer']
const params = z.object({ id: uuidSchema })
const editSchema = z.array(z.unknown()).min(5).max(8).describe('An edit as it travels')

const exportRoute = createRoute({
  method: 'get',
  path: '/wardrobes/{id}/export',
  tags,
  security: bearer,
  summary: 'Everything of a wardrobe as it is at this moment, but the bytes of its photos',
  description:
    'Lines of JSON: first `{format, wardrobe, epoch, seq, fingerprint, photos}`, then `{kind, id, edits, past}` for each record. `modaics export` makes folders and zips of it.',
  request: { params },
  responses: {
    200: {
      description: 'Lines of JSON',
      content: { 'application/x-ndjson': { schema: z.string() } },
    },
    ...problems(...READING, 'unavailable'),
  },
})

const importRoute = createRoute({
  method: 'post',
  path: '/wardrobes/{id}/import',
  tags,
  security: bearer,
  summary: 'Take edits of an export into an empty wardrobe',
  description: `For its only member, an owner. Edits keep their names, so the fingerprint is the same afterwards. At most ${IMPORT_EDITS} at once; may be repeated.`,
  middleware: limitBodyTo(IMPORT_BYTES),
  request: {
    params,
    body: jsonBody(
      z.strictObject({
        edits: z.array(editSchema).max(IMPORT_EDITS),
        past: z.array(z.tuple([z.number(), editSchema])).max(IMPORT_EDITS),
      }),
    ),
  },
  responses: {
    200: jsonAnswer(z.object({ seq: z.number() }), 'Stored'),
    ...problems(...READING, 'invalid-edit', 'clock-ahead', 'forbidden', 'conflict', 'too-large'),
  },
})

const photoRoute = createRoute({
  method: 'put',
  path: '/wardrobes/{id}/import/photos/{hash}',
  tags,
  security: bearer,
  summary: 'Take a picture of an export, as the other server kept it',
  description: 'WebP of pixels and nothing else. Stored as it is, under the name that it had.',
  request: {
    params: params.extend({ hash: z.string().refine(isSha256, 'is not a SHA-256 in lower-case hex') }),
    query: z.object({
      mime: z.enum(['image/jpeg', 'image/png', 'image/webp', 'image/avif']),
      width: z.coerce.number().int().min(1).max(1_000_000),
      height: z.coerce.number().int().min(1).max(1_000_000),
      bytes: z.coerce.number().int().min(1),
      storedAt: z.coerce.number().int().min(0).max(253_402_300_799_999),
      thumbhash: z
        .string()
        .regex(/^[A-Za-z0-9+/=_-]{1,64}$/)
        .optional(),
      perceptualHash: z
        .string()
        .regex(/^[0-9a-f]{1,64}$/)
        .optional(),
    }),
    body: {
      required: true,
      content: { 'image/webp': { schema: z.string().openapi({ type: 'string', format: 'binary' }) } },
    },
  },
  responses: {
    204: { description: 'Stored' },
    ...problems(
      ...READING,
      'forbidden',
      'conflict',
      'too-large',
      'unsupported-type',
      'damaged-picture',
      'storage-full',
    ),
  },
})

/** Out of a server and into another: `/v1/wardrobes/:id/export`, `…/import`, `…/import/photos/:hash`. */
export function createTransferRoutes(deps: TransferDeps): OpenAPIHono<HttpEnv> {
  const { accounts, ingest, history, photos, database } = deps
  const routes = createRoutes()
  // A whole wardrobe is in memory while it is written out.
  const exporting = createTurns({ atOnce: 2, waiting: 16 })
  for (const path of ['export', 'import', 'import/*'])
    routes.use(`/wardrobes/:id/${path}`, authenticate(accounts))

  /** Who imports can say what anybody has written: where there are others, that would be said in their name. */
  async function requireAlone(c: Context<HttpEnv>, wardrobeId: string): Promise<void> {
    await requireRole(c, accounts, wardrobeId, 'share')
    if ((await accounts.memberships.listMembers(wardrobeId)).length > 1)
      throw new ModaicsError('conflict', 'A wardrobe that others share takes no import')
  }

  routes.openapi(exportRoute, async (c) => {
    const { id } = c.req.valid('param')
    await requireRole(c, accounts, id, 'read')
    const dump = await exporting(async () => {
      await ingest.settled(id)
      return history.dump(id)
    })
    if (!dump) throw new ModaicsError('not-found', 'There is no such wardrobe for you')
    const { name, epoch, seq, fingerprint } = dump
    const head = {
      format: 1,
      wardrobe: { id, name },
      epoch,
      seq,
      fingerprint,
      photos: await readPhotoFiles(database, id),
    }
    return c.body(linesOf(head, dump), 200, { 'content-type': 'application/x-ndjson' }) as never
  })

  routes.openapi(importRoute, async (c) => {
    const { id } = c.req.valid('param')
    await requireAlone(c, id)
    const { edits, past } = c.req.valid('json')
    for (const edit of [...edits, ...past.map(([, one]) => one)]) {
      const checked = checkEdit(edit)
      if (!checked.ok) throw new ModaicsError('invalid-edit', checked.detail)
    }
    for (const [at] of past)
      if (!(at >= 0 && at <= 253_402_300_799_999)) throw new ModaicsError('invalid', 'past: not a time')
    const result = await ingest.import(id, edits as unknown as EditTuple[])
    if (!result.ok) throw new ModaicsError(result.code, result.detail)
    if (past.length > 0) await history.add(id, past as unknown as PastEdit[])
    return c.json({ seq: result.seq }, 200)
  })

  routes.openapi(photoRoute, async (c) => {
    const { id, hash } = c.req.valid('param')
    await requireAlone(c, id)
    // The same question as for edits: only a wardrobe that nothing but imports has written to.
    const result = await ingest.import(id, [])
    if (!result.ok) throw new ModaicsError(result.code, result.detail)
    const bytes = await readBody(c.req.raw, photos.limits.bytes)
    const { thumbhash = null, perceptualHash = null, ...facts } = c.req.valid('query')
    await photos.restore(id, { hash, thumbhash, perceptualHash, ...facts }, bytes)
    return c.body(null, 204)
  })
  return routes
}

/** A line at a time: the text of a whole wardrobe need not be in memory beside it. */
function linesOf(head: object, { records }: Dump): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let next = -1
  return new ReadableStream({
    pull(controller) {
      const line = next < 0 ? head : records[next]
      next++
      if (line === undefined) controller.close()
      else controller.enqueue(encoder.encode(`${JSON.stringify(line)}\n`))
    },
  })
}
