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

/**
 * The edits of one record that no longer count: for each of their fields, some edit here names them. Whoever writes
 * removes these from the bag, so that it stays near the size of the live data. [ED6]
 */
export function beatenEdits<E extends Edit>(edits: readonly E[]): E[] {
  if (edits.length < 2) return []
  const named = beatenFields(edits)
  if (named.size === 0) return []
  return edits.filter((edit) => {
    const beaten = named.get(editKey(edit))
    if (!beaten) return false
    for (const field in edit.set) if (!beaten.has(field)) return false
    return true
  })
}

/** By `editKey`, the fields in which edits here are named as beaten. A source can only beat its own edits. */
function beatenFields(edits: readonly Edit[]): Map<string, Set<string>> {
  const named = new Map<string, Set<string>>()
  let sources: Map<string, string> | undefined
  for (const edit of edits)
    for (const field in edit.over)
      for (const [hlc, by] of edit.over[field] ?? []) {
        sources ??= new Map(edits.map((one) => [editKey(one), one.src]))
        const key = editKey({ hlc, by })
        if (sources.get(key) !== edit.src) continue
        const fields = named.get(key)
        if (fields) fields.add(field)
        else named.set(key, new Set([field]))
      }
  return named
}

/** True where some edit here names this one as beaten in this field. */
export function isBeaten(edits: readonly Edit[], field: string, loser: Edit): boolean {
  return edits.some(
    (edit) =>
      edit.src === loser.src &&
      (edit.over[field]?.some(([hlc, by]) => hlc === loser.hlc && by === loser.by) ?? false),
  )
}
