import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { isSha256, ModaicsError } from '@modaics/shared'
import type { Authenticator } from '../auth/authenticator.js'
import type { PhotoLinks } from '../photos/photo-links.js'
import type { PhotoService } from '../photos/photo-service.js'
import { type PhotoKey, PICTURE_FORMATS, VARIANT_NAMES } from '../photos/photo-store.js'
import { authenticate, requireRole } from './authenticate.js'
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
import { createByteBudget, readBody } from './read-body.js'
import { sendPicture } from './send-picture.js'

const wardrobe = uuidSchema.describe('The wardrobe')
const hash = z.string().refine(isSha256, 'is not a SHA-256 in lower-case hex')
const variant = z.enum(VARIANT_NAMES).default('full').describe('Longest edge 2048, 640 or 160 pixels')
const format = z.enum(PICTURE_FORMATS)
const params = z.object({ hash: hash.describe('SHA-256 of the uploaded bytes, lower-case hex') })
const tags = ['Photos']

const photoSchema = z
  .object({
    hash: z.string(),
    mime: z.string().describe('Media type of the uploaded bytes'),
    width: z.number().int(),
    height: z.number().int(),
    bytes: z.number().int().describe('Size of the uploaded bytes'),
    thumbhash: z.string().nullable().describe('A placeholder (ThumbHash, base64)'),
    perceptualHash: z.string().nullable().describe('64 bits that pictures of the same look share, hex'),
    storedAt: z.number().int().describe('ms since 1970, UTC'),
  })
  .openapi('StoredPhoto')

const statusSchema = z
  .object({
    // not `nullable()`: of a schema with a name the document would say that it is the object, and null besides
    stored: z.union([photoSchema, z.null()]).describe('null while the bytes are not stored'),
    quarantined: z.string().nullable().describe('What was found in an upload that was refused'),
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
    'The raw bytes of a JPEG, PNG, WebP or AVIF. It is checked, turned upright, and kept in three sizes, as WebP and AVIF, without its metadata. May be repeated.',
  request: {
    params,
    query: z.object({ wardrobe }),
    body: { required: true, content: { 'application/octet-stream': binary } },
  },
  responses: {
    200: jsonAnswer(photoSchema, 'It was stored before'),
    201: jsonAnswer(photoSchema, 'Stored'),
    ...problems(
      ...READING,
      'forbidden',
      'too-large',
      'too-many-pixels',
      'hash-mismatch',
      'unsupported-type',
      'damaged-picture',
      'quarantined',
      'storage-full',
      'unavailable',
    ),
  },
})

const inviteRoute = createRoute({
  method: 'post',
  path: '/photos/{hash}/upload',
  tags,
  security: bearer,
  summary: 'How to upload a picture',
  description:
    'Where the server keeps pictures in an object store, URLs that take them without the server in between; ask for `/complete` afterwards. `server`: PUT it to this server. `stored`: there is nothing to do.',
  middleware: limitBody,
  request: {
    params,
    query: z.object({ wardrobe }),
    body: jsonBody(z.object({ bytes: z.number().int().min(1).describe('Size of the picture') })),
  },
  responses: {
    200: jsonAnswer(
      z.discriminatedUnion('type', [
        z.object({ type: z.literal('stored'), file: photoSchema }),
        z.object({ type: z.literal('server') }),
        z.object({
          type: z.literal('put'),
          url: z.string(),
          headers: z.record(z.string(), z.string()).describe('To be sent with the PUT, as they are'),
          expiresAt: z.number().int(),
        }),
        z.object({
          type: z.literal('parts'),
          uploadId: z.string(),
          partBytes: z.number().int().describe('Size of each part but the last'),
          urls: z.array(z.string()).describe('One PUT a part, in order; keep the ETag of each answer'),
          expiresAt: z.number().int(),
        }),
      ]),
      'What to do',
    ),
    ...problems(...WRITING, 'storage-failed'),
  },
})

