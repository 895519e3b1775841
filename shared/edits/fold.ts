import type { Json } from '../domain/json.js'
import { compareEdits, type Edit, isRelease, SOURCES } from './edit.js'

/** What shows of one field: the value, and the edit that won it. */
export interface FieldState {
  readonly value: Json
  readonly edit: Edit
}

/** The winner of one field among the edits of one source, or none. [ED1] */
export function winnerOf(edits: readonly Edit[], field: string, src: string): Edit | undefined {
  let winner: Edit | undefined
  for (const edit of edits)
    if (edit.src === src && Object.hasOwn(edit.set, field) && (!winner || compareEdits(edit, winner) > 0))
      winner = edit
  return winner
}

/**
 * The fold of the edits of one record: per field and source the greatest `(hlc, by)` wins; of the sources, user
 * before vision before device shows. A released field shows the next source. Order and duplicates do not matter.
 */
export function foldEdits(edits: readonly Edit[]): Map<string, FieldState> {
  const state = new Map<string, FieldState>()
  for (const src of SOURCES) {
    let winners: Map<string, Edit> | undefined
    for (const edit of edits) {
      if (edit.src !== src) continue
      winners ??= new Map()
      for (const field in edit.set) {
        const winner = winners.get(field)
        if (!winner || compareEdits(edit, winner) > 0) winners.set(field, edit)
      }
    }
    if (!winners) continue
    for (const [field, edit] of winners) {
      const value = edit.set[field]
      if (value === undefined || state.has(field) || isRelease(value)) continue
      state.set(field, { value, edit })
    }
  }
  return state
}
