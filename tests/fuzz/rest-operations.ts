/** A JSON schema as an OpenAPI 3.1 document has them, its references replaced by what they name. */
export type Schema = Readonly<Record<string, unknown>>

export interface Parameter {
  readonly in: 'path' | 'query'
  readonly name: string
  readonly required: boolean
  readonly schema: Schema
}

/** One route, as the OpenAPI document of the server describes it. */
export interface Operation {
  /** such as `PATCH /v1/items/{id}` */
  readonly name: string
  readonly method: string
  readonly path: string
  readonly parameters: readonly Parameter[]
  readonly body: { readonly type: string; readonly schema: Schema } | null
  /** status → what a JSON answer with it fits; null where it is no JSON */
  readonly answers: ReadonlyMap<number, Schema | null>
}

type Content = Readonly<Record<string, { readonly schema?: Schema }>>

interface Described {
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Content }
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>
}

export interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

/** The routes that take something from whoever asks: a body, a query, a path. */
export function operationsOf(document: OpenApiDocument): Operation[] {
  const inline = <T>(value: T): T => resolved(value, document.components.schemas) as T
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { parameters = [], requestBody, responses }]) => {
      const [type, media] = Object.entries(requestBody?.content ?? {})[0] ?? []
      if (parameters.length === 0 && !type) return []
      const answers = Object.entries(responses).map(([status, { content }]) => {
        const schema = content?.['application/json']?.schema
        return [Number(status), schema ? inline(schema) : null] as const
      })
      return [
        {
          name: `${method.toUpperCase()} ${path}`,
          method: method.toUpperCase(),
          path,
          parameters: parameters.map(({ in: where, name, required, schema }) => ({
            in: where,
            name,
            required,
            schema: inline(schema),
          })),
          body: type ? { type, schema: inline(media?.schema ?? {}) } : null,
          answers: new Map(answers),
        },
      ]
    }),
  )
}

function resolved(value: unknown, schemas: Readonly<Record<string, Schema>>): unknown {
  if (Array.isArray(value)) return value.map((part) => resolved(part, schemas))
  if (typeof value !== 'object' || value === null) return value
  const { $ref } = value as { readonly $ref?: unknown }
  if (typeof $ref === 'string') return resolved(schemas[$ref.split('/').at(-1) ?? ''], schemas)
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, resolved(part, schemas)]))
}