const completeRoute = createRoute({
  method: 'post',
  path: '/photos/{hash}/complete',
  tags,
  security: bearer,
  summary: 'Take in what was uploaded by invitation',
  description: 'It is checked as any upload: the bytes are read, their SHA-256 is compared. May be repeated.',
  middleware: limitBody,
  request: {
    params,
    query: z.object({ wardrobe }),
    body: jsonBody(
      z.object({
        uploadId: textSchema.min(1).max(1024).optional(),
        etags: z.array(z.string().min(1).max(256)).max(10_000).optional(),
      }),
    ),
  },
  responses: {
    200: jsonAnswer(photoSchema, 'It was stored before'),
    201: jsonAnswer(photoSchema, 'Stored'),
    ...problems(
      ...WRITING,
      'too-many-pixels',
      'hash-mismatch',
      'unsupported-type',
      'damaged-picture',
      'quarantined',
      'storage-failed',
      'unavailable',
    ),
  },
})

const linkRoute = createRoute({
  method: 'get',
  path: '/photos/{hash}/link',
  tags,
  security: bearer,
  summary: 'A URL of a picture that needs no token, for a while',
  request: {
    params,
    query: z.object({
      wardrobe,
      variant,
      format: format.default('webp'),
      seconds: z.coerce.number().int().min(1).max(604_800).default(3_600).describe('How long it is valid'),
    }),
  },
  responses: {
    200: jsonAnswer(z.object({ url: z.string(), expiresAt: z.number().int() }), 'The URL'),
    ...problems(...READING),
  },
})

const linkedRoute = createRoute({
  method: 'get',
  path: '/pictures/{hash}',
  tags,
  summary: 'A picture by a signed URL, as `/link` gives it',
  request: {
    params,
    query: z.object({ wardrobe, variant, format, expires: z.string(), signature: z.string() }),
  },
  responses: {
    200: { description: 'The picture', content: { 'image/webp': binary, 'image/avif': binary } },
    206: { description: 'The part that Range names' },
    304: { description: 'It is what If-None-Match names' },
    416: { description: 'Range is beyond its end' },
    ...problems('invalid', 'forbidden', 'not-found'),
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
      variant,
      format: format.optional().describe('AVIF where Accept names it, else WebP, unless told'),
    }),
  },
  responses: {
    200: { description: 'The picture', content: { 'image/webp': binary, 'image/avif': binary } },
    206: { description: 'The part that Range names' },
    304: { description: 'It is what If-None-Match names' },
    416: { description: 'Range is beyond its end' },
    ...problems(...READING),
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
    ...problems(...READING),
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
    ...problems(...WRITING, 'unavailable'),
  },
})

export interface PhotoRoutesOptions {
  readonly service: PhotoService
  readonly authenticator: Authenticator
  readonly links: PhotoLinks
  /** ms since 1970 */
  readonly now: () => number
}

/** Bodies of uploads in memory at once. */
const UPLOAD_BUDGET = 256 * 1024 * 1024

