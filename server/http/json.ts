import { OpenAPIHono, z } from '@hono/zod-openapi'
import { isUuid } from '@modaics/shared'
import type { MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { HttpEnv } from './env.js'
import { problem, problemOfValidation } from './problem.js'

/** An edit holds 64 KiB of JSON at most; this is room for it in any spelling. */
export const JSON_BODY_BYTES = 262_144

/** A group of routes. What does not fit its schemas is answered with a problem. */
export function createRoutes(): OpenAPIHono<HttpEnv> {
  return new OpenAPIHono<HttpEnv>({ defaultHook: problemOfValidation })
}

/** For routes that take JSON: refuses a body above the limit, also one that does not say its length. */
export const limitBodyTo = (bytes: number): MiddlewareHandler<HttpEnv> =>
  bodyLimit({
    maxSize: bytes,
    onError: (c) => problem(c, 'too-large', `The body has more than ${bytes} bytes`),
  })

export const limitBody: MiddlewareHandler<HttpEnv> = limitBodyTo(JSON_BODY_BYTES)

export const jsonBody = <S extends z.ZodType>(schema: S, description?: string) => ({
  required: true as const,
  content: { 'application/json': { schema } },
  ...(description === undefined ? {} : { description }),
})

export const jsonAnswer = <S extends z.ZodType>(schema: S, description: string) => ({
  description,
  content: { 'application/json': { schema } },
})

export const noContent = { description: 'Done' } as const

/** Marks a route as one behind `authenticate`, in the OpenAPI document. */
export const bearer = [{ bearer: [] }]

export const uuidSchema = z.string().refine(isUuid, 'is not a UUID in lower case').openapi({ format: 'uuid' })

/** Text for the database, which holds neither a NUL nor half of a surrogate pair. */
export const textSchema = z
  .string()
  .refine(
    (text) => !text.includes('\u0000') && !/\p{Surrogate}/u.test(text),
    'holds a NUL or half of a surrogate pair',
  )

export const recordIdSchema = textSchema.min(1).max(160)
