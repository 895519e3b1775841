import { z } from 'zod'
import { type Field, fieldsOf, type Kind } from './kinds.js'
import type { ChangesOf, RecordOf } from './records.js'

/** Schemas of records for the edges (REST, forms), built from the table of kinds. */

export type RecordSchema<K extends Kind> = z.ZodObject<{
  -readonly [Name in keyof RecordOf<K>]: z.ZodType<RecordOf<K>[Name]>
}>

export type ChangesSchema<K extends Kind> = z.ZodObject<
  {
    -readonly [Name in keyof ChangesOf<K>]-?: z.ZodOptional<z.ZodType<Exclude<ChangesOf<K>[Name], undefined>>>
  },
  z.core.$strict
>

/** What `recordOf` makes: every field of the kind, `null` where nothing is set. */
export function recordSchema<K extends Kind>(kind: K): RecordSchema<K> {
  const shape: Record<string, z.ZodType> = { id: z.string().describe('Id of the record') }
  for (const [name, field] of Object.entries(fieldsOf(kind))) shape[name] = shownValue(field)
  shape.updatedAt = z.number().describe('When the newest edit of the record was made (ms since 1970, UTC)')
  shape.extra = z.record(z.string(), z.unknown()).describe('Fields that this version does not know')
  return z.object(shape) as unknown as RecordSchema<K>
}

/** What may be written: any fields, and none that the kind does not have, but under `extra`. */
export function changesSchema<K extends Kind>(kind: K): ChangesSchema<K> {
  const fields = fieldsOf(kind)
  const shape: Record<string, z.ZodType> = {}
  for (const [name, field] of Object.entries(fields)) shape[name] = writtenValue(field).nullable().optional()
  const unknownField = z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/, 'is not the name of a field')
    .refine((name) => !Object.hasOwn(fields, name), 'is a known field: write it beside extra')
  shape.extra = z
    .record(unknownField, json(65_536))
    .optional()
    .describe('Fields that this version does not know')
  return z.strictObject(shape) as unknown as ChangesSchema<K>
}

/** A value as it is read. It is not measured again: an old record may be longer than a new limit. */
function shownValue({ type, description }: Field): z.ZodType {
  const values: Readonly<Record<Field['type'], () => z.ZodType>> = {
    text: () => z.string().nullable(),
    number: () => z.number().nullable(),
    boolean: () => z.boolean().nullable(),
    timestamp: () => z.number().nullable(),
    json: () => z.unknown().refine((value) => value !== undefined, 'is missing'),
    set: () => z.array(z.string()),
  }
  return values[type]().describe(description)
}

/** The rules of `checkValue` of the edits. */
function writtenValue({ type, max, description }: Field): z.ZodType {
  const values: Readonly<Record<Field['type'], () => z.ZodType>> = {
    text: () => text(max),
    number: () => z.number(),
    boolean: () => z.boolean(),
    timestamp: () => z.number().min(-62_135_596_800_000).max(253_402_300_799_999),
    json: () => json(max),
    set: () => z.array(text(max).min(1)).max(256),
  }
  return values[type]().describe(description)
}

function text(max: number): z.ZodString {
  return z
    .string()
    .max(max) // for the OpenAPI document; zod counts code points, the edits count UTF-16 units
    .refine((value) => value.length <= max, `has more than ${max} characters`)
    .refine((value) => isStorable(value), 'holds a NUL or half of a surrogate pair')
}

/** Not `z.json()`: its recursion is too much for writers of OpenAPI documents. */
function json(max: number): z.ZodType {
  return z
    .unknown()
    .refine(
      (value) => isStorable(value),
      'is no JSON, holds a NUL or half of a surrogate pair, or is nested deeper than 16',
    )
    .refine((value) => (JSON.stringify(value)?.length ?? 0) <= max, `has more than ${max} characters of JSON`)
}

const LONE_SURROGATE = /\p{Surrogate}/u

/** PostgreSQL holds neither a NUL nor half of a surrogate pair, and the JSON of an edit is at most 16 deep. */
function isStorable(value: unknown, depth = 0): boolean {
  if (depth > 16) return false
  switch (typeof value) {
    case 'string':
      return !value.includes('\u0000') && !LONE_SURROGATE.test(value)
    case 'number':
      return Number.isFinite(value)
    case 'boolean':
      return true
    case 'object':
      return (
        value === null ||
        Object.entries(value).every(([key, part]) => isStorable(key, depth) && isStorable(part, depth + 1))
      )
    default:
      return false
  }
}
