import {
  compareEdits,
  deviceOf,
  EDIT_LIMITS,
  type Edit,
  type EditName,
  editKey,
  editToTuple,
  hlcToMs,
  type LiveEdit,
  msToHlc,
  tupleToEdit,
} from '@modaics/shared'

/** Edits that take the place of pending ones, with the same content. */
export interface Restamped {
  readonly edits: readonly Edit[]
  /** the new names, by `editKey` of the old */
  readonly names: ReadonlyMap<string, EditName>
}

/** What a pending edit is to look like; `renamed` says under which name an earlier one of them is known by now. */
export type Change = (edit: LiveEdit, renamed: (name: EditName) => EditName) => Edit

/**
 * Pending edits, earliest first, under names that were never used before, whatever the clock does: else one would beat
 * itself, or be beaten by what beat its former self. Each beats its former self: that may have reached the server, or be on
 * the way there, and nobody has been told.
 *
 * @param suffix goes behind the writer: unique to this document and this time
 */
export function restamp(pending: readonly LiveEdit[], suffix: string, change: Change): Restamped {
  const names = new Map<string, EditName>()
  const edits: Edit[] = []
  for (const edit of [...pending].sort(compareEdits)) {
    const changed = change(edit, (name) => names.get(editKey({ hlc: name[0], by: name[1] })) ?? name)
    const next = { ...changed, by: changed.by.replace(SUFFIX, '') + suffix }
    names.set(editKey(edit), [next.hlc, next.by])
    edits.push({ ...next, over: overFormer(next, edit) })
  }
  return { edits, names }
}

/** What `restamp` has put behind a writer before. */
const SUFFIX = /--[A-Za-z0-9_-]+-\d+$/

/** The clock was off by `shift` ms: in the same order, none later than `latest`. `live` are the edits of the same record. */
export function shifted(shift: number, latest: number, live: (edit: Edit) => readonly Edit[]): Change {
  let last = 0
  return (edit, renamed) => {
    const over = renameAll(edit.over, renamed)
    let floor = last
    // Later than what it beats and is there: former selves, with the stamps of a wrong clock, are not.
    const there = new Set(live(edit).map(editKey))
    for (const names of Object.values(over))
      for (const [hlc, by] of names) if (hlc > floor && there.has(editKey({ hlc, by }))) floor = hlc
    last = Math.max(floor + 1, Math.min(msToHlc(hlcToMs(edit.hlc) + shift), latest))
    return { ...tupleToEdit(editToTuple(edit)), hlc: last, over }
  }
}

/** Signed by another device. Each keeps its writer: two tabs may have stamped at the same time. */
export function signedBy(device: string): Change {
  return (edit, renamed) => ({
    ...tupleToEdit(editToTuple(edit)),
    by: device + edit.by.slice(deviceOf(edit.by).length),
    over: renameAll(edit.over, renamed),
  })
}

/** What an edit beats, and its former self in each field. */
function overFormer({ set, over }: Edit, { hlc, by }: Edit): Edit['over'] {
  const former = Object.keys(set).map((field) => [
    field,
    [...(over[field] ?? []), [hlc, by]].slice(-EDIT_LIMITS.names),
  ])
  return { ...over, ...Object.fromEntries(former) }
}

function renameAll(over: Edit['over'], renamed: (name: EditName) => EditName): Edit['over'] {
  return Object.fromEntries(Object.entries(over).map(([field, names]) => [field, names.map(renamed)]))
}
