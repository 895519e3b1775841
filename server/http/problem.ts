import { z } from '@hono/zod-openapi'
import { ERRORS, type ErrorCode, ModaicsError } from '@modaics/shared'
import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { storeFault } from '../db/database.js'
import { answerToNobody, ClientGone } from './client-gone.js'
import type { HttpEnv } from './env.js'

/** A database that starts again, or room for bodies, is back in about so long. */
const RETRY_AFTER_SECONDS = '2'

/** One fault of a request's body, query or path. */
export interface Fault {
  /** where: `body.email`, `query.limit` */
  readonly path: string
  readonly message: string
}

/** RFC 9457 problem details with our stable code. */
export const problemSchema = z
  .object({
    type: z.string().describe('urn:modaics:error: and the code'),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    code: z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]),
    remedy: z.enum(['retry', 'sign-in', 'upgrade', 'fix', 'fatal']).describe('What the caller can do'),
    instance: z.string().describe('Correlation id of the request'),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .openapi('Problem')

/** The answer to a request that failed in an expected way. */
export function problem(
  c: Context,
  code: ErrorCode,
  detail: string,
  extras: { readonly errors?: readonly Fault[]; readonly headers?: Readonly<Record<string, string>> } = {},
): Response {
  const { status, title, remedy } = ERRORS[code]
  const body = {
    type: `urn:modaics:error:${code}`,
    title,
    status,
    detail,
    code,
    remedy,
    instance: (c as Context<HttpEnv>).get('requestId'),
    ...(extras.errors ? { errors: extras.errors } : {}),
  }
  return c.body(JSON.stringify(body), status as ContentfulStatusCode, {
    'content-type': 'application/problem+json',
    ...(status === 401 ? { 'www-authenticate': `Bearer error="invalid_token"` } : {}),
    ...(code === 'unavailable' ? { 'retry-after': RETRY_AFTER_SECONDS } : {}),
    ...extras.headers,
  })
}

/** Turns whatever a handler threw into a problem. Only bugs are logged as errors; their words stay in the log. */
export function problemOfError(error: unknown, c: Context<HttpEnv>): Response {
  if (error instanceof ModaicsError) return problem(c, error.code, error.detail)
  if (error instanceof ClientGone) return answerToNobody()
  if (error instanceof HTTPException) {
    if (error.status === 413) return problem(c, 'too-large', 'The body is larger than the limit')
    if (error.status === 415) return problem(c, 'malformed', 'The body must be application/json')
    if (error.status < 500) return problem(c, 'malformed', error.message || 'The request cannot be read')
  }
  c.get('logger').error({ error }, 'request failed')
  const fault = storeFault(error)
  if (fault) return problem(c, fault.code, fault.detail)
  return problem(c, 'internal', 'Something is broken here; the log has the rest under this request’s id')
}

/** What a schema found wrong with a request: the hook of every `OpenAPIHono` here. */
export function problemOfValidation(
  result: { readonly success: boolean; readonly target: string; readonly error?: unknown },
  c: Context,
): Response | undefined {
  if (result.success) return undefined
  const issues = (result.error as z.ZodError | undefined)?.issues ?? []
  const where = result.target === 'json' ? 'body' : result.target === 'param' ? 'path' : result.target
  const errors = issues.map((issue) => ({ path: [where, ...issue.path].join('.'), message: issue.message }))
  return problem(c, 'invalid', errors.map(({ path, message }) => `${path}: ${message}`).join('; '), {
    errors,
  })
}

/** The codes that routes have in common: behind a token, reading in a wardrobe, writing there. */
export const TOKEN = ['unauthenticated', 'token-expired'] as const satisfies readonly ErrorCode[]
export const READING = ['invalid', ...TOKEN, 'not-found'] as const satisfies readonly ErrorCode[]
export const WRITING = [
  ...READING,
  'malformed',
  'forbidden',
  'too-large',
] as const satisfies readonly ErrorCode[]

/** The `responses` entries of an OpenAPI route for these codes, by status; `unavailable` can come of any. */
export function problems(
  ...codes: readonly ErrorCode[]
): Record<
  number,
  { description: string; content: { 'application/problem+json': { schema: typeof problemSchema } } }
> {
  const byStatus: Record<number, ErrorCode[]> = {}
  for (const code of new Set([...codes, 'unavailable' as const])) {
    const { status } = ERRORS[code]
    byStatus[status] = [...(byStatus[status] ?? []), code]
  }
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, shared]) => [
      status,
      {
        description: shared.map((code) => `\`${code}\`: ${ERRORS[code].title}`).join('; '),
        content: { 'application/problem+json': { schema: problemSchema } },
      },
    ]),
  )
}