/** Pictures and their analysis; paths are relative to `/v1`. */
export function createPhotoRoutes({
  service,
  authenticator,
  links,
  now,
}: PhotoRoutesOptions): OpenAPIHono<HttpEnv> {
  const routes = createRoutes()
  const budget = createByteBudget(UPLOAD_BUDGET)
  routes.use('/photos/*', authenticate(authenticator))
  routes.use('/ai/analyze', authenticate(authenticator))

  routes.openapi(putRoute, async (c) => {
    const wardrobeId = c.req.valid('query').wardrobe
    await requireRole(c, authenticator, wardrobeId, 'write')
    const release = budget.reserve(c.get('principal').userId, c.req.raw, service.limits.bytes)
    try {
      const bytes = await readBody(c.req.raw, service.limits.bytes)
      const { file, created } = await service.store(wardrobeId, c.req.valid('param').hash, bytes)
      return c.json({ ...file }, created ? 201 : 200)
    } finally {
      release()
    }
  })

  routes.openapi(inviteRoute, async (c) => {
    const wardrobeId = c.req.valid('query').wardrobe
    await requireRole(c, authenticator, wardrobeId, 'write')
    const { bytes } = c.req.valid('json')
    const invitation = await service.invite(wardrobeId, c.req.valid('param').hash, bytes)
    return c.json(invitation as never, 200)
  })

  routes.openapi(completeRoute, async (c) => {
    const wardrobeId = c.req.valid('query').wardrobe
    await requireRole(c, authenticator, wardrobeId, 'write')
    const { uploadId, etags } = c.req.valid('json')
    const release = budget.reserveBytes(c.get('principal').userId, service.limits.bytes)
    try {
      const parts = uploadId !== undefined ? { uploadId, etags: etags ?? [] } : undefined
      const { file, created } = await service.complete(wardrobeId, c.req.valid('param').hash, parts)
      return c.json({ ...file }, created ? 201 : 200)
    } finally {
      release()
    }
  })

  async function pictureOf(key: PhotoKey): Promise<Uint8Array> {
    const bytes = await service.read(key)
    if (!bytes) throw new ModaicsError('not-found', 'There is no such picture in this wardrobe')
    return bytes
  }

  routes.openapi(getRoute, async (c) => {
    const { wardrobe: wardrobeId, variant, format = accepted(c.req.header('accept')) } = c.req.valid('query')
    await requireRole(c, authenticator, wardrobeId, 'read')
    const key = { wardrobeId, hash: c.req.valid('param').hash, variant, format }
    return sendPicture(c, key, await pictureOf(key), { vary: 'Authorization, Accept' })
  })

  routes.openapi(linkRoute, async (c) => {
    const { wardrobe: wardrobeId, variant, format, seconds } = c.req.valid('query')
    await requireRole(c, authenticator, wardrobeId, 'read')
    const key = { wardrobeId, hash: c.req.valid('param').hash, variant, format }
    const expiresAt = (Math.floor(now() / 1_000) + seconds) * 1_000
    if (!(await service.has(key)))
      throw new ModaicsError('not-found', 'There is no such picture in this wardrobe')
    const direct = await service.directLink(key, seconds)
    const url = direct ?? `/v1/pictures/${key.hash}?${links.sign(key, expiresAt)}`
    return c.json({ url, expiresAt }, 200)
  })

  routes.openapi(linkedRoute, async (c) => {
    const { wardrobe: wardrobeId, variant, format, expires, signature } = c.req.valid('query')
    const key = { wardrobeId, hash: c.req.valid('param').hash, variant, format }
    if (!links.verify(key, expires, signature, now()))
      throw new ModaicsError('forbidden', 'The link has expired, or was not made by this server')
    return sendPicture(c, key, await pictureOf(key), { 'cross-origin-resource-policy': 'cross-origin' })
  })

  routes.openapi(statusRoute, async (c) => {
    const wardrobeId = c.req.valid('query').wardrobe
    await requireRole(c, authenticator, wardrobeId, 'read')
    const { file, quarantined, records } = await service.status(wardrobeId, c.req.valid('param').hash)
    return c.json({ stored: file && { ...file }, quarantined, records: [...records] }, 200)
  })

  routes.openapi(analyzeRoute, async (c) => {
    const { wardrobe: wardrobeId, photoId } = c.req.valid('json')
    await requireRole(c, authenticator, wardrobeId, 'write')
    await service.analyse(wardrobeId, photoId)
    return c.json({ queued: true as const }, 202)
  })

  return routes
}

/** AVIF only where it is named: `*\/*` is what everything sends that has never heard of it. */
function accepted(header: string | undefined): PhotoKey['format'] {
  return /\bimage\/avif\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/.test(header ?? '') ? 'avif' : 'webp'
}
