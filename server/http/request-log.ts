import { createId } from '@modaics/shared'
import type { MiddlewareHandler } from 'hono'
import { routePath } from 'hono/route'
import type { Logger } from '../observe/logger.js'
import type { HttpEnv } from './env.js'

/** What a caller may send as `X-Request-Id`; anything else is replaced. */
const SANE_ID = /^[A-Za-z0-9._-]{8,64}$/

/** Gives every request a correlation id and writes one line when it is answered: the route, never the query. */
export function requestLog(logger: Logger, now: () => number): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const sent = c.req.header('x-request-id')
    const requestId = sent && SANE_ID.test(sent) ? sent : createId()
    const requestLogger = logger.child({ requestId })
    c.set('requestId', requestId)
    c.set('logger', requestLogger)
    const start = now()
    await next()
    c.header('x-request-id', requestId)
    const { status } = c.res
    const route = routePath(c, -1)
    const line = { method: c.req.method, route, status, ms: Math.round((now() - start) * 10) / 10 }
    if (status >= 500) requestLogger.error(line, 'request')
    else if (route.startsWith('/health')) requestLogger.debug(line, 'request')
    else requestLogger.info(line, 'request')
  }
}
