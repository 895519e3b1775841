import { OpenAPIHono } from '@hono/zod-openapi'
import { cors } from 'hono/cors'
import { secureHeaders } from 'hono/secure-headers'
import { createAiRoutes } from './ai-routes.js'
import { createAuthRoutes } from './auth-routes.js'
import { createConflictRoutes } from './conflict-routes.js'
import type { HttpDeps } from './deps.js'
import type { HttpEnv } from './env.js'
import { createHealthRoutes } from './health.js'
import { createHistoryRoutes } from './history-routes.js'
import { OPENAPI_INFO } from './openapi.js'
import { allowedOriginsOf } from './origins.js'
import { problem, problemOfError, problemOfValidation } from './problem.js'
import { RECORD_KINDS } from './record-kinds.js'
import { createRecordRoutes } from './record-routes.js'
import { createReference } from './reference.js'
import { requestLog } from './request-log.js'
import { createSearchRoutes } from './search-routes.js'
import { createSuggestionRoutes } from './suggestion-routes.js'
import { createWardrobeRoutes } from './wardrobe-routes.js'

/**
 * The REST API. More routes may be added to what it returns: they get the correlation id, the log line, CORS and the
 * problems too.
 *
 * @param extra groups of routes of others, each mounted at its path
 */
export function createHttpApp(
  deps: HttpDeps,
  extra: readonly { readonly path: string; readonly routes: OpenAPIHono<HttpEnv> }[] = [],
): OpenAPIHono<HttpEnv> {
  const app = new OpenAPIHono<HttpEnv>({ defaultHook: problemOfValidation })
  app.use(requestLog(deps.logger, deps.now))
  const dataHeaders = secureHeaders({
    // an answer is data: where a browser shows one as a page, nothing in it may run
    contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    crossOriginResourcePolicy: 'cross-origin', // CORS decides
  })
  // the reference has a policy of its own
  app.use((c, next) => (/^\/docs(\/|$)/.test(c.req.path) ? next() : dataHeaders(c, next)))
  app.use(
    '/v1/*',
    cors({
      origin: [...allowedOriginsOf(deps.config)],
      allowMethods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
      allowHeaders: ['authorization', 'content-type', 'x-request-id'],
      exposeHeaders: ['x-request-id', 'retry-after', 'location'],
      maxAge: 600,
    }),
  )
  // Else a browser keeps what it got in files of its own, also of what has been erased since. A picture says for itself.
  app.use('/v1/*', async (c, next) => {
    await next()
    if (!c.res.headers.has('cache-control')) c.res.headers.set('cache-control', 'no-store')
  })
  app.onError(problemOfError)
  app.notFound((c) => problem(c, 'not-found', `There is nothing at ${c.req.method} ${c.req.path}`))

  app.route('/health', createHealthRoutes(deps))
  app.route('/v1/auth', createAuthRoutes(deps))
  for (const recordKind of RECORD_KINDS)
    app.route(`/v1${recordKind.path}`, createRecordRoutes(deps, recordKind))
  app.route('/v1', createConflictRoutes(deps))
  app.route('/v1', createHistoryRoutes(deps))
  app.route('/v1', createAiRoutes(deps))
  app.route('/v1', createSearchRoutes(deps))
  app.route('/v1', createSuggestionRoutes(deps))
  for (const { path, routes } of extra) app.route(path, routes)
  app.route('/v1/wardrobes', createWardrobeRoutes(deps))
  app.route('/docs', createReference())
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
  })
  let document: ReturnType<typeof app.getOpenAPI31Document> | undefined
  app.get('/openapi.json', (c) => {
    document ??= app.getOpenAPI31Document(OPENAPI_INFO) // at the first request: by then all routes are there
    return c.json(document)
  })
  return app
}
