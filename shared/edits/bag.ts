import { EDIT_LIMITS } from './check-edit.js'
import { compareEdits, type Edit, type EditName, editKey } from './edit.js'

/**
 * What a new edit of these fields names as beaten: every live edit of the same record, source and field. Also those
 * that another edit already names: that other one may leave the bag, and its word with it. [ED5]
 *
 * An edit may name only so many. Where a bag was not swept for long and there are more, those that nothing names come
 * first, then the latest: the rest stays for the next writer.
 */
export function overOf(
  live: readonly Edit[],
  fields: Iterable<string>,
  src: string,
): Record<string, EditName[]> {
  const over: Record<string, EditName[]> = {}
  for (const field of fields) {
    let seen = live.filter((edit) => edit.src === src && Object.hasOwn(edit.set, field))
    if (seen.length > EDIT_LIMITS.names) {
      const beaten = new Set(seen.filter((edit) => isBeaten(seen, field, edit)))
      seen = seen.sort((x, y) => Number(beaten.has(x)) - Number(beaten.has(y)) || compareEdits(y, x))
    }
    if (seen.length > 0)
      over[field] = seen.slice(0, EDIT_LIMITS.names).map((edit): EditName => [edit.hlc, edit.by])
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
