import { canonicalJson } from '../domain/canonical-json.js'
import type { Json } from '../domain/json.js'
import { isBeaten } from './bag.js'
import { compareEdits, type Edit, type EditName, editKey } from './edit.js'
import { winnerOf } from './fold.js'

/** A value that somebody wrote, and who and when. */
export interface Version {
  readonly value: Json
  readonly name: EditName
}

/** Two people wrote the same field without knowing of each other. The winner shows; the losers can be restored. */
export interface Conflict {
  readonly kind: string
  readonly id: string
  readonly field: string
  readonly winner: Version
  /** latest first */
  readonly losers: readonly Version[]
}

/**
 * The conflicts of one record: per field, the users' edits that lost and that no edit names as beaten, where their
 * value is another than the winner's. [ED7]
 */
export function conflictsOf(edits: readonly Edit[]): Conflict[] {
  if (edits.length < 2) return []
  const conflicts: Conflict[] = []
  for (const [field, candidates] of contested(edits)) {
    const winner = winnerOf(candidates, field, 'user')
    if (!winner) continue
    const losers = new Map<string, Edit>()
    let value: string | undefined
    for (const edit of candidates) {
      if (edit === winner || isBeaten(edits, field, edit)) continue
      value ??= canonicalJson(winner.set[field])
      if (canonicalJson(edit.set[field]) !== value) losers.set(editKey(edit), edit)
    }
    if (losers.size > 0)
      conflicts.push({
        kind: winner.kind,
        id: winner.id,
        field,
        winner: version(winner, field),
        losers: [...losers.values()].sort((x, y) => compareEdits(y, x)).map((edit) => version(edit, field)),
      })
  }
  return conflicts
}

/** The fields that more than one edit of users sets, in the order in which they are first set, with those edits. */
function contested(edits: readonly Edit[]): [field: string, candidates: readonly Edit[]][] {
  const all = new Map<string, Edit[]>()
  for (const edit of edits) {
    if (edit.src !== 'user') continue
    for (const field in edit.set) {
      const others = all.get(field)
      if (others) others.push(edit)
      else all.set(field, [edit])
    }
  }
  return [...all].filter(([, candidates]) => candidates.length > 1)
}

function version(edit: Edit, field: string): Version {
  return { value: edit.set[field] ?? null, name: [edit.hlc, edit.by] }
}
