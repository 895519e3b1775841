import { ERRORS } from '@modaics/shared'
import { z } from 'zod'
import type { Operation } from './rest-operations.js'

export interface RestAnswer {
  readonly status: number
  readonly type: string
  readonly text: string
}

/** Says what is wrong with an answer, by what the OpenAPI document promises; null where nothing is. */
export function createAnswerCheck(): (operation: Operation, answer: RestAnswer) => string | null {
  const checks = new Map<string, z.ZodType>()

  function schemaOf(operation: Operation, status: number): z.ZodType | null {
    const key = `${operation.name} ${status}`
    const schema = operation.answers.get(status)
    if (!schema) return null
    const check = checks.get(key) ?? z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0])
    checks.set(key, check)
    return check
  }

  return (operation, { status, type, text }) => {
    // Node's own answer to a request line that is too long: nothing of ours has seen it.
    if (status === 431) return null
    if (!operation.answers.has(status))
      return `status ${status}, which its description does not have: ${text.slice(0, 300)}`
    if (status < 300) {
      const schema = schemaOf(operation, status)
      if (!schema) return null
      const result = schema.safeParse(JSON.parse(text))
      return result.success
        ? null
        : `an answer that does not fit its schema (${result.error.issues
            .map(({ path, message }) => `${path.join('.')}: ${message}`)
            .join('; ')
            .slice(0, 300)}): ${text.slice(0, 300)}`
    }
    if (status < 400 || status === 416) return null
    if (!type.startsWith('application/problem+json')) return `status ${status} as ${type || 'nothing'}`
    const { code, status: said } = JSON.parse(text) as { code: keyof typeof ERRORS; status: number }
    if (ERRORS[code]?.status !== status || said !== status) return `status ${status} with the code ${code}`
    if (code === 'internal' || code.startsWith('storage-'))
      return `the server’s own fault: ${text.slice(0, 300)}`
    return null
  }
}
