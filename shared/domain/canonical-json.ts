import type { Json } from './json.js'

/**
 * JSON with the keys of every object in order: the same text for the same value, also where it went through `jsonb`,
 * which orders keys in its own way.
 */
export function canonicalJson(value: Json | undefined): string {
  if (value === undefined) return 'null'
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`
  const keys = Object.keys(value).sort()
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key])}`).join(',')}}`
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}
