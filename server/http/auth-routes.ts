import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { ModaicsError } from '@modaics/shared'
import type { Context } from 'hono'
import { orThrow } from '../auth/outcome.js'
import { createCredentialLimiter } from '../auth/rate-limit.js'
import { authenticate } from './authenticate.js'
import { clientAddress } from './client-address.js'
import type { HttpDeps } from './deps.js'
import type { HttpEnv } from './env.js'
import { bearer, createRoutes, jsonAnswer, jsonBody, limitBody, noContent, textSchema } from './json.js'
import { problem, problems, TOKEN } from './problem.js'

const tags = ['Accounts']

const credentialsSchema = z
  .strictObject({
    email: z.string().trim().max(254).pipe(z.email()).openapi({ example: 'ada@example.com' }),
    password: z.string().min(1).max(1024).openapi({ example: 'a long and odd sentence' }),
    deviceId: z
      .string()
      .max(64)
      .describe('Made once by the device and kept: 8 to 64 letters, digits, _ or -'),
    deviceName: textSchema.trim().min(1).max(100).optional().describe('What the list of devices shows'),
  })
  .openapi('Credentials')

const signedInSchema = z
  .object({
    user: z.object({ id: z.string(), email: z.string() }),
    deviceId: z.string(),
    accessToken: z.string().describe('For Authorization: Bearer'),
    accessTokenExpiresAt: z.number().describe('ms since 1970'),
    refreshToken: z
      .string()
      .describe('Keep it secret. Used again after its successor, or after two minutes, its session ends'),
    refreshTokenExpiresAt: z.number().describe('ms since 1970'),
  })
  .openapi('SignedIn')

const deviceSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    createdAt: z.number().describe('ms since 1970'),
    lastSeenAt: z.number().describe('ms since 1970'),
    revokedAt: z.number().nullable().describe('ms since 1970'),
    current: z.boolean().describe('The device that asks'),
  })
  .openapi('Device')

const register = createRoute({
  method: 'post',
  path: '/register',
  tags,
  summary: 'Make an account and sign in',
  middleware: limitBody,
  request: { body: jsonBody(credentialsSchema) },
  responses: {
    201: jsonAnswer(signedInSchema, 'Signed in'),
    ...problems('malformed', 'invalid', 'forbidden', 'email-taken', 'too-large', 'rate-limited'),
  },
})

const signIn = createRoute({
  method: 'post',
  path: '/sign-in',
  tags,
  summary: 'Open a session on a device',
  middleware: limitBody,
  request: { body: jsonBody(credentialsSchema) },
  responses: {
    200: jsonAnswer(signedInSchema, 'Signed in'),
    ...problems('malformed', 'invalid', 'wrong-credentials', 'too-large', 'rate-limited'),
  },
})

const refresh = createRoute({
  method: 'post',
  path: '/refresh',
  tags,
  summary: 'Exchange a refresh token for new tokens',
  middleware: limitBody,
  request: { body: jsonBody(z.strictObject({ refreshToken: z.string().max(256) })) },
  responses: {
    200: jsonAnswer(signedInSchema, 'New tokens'),
    ...problems(...TOKEN, 'malformed', 'invalid', 'token-reused', 'too-large'),
  },
})

const me = createRoute({
  method: 'get',
  path: '/me',
  tags,
  summary: 'Who the access token speaks for',
  security: bearer,
  responses: {
    200: jsonAnswer(
      z.object({ user: z.object({ id: z.string(), email: z.string() }), deviceId: z.string() }),
      'The account and the device',
    ),
    ...problems(...TOKEN),
  },
})

const signOut = createRoute({
  method: 'post',
  path: '/sign-out',
  tags,
  summary: 'End this session',
  security: bearer,
  responses: { 204: noContent, ...problems(...TOKEN) },
})

const signOutEverywhere = createRoute({
  method: 'post',
  path: '/sign-out-everywhere',
  tags,
  summary: 'End all sessions of the account',
  security: bearer,
  responses: { 204: noContent, ...problems(...TOKEN) },
})

const listDevices = createRoute({
  method: 'get',
  path: '/devices',
  tags,
  summary: 'List the devices of the account',
  security: bearer,
  responses: {
    200: jsonAnswer(z.object({ devices: z.array(deviceSchema) }), 'Oldest first'),
    ...problems(...TOKEN),
  },
})

const revokeDevice = createRoute({
  method: 'delete',
  path: '/devices/{deviceId}',
  tags,
  summary: 'End all sessions of a device, at once',
  security: bearer,
  request: { params: z.object({ deviceId: z.string() }) },
  responses: { 204: noContent, ...problems(...TOKEN, 'not-found') },
})

/** `/v1/auth` */
export function createAuthRoutes({ config, accounts, now }: HttpDeps): OpenAPIHono<HttpEnv> {
  const routes = createRoutes()
  const limiter = createCredentialLimiter(config.credentialAttempts)

  /** Lets an attempt at a password pass, or says how long to wait. */
  function refuseTooMany(c: Context<HttpEnv>, email: string): Response | undefined {
    const waitMs = limiter.take(clientAddress(c, config.trustedProxies), email, now())
    if (waitMs === 0) return undefined
    const seconds = Math.ceil(waitMs / 1000)
    return problem(c, 'rate-limited', `Too many attempts; try again in ${seconds} s`, {
      headers: { 'retry-after': String(seconds) },
    })
  }

  routes.openapi(register, async (c) => {
    const credentials = c.req.valid('json')
    const refused = refuseTooMany(c, credentials.email)
    if (refused) return refused as never
    return c.json(orThrow(await accounts.register(credentials)), 201)
  })

  routes.openapi(signIn, async (c) => {
    const credentials = c.req.valid('json')
    const refused = refuseTooMany(c, credentials.email)
    if (refused) return refused as never
    const outcome = await accounts.signIn(credentials)
    if (outcome.ok) limiter.succeeded(clientAddress(c, config.trustedProxies), credentials.email, now())
    return c.json(orThrow(outcome), 200)
  })

  routes.openapi(refresh, async (c) =>
    c.json(orThrow(await accounts.refresh(c.req.valid('json').refreshToken)), 200),
  )

  for (const path of ['/me', '/sign-out', '/sign-out-everywhere', '/devices', '/devices/*'])
    routes.use(path, authenticate(accounts))

  routes.openapi(me, async (c) => {
    const { userId, deviceId } = c.get('principal')
    const email = await accounts.emailOf(userId)
    if (email === null) throw new ModaicsError('unauthenticated', 'The account is gone')
    return c.json({ user: { id: userId, email }, deviceId }, 200)
  })

  routes.openapi(signOut, async (c) => {
    await accounts.signOut(c.get('principal'))
    return c.body(null, 204)
  })

  routes.openapi(signOutEverywhere, async (c) => {
    await accounts.signOutEverywhere(c.get('principal').userId)
    return c.body(null, 204)
  })

  routes.openapi(listDevices, async (c) => {
    const { userId, deviceId } = c.get('principal')
    const devices = await accounts.listDevices(userId)
    return c.json({ devices: devices.map((device) => ({ ...device, current: device.id === deviceId })) }, 200)
  })

  routes.openapi(revokeDevice, async (c) => {
    orThrow(await accounts.revokeDevice(c.get('principal').userId, c.req.valid('param').deviceId))
    return c.body(null, 204)
  })

  return routes
}
