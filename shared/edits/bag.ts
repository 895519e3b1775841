import { type Edit, type EditName, editKey } from './edit.js'

/**
 * What a new edit of these fields names as beaten: every live edit of the same record, source and field. Also those
 * that another edit already names: that other one may leave the bag, and its word with it. [ED5]
 */
export function overOf(
  live: readonly Edit[],
  fields: Iterable<string>,
  src: string,
): Record<string, EditName[]> {
  const over: Record<string, EditName[]> = {}
  for (const field of fields) {
    const names: EditName[] = []
    for (const edit of live)
      if (edit.src === src && Object.hasOwn(edit.set, field)) names.push([edit.hlc, edit.by])
    if (names.length > 0) over[field] = names
  }
  return over
}

/** Which fields of which edits are named as beaten: `field|hlc|by`. A source can only beat its own edits. */
function beatenFields(edits: readonly Edit[]): Set<string> {
  const sources = new Map<string, string>()
  for (const edit of edits) sources.set(editKey(edit), edit.src)
  const beaten = new Set<string>()
  for (const edit of edits)
    for (const field of Object.keys(edit.over))
      for (const [hlc, by] of edit.over[field] ?? []) {
        const key = editKey({ hlc, by })
        if (sources.get(key) === edit.src) beaten.add(`${field}|${key}`)
      }
  return beaten
}

/**
 * The edits of one record that no longer count: for each of their fields, some edit here names them. Whoever writes
 * removes these from the bag, so that it stays near the size of the live data. [ED6]
 */
export function beatenEdits<E extends Edit>(edits: readonly E[]): E[] {
  if (edits.length < 2) return []
  const beaten = beatenFields(edits)
  if (beaten.size === 0) return []
  return edits.filter((edit) => {
    const key = editKey(edit)
    return Object.keys(edit.set).every((field) => beaten.has(`${field}|${key}`))
  })
}

/** True where some edit here names this one as beaten in this field. */
export function isBeaten(edits: readonly Edit[], field: string, loser: Edit): boolean {
  return edits.some(
    (edit) =>
      edit.src === loser.src &&
      (edit.over[field]?.some(([hlc, by]) => hlc === loser.hlc && by === loser.by) ?? false),
  )
}
