import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { ModaicsError } from '@modaics/shared'
import { orThrow } from '../auth/outcome.js'
import { authenticate, requireRole } from './authenticate.js'
import type { HttpDeps } from './deps.js'
import type { HttpEnv } from './env.js'
import {
  bearer,
  createRoutes,
  jsonAnswer,
  jsonBody,
  limitBody,
  noContent,
  textSchema,
  uuidSchema,
} from './json.js'
import { problems, READING, TOKEN, WRITING } from './problem.js'

const tags = ['Wardrobes']
const roleSchema = z.enum(['owner', 'editor', 'viewer'])

const wardrobeSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    role: roleSchema.describe('Of the user who asks'),
    createdAt: z.number().describe('ms since 1970'),
  })
  .openapi('Wardrobe')

const memberSchema = z.object({ userId: z.string(), email: z.string(), role: roleSchema }).openapi('Member')

const params = z.object({ id: uuidSchema })
const common = { tags, security: bearer }

const list = createRoute({
  ...common,
  method: 'get',
  path: '/',
  summary: 'List the wardrobes that you are a member of',
  responses: {
    200: jsonAnswer(z.object({ wardrobes: z.array(wardrobeSchema) }), 'By name'),
    ...problems(...TOKEN),
  },
})

const put = createRoute({
  ...common,
  method: 'put',
  path: '/{id}',
  summary: 'Make a wardrobe under an id of your choice, or rename it',
  description: 'Make a new random UUID for it. Sending the same again changes nothing.',
  middleware: limitBody,
  request: { params, body: jsonBody(z.strictObject({ name: textSchema.trim().min(1).max(200) })) },
  responses: {
    200: jsonAnswer(wardrobeSchema, 'It was there'),
    201: jsonAnswer(wardrobeSchema, 'It was made, and you own it'),
    ...problems(...WRITING),
  },
})

const get = createRoute({
  ...common,
  method: 'get',
  path: '/{id}',
  summary: 'One wardrobe',
  request: { params },
  responses: {
    200: jsonAnswer(wardrobeSchema, 'The wardrobe'),
    ...problems(...READING),
  },
})

const listMembers = createRoute({
  ...common,
  method: 'get',
  path: '/{id}/members',
  summary: 'List the members of a wardrobe',
  request: { params },
  responses: {
    200: jsonAnswer(z.object({ members: z.array(memberSchema) }), 'Oldest first'),
    ...problems(...READING),
  },
})

const putMember = createRoute({
  ...common,
  method: 'put',
  path: '/{id}/members',
  summary: 'Add a member, or change its role',
  description: 'For owners. The person must have an account.',
  middleware: limitBody,
  request: {
    params,
    body: jsonBody(z.strictObject({ email: z.string().trim().max(254).pipe(z.email()), role: roleSchema })),
  },
  responses: {
    200: jsonAnswer(memberSchema, 'The member'),
    ...problems(...WRITING, 'conflict'),
  },
})

const removeMember = createRoute({
  ...common,
  method: 'delete',
  path: '/{id}/members/{userId}',
  summary: 'Remove a member, or leave',
  description: 'Owners remove anybody; everybody may leave. The last owner stays.',
  request: { params: params.extend({ userId: uuidSchema }) },
  responses: {
    204: noContent,
    ...problems(...READING, 'forbidden', 'conflict'),
  },
})

/** `/v1/wardrobes` */
export function createWardrobeRoutes({ accounts }: HttpDeps): OpenAPIHono<HttpEnv> {
  const { memberships } = accounts
  const routes = createRoutes()
  routes.use(authenticate(accounts))

  routes.openapi(list, async (c) =>
    c.json({ wardrobes: await memberships.listWardrobes(c.get('principal').userId) }, 200),
  )

  routes.openapi(put, async (c) => {
    const { userId } = c.get('principal')
    const outcome = await memberships.putWardrobe(userId, c.req.valid('param').id, c.req.valid('json').name)
    const { wardrobe, made } = orThrow(outcome)
    return made ? c.json(wardrobe, 201) : c.json(wardrobe, 200)
  })

  routes.openapi(get, async (c) => {
    const { id } = c.req.valid('param')
    await requireRole(c, accounts, id, 'read')
    const wardrobes = await memberships.listWardrobes(c.get('principal').userId)
    const wardrobe = wardrobes.find((one) => one.id === id)
    if (!wardrobe) throw new ModaicsError('not-found', 'There is no such wardrobe for you')
    return c.json(wardrobe, 200)
  })

  routes.openapi(listMembers, async (c) => {
    const { id } = c.req.valid('param')
    await requireRole(c, accounts, id, 'read')
    return c.json({ members: await memberships.listMembers(id) }, 200)
  })

  routes.openapi(putMember, async (c) => {
    const { id } = c.req.valid('param')
    await requireRole(c, accounts, id, 'share')
    const { email, role } = c.req.valid('json')
    return c.json(orThrow(await memberships.putMember(id, email, role)), 200)
  })

  routes.openapi(removeMember, async (c) => {
    const { id, userId } = c.req.valid('param')
    const leaves = userId === c.get('principal').userId
    await requireRole(c, accounts, id, leaves ? 'read' : 'share')
    orThrow(await memberships.removeMember(id, userId))
    return c.body(null, 204)
  })

  return routes
}
