import type { Json } from '../domain/json.js'
import { fieldOf, fieldsOf, type Kind } from '../domain/kinds.js'
import type { ChangesOf, RecordOf } from '../domain/records.js'
import { hlcToMs } from './clock.js'
import type { Edit } from './edit.js'
import { foldEdits } from './fold.js'

/** The record that the edits of one `(kind, id)` make: every known field, `null` where nothing is set. */
export function recordOf<K extends Kind>(kind: K, id: string, edits: readonly Edit[]): RecordOf<K> {
  const record: Record<string, unknown> = { id }
  const sets: string[] = []
  const fields = fieldsOf(kind)
  for (const name of Object.keys(fields)) {
    if (fields[name]?.type === 'set') {
      sets.push(name)
      record[name] = []
    } else record[name] = null
  }
  const extra: Record<string, Json> = {}
  let newest = 0
  for (const [name, { value }] of foldEdits(edits)) {
    if (Object.hasOwn(fields, name)) {
      if (fields[name]?.type !== 'set') record[name] = value
      continue
    }
    const field = name.includes('.') ? fieldOf(kind, name) : undefined
    if (field) {
      const dot = name.indexOf('.')
      if (value === true) (record[name.slice(0, dot)] as string[]).push(name.slice(dot + 1))
    } else if (value !== null) extra[name] = value
  }
  for (const name of sets) (record[name] as string[]).sort()
  for (const edit of edits) if (edit.hlc > newest) newest = edit.hlc
  record.updatedAt = hlcToMs(newest)
  record.extra = extra
  return record as unknown as RecordOf<K>
}

/**
 * The fields that an edit must set so that `current` shows these changes. A set is compared with what shows and
 * becomes one field for each element that comes or goes, so that two devices which add different tags both keep theirs.
 */
export function changesToSet<K extends Kind>(
  kind: K,
  changes: ChangesOf<K>,
  current?: RecordOf<K>,
): Record<string, Json> {
  const set: Record<string, Json> = {}
  const fields = fieldsOf(kind)
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) continue
    if (name === 'extra') {
      for (const [key, part] of Object.entries(value as Record<string, Json>)) set[key] = part
      continue
    }
    if (fields[name]?.type !== 'set') {
      set[name] = value as Json
      continue
    }
    const wanted = new Set((value as readonly string[] | null) ?? [])
    const shown = new Set((current as Record<string, readonly string[]> | undefined)?.[name] ?? [])
    for (const element of wanted) if (!shown.has(element)) set[`${name}.${element}`] = true
    for (const element of shown) if (!wanted.has(element)) set[`${name}.${element}`] = null
  }
  return set
}
