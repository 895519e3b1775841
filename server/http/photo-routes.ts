import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { isSha256, ModaicsError } from '@modaics/shared'
import type { Authenticator } from '../auth/authenticator.js'
import type { PhotoService } from '../photos/photo-service.js'
import { VARIANT_NAMES } from '../photos/photo-store.js'
import { authenticate, requireRole } from './authenticate.js'
import type { HttpEnv } from './env.js'
import { bearer, createRoutes, jsonAnswer, jsonBody, limitBody, recordIdSchema, uuidSchema } from './json.js'
import { problems } from './problem.js'
import { createByteBudget, readBody } from './read-body.js'

const wardrobe = uuidSchema.describe('The wardrobe')
const hash = z.string().refine(isSha256, 'is not a SHA-256 in lower-case hex')
const params = z.object({ hash: hash.describe('SHA-256 of the uploaded bytes, lower-case hex') })
const tags = ['Photos']

const photoSchema = z
  .object({
    hash: z.string(),
    mime: z.string().describe('Media type of the uploaded bytes'),
    width: z.number().int(),
    height: z.number().int(),
    bytes: z.number().int().describe('Size of the uploaded bytes'),
    storedAt: z.number().int().describe('ms since 1970, UTC'),
  })
  .openapi('StoredPhoto')

const statusSchema = z
  .object({
    stored: photoSchema.nullable().describe('null while the bytes are not stored'),
    records: z.array(
      z.object({
        id: z.string(),
        analysed: z.boolean(),
        failure: z.object({ code: z.string(), detail: z.string() }).nullable(),
      }),
    ),
  })
  .openapi('PhotoStatus')

const binary = { schema: z.string().openapi({ type: 'string', format: 'binary' }) }

const putRoute = createRoute({
  method: 'put',
  path: '/photos/{hash}',
  tags,
  security: bearer,
  summary: 'Store a picture',
  description:
    'The raw bytes of a JPEG, PNG, WebP or AVIF. It is checked, turned upright, and kept in three sizes without its metadata. May be repeated.',
  request: {
    params,
    query: z.object({ wardrobe }),
    body: { required: true, content: { 'application/octet-stream': binary } },
  },
  responses: {
    200: jsonAnswer(photoSchema, 'It was stored before'),
    201: jsonAnswer(photoSchema, 'Stored'),
    ...problems(
      'unauthenticated',
      'forbidden',
      'not-found',
      'too-large',
      'too-many-pixels',
      'hash-mismatch',
      'unsupported-type',
      'damaged-picture',
      'storage-full',
      'unavailable',
    ),
  },
})

const getRoute = createRoute({
  method: 'get',
  path: '/photos/{hash}',
  tags,
  security: bearer,
  summary: 'A picture in one of its sizes',
  request: {
    params,
    query: z.object({
      wardrobe,
      variant: z
        .enum(VARIANT_NAMES as [string, ...string[]])
        .default('full')
        .describe('Longest edge 2048, 640 or 160 pixels'),
    }),
  },
  responses: {
    200: { description: 'The picture', content: { 'image/webp': binary } },
    304: { description: 'It is what If-None-Match names' },
    ...problems('unauthenticated', 'not-found'),
  },
})

const statusRoute = createRoute({
  method: 'get',
  path: '/photos/{hash}/status',
  tags,
  security: bearer,
  summary: 'Whether a picture is stored and looked at',
  request: { params, query: z.object({ wardrobe }) },
  responses: {
    200: jsonAnswer(statusSchema, 'How far it is'),
    ...problems('unauthenticated', 'not-found'),
  },
})

const analyzeRoute = createRoute({
  method: 'post',
  path: '/ai/analyze',
  tags: ['AI'],
  security: bearer,
  summary: 'Look at a photo again',
  description:
    'After a failed analysis, or one that another analyser had to stand in for. The result arrives as an edit.',
  middleware: limitBody,
  request: { body: jsonBody(z.object({ wardrobe, photoId: recordIdSchema })) },
  responses: {
    202: jsonAnswer(z.object({ queued: z.literal(true) }), 'It will be looked at'),
    ...problems('unauthenticated', 'forbidden', 'not-found', 'unavailable'),
  },
})

/** Bodies of uploads in memory at once. */
const UPLOAD_BUDGET = 256 * 1024 * 1024

/** Pictures and their analysis; paths are relative to `/v1`. */
export function createPhotoRoutes(service: PhotoService, authenticator: Authenticator): OpenAPIHono<HttpEnv> {
  const routes = createRoutes()
  const budget = createByteBudget(UPLOAD_BUDGET)
  routes.use('/photos/*', authenticate(authenticator))
  routes.use('/ai/analyze', authenticate(authenticator))

  routes.openapi(putRoute, async (c) => {
    const wardrobeId = c.req.valid('query').wardrobe
    await requireRole(c, authenticator, wardrobeId, 'write')
    const release = budget.reserve(c.req.raw, service.limits.bytes)
    try {
      const bytes = await readBody(c.req.raw, service.limits.bytes)
      const { file, created } = await service.store(wardrobeId, c.req.valid('param').hash, bytes)
      return c.json({ ...file }, created ? 201 : 200)
    } finally {
      release()
    }
  })

  routes.openapi(getRoute, async (c) => {
    const { wardrobe: wardrobeId, variant } = c.req.valid('query')
    const { hash: name } = c.req.valid('param')
    await requireRole(c, authenticator, wardrobeId, 'read')
    const chosen = VARIANT_NAMES.find((each) => each === variant) ?? 'full'
    const etag = `"${name.slice(0, 32)}-${chosen}"`
    const headers = {
      etag,
      'cache-control': 'private, max-age=31536000, immutable',
      vary: 'Authorization',
      'x-content-type-options': 'nosniff',
    }
    const bytes = await service.read(wardrobeId, name, chosen)
    if (!bytes) throw new ModaicsError('not-found', 'There is no such picture in this wardrobe')
    if (namesTag(c.req.header('if-none-match'), etag)) return c.body(null, 304, headers)
    return c.body(new Uint8Array(bytes), 200, { ...headers, 'content-type': 'image/webp' })
  })

  routes.openapi(statusRoute, async (c) => {
    const wardrobeId = c.req.valid('query').wardrobe
    await requireRole(c, authenticator, wardrobeId, 'read')
    const { file, records } = await service.status(wardrobeId, c.req.valid('param').hash)
    return c.json({ stored: file && { ...file }, records: [...records] }, 200)
  })

  routes.openapi(analyzeRoute, async (c) => {
    const { wardrobe: wardrobeId, photoId } = c.req.valid('json')
    await requireRole(c, authenticator, wardrobeId, 'write')
    await service.analyse(wardrobeId, photoId)
    return c.json({ queued: true as const }, 202)
  })

  return routes
}

/** RFC 9110 §13.1.2: a list of tags, weak ones too, or `*`. */
function namesTag(header: string | undefined, etag: string): boolean {
  return (header ?? '').split(',').some((tag) => ['*', etag].includes(tag.trim().replace(/^W\//, '')))
}
