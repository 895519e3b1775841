import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { HttpDeps, ReadyCheck } from './deps.js'
import type { HttpEnv } from './env.js'
import { createRoutes, jsonAnswer } from './json.js'

const tags = ['Health']
/** A check that takes longer is not ready. */
const CHECK_MS = 2_000

const liveSchema = z.object({ status: z.literal('ok') })
const readySchema = z.object({
  status: z.enum(['ok', 'unavailable']),
  checks: z.record(z.string(), z.enum(['ok', 'failed'])),
})

const live = createRoute({
  method: 'get',
  path: '/live',
  tags,
  summary: 'The process answers',
  responses: { 200: jsonAnswer(liveSchema, 'It does') },
})

const ready = createRoute({
  method: 'get',
  path: '/ready',
  tags,
  summary: 'The process may be sent requests',
  responses: {
    200: jsonAnswer(readySchema, 'All checks pass'),
    503: jsonAnswer(readySchema, 'A check fails; the log says why'),
  },
})

/** `/health` */
export function createHealthRoutes({ readyChecks, logger }: HttpDeps): OpenAPIHono<HttpEnv> {
  const routes = createRoutes()
  routes.openapi(live, (c) => c.json({ status: 'ok' } as const, 200))
  routes.openapi(ready, async (c) => {
    const results = await Promise.all(
      readyChecks.map(async ({ name, check }) => {
        try {
          await within(CHECK_MS, check)
          return [name, 'ok'] as const
        } catch (error) {
          logger.warn({ error, check: name }, 'not ready')
          return [name, 'failed'] as const
        }
      }),
    )
    const checks = Object.fromEntries(results)
    return results.every(([, result]) => result === 'ok')
      ? c.json({ status: 'ok' as const, checks }, 200)
      : c.json({ status: 'unavailable' as const, checks }, 503)
  })
  return routes
}

async function within(ms: number, check: ReadyCheck['check']): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms)
  })
  try {
    await Promise.race([check(), late])
  } finally {
    clearTimeout(timer)
  }
}
