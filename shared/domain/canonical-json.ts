import type { Json } from './json.js'

/**
 * JSON with the keys of every object in order: the same text for the same value, also where it went through `jsonb`,
 * which orders keys in its own way.
 */
export function canonicalJson(value: Json | undefined): string {
  if (value === undefined) return 'null'
  if (typeof value === 'string') return quoted(value)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`
  const keys = Object.keys(value).sort()
  return `{${keys.map((key) => `${quoted(key)}:${canonicalJson(value[key])}`).join(',')}}`
}

/** Nothing that JSON escapes; surrogates, which it escapes where one is alone, are left to it. */
const PLAIN = /^[ !#-[\]-\ud7ff\ue000-\uffff]*$/

/** As `JSON.stringify`, which takes many times as long for short strings. */
function quoted(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text)
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}
