import type { Json } from '../domain/json.js'
import { fieldOf, fieldsOf, type Kind } from '../domain/kinds.js'
import type { ChangesOf, RecordOf } from '../domain/records.js'
import { hlcToMs } from './clock.js'
import { compareEdits, type Edit, isRelease, SOURCES } from './edit.js'
import { foldEdits } from './fold.js'

/** The record that the edits of one `(kind, id)` make: every known field, `null` where nothing is set. */
export function recordOf<K extends Kind>(kind: K, id: string, edits: readonly Edit[]): RecordOf<K> {
  const fields = fieldsOf(kind)
  const { empty, sets } = blankOf(kind)
  const record: Record<string, unknown> = { ...empty, id }
  const elements = new Map<string, Set<string>>()
  const extra: Record<string, Json> = {}

  /** May be called again for the same name: what is shown last stays. */
  function show(name: string, value: Json): void {
    if (Object.hasOwn(fields, name)) {
      if (fields[name]?.type !== 'set') record[name] = value
      return
    }
    const field = name.includes('.') ? fieldOf(kind, name) : undefined
    if (!field) {
      if (value === null) delete extra[name]
      else extra[name] = value
      return
    }
    const dot = name.indexOf('.')
    const set = name.slice(0, dot)
    const members = elements.get(set) ?? new Set()
    elements.set(set, members)
    if (value === true) members.add(name.slice(dot + 1))
    else members.delete(name.slice(dot + 1))
  }

  if (edits.some(releases)) for (const [name, { value }] of foldEdits(edits)) show(name, value)
  else
    for (const { set } of inOrder(edits))
      for (const name in set) {
        const value = set[name]
        if (value !== undefined) show(name, value)
      }
  for (const name of sets) record[name] = [...(elements.get(name) ?? [])].sort()
  let newest = 0
  for (const edit of edits) if (edit.hlc > newest) newest = edit.hlc
  record.updatedAt = hlcToMs(newest)
  record.extra = extra
  return record as unknown as RecordOf<K>
}

interface Blank {
  /** every field, with nothing in it: a copy of it is made faster than a record field by field */
  readonly empty: Readonly<Record<string, null>>
  /** names of the fields that are sets */
  readonly sets: readonly string[]
}

const blanks = new Map<Kind, Blank>()

function blankOf(kind: Kind): Blank {
  let blank = blanks.get(kind)
  if (!blank) {
    const fields = Object.entries(fieldsOf(kind))
    const names = ['id', ...fields.map(([name]) => name), 'updatedAt', 'extra']
    blank = {
      empty: Object.fromEntries(names.map((name) => [name, null])),
      sets: fields.filter(([, { type }]) => type === 'set').map(([name]) => name),
    }
    blanks.set(kind, blank)
  }
  return blank
}

function releases({ set }: Edit): boolean {
  for (const name in set) if (isRelease(set[name] ?? null)) return true
  return false
}

/**
 * Those of sources that show, each before those that show in its place: with no release among them, whoever sets their
 * fields one after the other has the fold.
 */
function inOrder(edits: readonly Edit[]): readonly Edit[] {
  const shown = edits.every(({ src }) => src === 'user') ? edits : edits.filter(({ src }) => rank(src) >= 0)
  return shown.length < 2 ? shown : [...shown].sort((x, y) => rank(y.src) - rank(x.src) || compareEdits(x, y))
}

const rank = (src: string): number => (SOURCES as readonly string[]).indexOf(src)

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
