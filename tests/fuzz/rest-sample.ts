import type { Prng } from '@modaics/shared/testing'
import type { Schema } from './rest-operations.js'

/** What a schema cannot say: by the name of the property or parameter, a value that means something to the server. */
export type Hints = Readonly<Record<string, (random: Prng) => unknown>>

/** A value that fits a schema, or nearly: what mutations start from. */
export function sample(schema: Schema, random: Prng, hints: Hints, name = ''): unknown {
  const again = (part: unknown, of = name) => sample((part ?? {}) as Schema, random, hints, of)
  const number = (key: string, otherwise: number): number => Number(schema[key] ?? otherwise)
  const hint = Object.hasOwn(hints, name) ? hints[name] : undefined
  if (hint && random.chance(0.9)) return hint(random)
  if (schema.const !== undefined) return schema.const
  if (Array.isArray(schema.enum)) return random.pick(schema.enum)
  const choices = (schema.anyOf ?? schema.oneOf) as Schema[] | undefined
  if (choices) return again(random.pick(choices))
  if (Array.isArray(schema.allOf)) return Object.assign({}, ...schema.allOf.map((part) => again(part)))
  const type = Array.isArray(schema.type) ? random.pick(schema.type) : schema.type
  switch (type) {
    case 'object': {
      const required = new Set((schema.required as string[] | undefined) ?? [])
      const properties = Object.entries((schema.properties ?? {}) as Record<string, Schema>)
      const given = properties.filter(([key]) => required.has(key) || random.chance(0.3))
      return Object.fromEntries(given.map(([key, part]) => [key, again(part, key)]))
    }
    case 'array': {
      if (Array.isArray(schema.prefixItems)) return schema.prefixItems.map((part) => again(part))
      const least = number('minItems', 0)
      const length = least + random.below(Math.min(4, number('maxItems', 4) - least + 1))
      return Array.from({ length }, () => again(schema.items))
    }
    case 'integer':
    case 'number': {
      const least = number('minimum', number('exclusiveMinimum', 0))
      const most = number('maximum', number('exclusiveMaximum', least + 100))
      const value = random.pick([least, most, least + (most - least) * random.next()])
      return type === 'integer' ? Math.round(value) : value
    }
    case 'boolean':
      return random.chance(0.5)
    case 'null':
      return null
    default:
      return 'linen and wool, worn on a cold day'.slice(0, number('maxLength', 40))
  }
}
