import type { Json } from '../domain/json.js'
import { type Field, fieldOf } from '../domain/kinds.js'
import { type Edit, type EditTuple, isRelease, tupleToEdit } from './edit.js'

/** What an edit may be at most. Sizes in characters of its JSON. */
export const EDIT_LIMITS = {
  fields: 256,
  json: 65_536,
  text: 10_000,
  name: 128,
  id: 160,
  names: 64,
} as const

/** What a `timestamptz` and an ISO 8601 text of four-digit years both hold, in ms since 1970. */
const EARLIEST = -62_135_596_800_000
const LATEST = 253_402_300_799_999

const KIND = /^[a-z][a-z0-9_]{0,63}$/
const BY = /^[A-Za-z0-9_-]{1,64}\/[A-Za-z0-9_-]{1,64}$/
const FIELD = /^[A-Za-z][A-Za-z0-9_]{0,63}(\..{1,64})?$/s
const SRC = /^[a-z][a-z0-9-]{0,31}$/

export type CheckedEdit =
  | {
      readonly ok: true
      readonly edit: Edit
      /** characters that its fields and values take */
      readonly size: number
    }
  | { readonly ok: false; readonly detail: string }

const bad = (detail: string): CheckedEdit => ({ ok: false, detail })

/**
 * Is this value an edit that fits the schema and its limits? Unknown kinds, fields and sources are fine (an old
 * version must not harm a newer one's data); known fields must hold values of their type.
 */
export function checkEdit(value: unknown): CheckedEdit {
  if (!Array.isArray(value) || value.length < 5 || value.length > 8)
    return bad('an edit is a list of 5 to 8 parts')
  const [hlc, by, kind, id, set, over, src, confidence] = value as readonly unknown[]
  if (!Number.isSafeInteger(hlc) || (hlc as number) < 0) return bad('hlc is not a safe integer')
  if (typeof by !== 'string' || !BY.test(by)) return bad('by is not device/writer')
  if (typeof kind !== 'string' || !KIND.test(kind)) return bad('kind is not a name')
  if (typeof id !== 'string' || id.length < 1 || id.length > EDIT_LIMITS.id || !isText(id))
    return bad('id is not a record id')
  if (!isObject(set)) return bad('set is not an object')
  const fields = Object.keys(set)
  if (fields.length < 1 || fields.length > EDIT_LIMITS.fields) return bad(`set has ${fields.length} fields`)
  if (over !== undefined && !isObject(over)) return bad('over is not an object')
  if (src !== undefined && (typeof src !== 'string' || !SRC.test(src))) return bad('src is not a name')
  if (confidence !== undefined && !isObject(confidence)) return bad('confidence is not an object')
  let size = 0
  for (const field of fields) {
    if (!FIELD.test(field) || !isText(field))
      return bad(`field ${JSON.stringify(field.slice(0, 40))} is not a name`)
    const fault = checkValue(fieldOf(kind, field), field, set[field])
    if (fault) return bad(`${kind}.${field.slice(0, 80)}: ${fault}`)
    size += field.length + (JSON.stringify(set[field])?.length ?? 0)
  }
  if (size > EDIT_LIMITS.json) return bad(`the edit holds ${size} characters; at most ${EDIT_LIMITS.json}`)
  if (over !== undefined) {
    for (const field in over) {
      if (!Object.hasOwn(set, field))
        return bad(`over names ${JSON.stringify(field.slice(0, 40))}, which set does not`)
      const fault = checkNames(over[field])
      if (fault) return bad(fault)
    }
  }
  if (confidence !== undefined) {
    for (const field in confidence) {
      const share = confidence[field]
      if (!Object.hasOwn(set, field)) return bad('confidence names a field that set does not')
      if (typeof share !== 'number' || !(share >= 0 && share <= 1))
        return bad('a confidence is not between 0 and 1')
    }
  }
  return { ok: true, edit: tupleToEdit(value as unknown as EditTuple), size }
}

function checkNames(names: unknown): string | undefined {
  if (!Array.isArray(names) || names.length > EDIT_LIMITS.names)
    return `over does not list at most ${EDIT_LIMITS.names} names`
  for (const name of names as readonly unknown[]) {
    if (!Array.isArray(name) || name.length !== 2) return 'over holds what is not a name'
    if (!Number.isSafeInteger(name[0]) || typeof name[1] !== 'string' || !BY.test(name[1]))
      return 'over holds what is not a name'
  }
  return undefined
}

/** What is wrong with a value for a field (undefined: a field that this version does not know), or nothing. */
export function checkValue(field: Field | undefined, name: string, value: unknown): string | undefined {
  if (value === null) return undefined
  if (isObject(value) && isRelease(value as Json)) return undefined
  if (!isJson(value, 0)) return 'not a JSON value'
  if (field === undefined) return undefined
  switch (field.type) {
    case 'text':
      return typeof value === 'string' && value.length <= field.max
        ? undefined
        : `not a text of at most ${field.max} characters`
    case 'timestamp':
      return typeof value === 'number' && value >= EARLIEST && value <= LATEST
        ? undefined
        : 'not a time between the years 1 and 9999'
    case 'number':
      return typeof value === 'number' ? undefined : 'not a number'
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'not a boolean'
    case 'set':
      return name.includes('.') && value === true ? undefined : 'an element of a set is true or null'
    case 'json':
      return JSON.stringify(value).length <= field.max
        ? undefined
        : `more than ${field.max} characters of JSON`
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

function isJson(value: unknown, depth: number): value is Json {
  if (depth > 16) return false
  switch (typeof value) {
    case 'string':
      return isText(value)
    case 'boolean':
      return true
    case 'number':
      return Number.isFinite(value)
    case 'object':
      if (value === null) return true
      if (Array.isArray(value)) return value.every((part) => isJson(part, depth + 1))
      return (
        isObject(value) &&
        Object.entries(value).every(([key, part]) => isJson(key, depth) && isJson(part, depth + 1))
      )
    default:
      return false
  }
}

const LONE_SURROGATE = /\p{Surrogate}/u

/** PostgreSQL can hold no NUL in text or jsonb, nor half a surrogate pair. */
function isText(text: string): boolean {
  return !text.includes('\u0000') && !LONE_SURROGATE.test(text)
}
