import type { Json } from '../domain/json.js'
import { hlcToMs } from './clock.js'
import { compareEdits, deviceOf, type Edit, type EditName, editKey } from './edit.js'
import { foldEdits } from './fold.js'

/** What somebody once said of a record. */
export interface HistoryEntry {
  readonly kind: string
  readonly id: string
  readonly name: EditName
  /** ms since 1970 */
  readonly at: number
  /** who: the device that wrote it */
  readonly device: string
  /** `user`, `vision`, `device`, or one that this version does not know */
  readonly source: string
  /** field → value, as it was written; `null` clears, `{"$": "release"}` takes the user's word back */
  readonly changes: Readonly<Record<string, Json>>
  /** those of the fields that still show what this edit said */
  readonly shows: readonly string[]
}

/**
 * The history of one record, latest first, from its live edits and those that have left the bag.
 * An edit that is in both counts once.
 */
export function historyOf(live: readonly Edit[], past: readonly Edit[]): HistoryEntry[] {
  const state = foldEdits(live)
  const all = new Map<string, Edit>()
  for (const edit of [...past, ...live]) all.set(editKey(edit), edit)
  return [...all.values()]
    .sort((x, y) => compareEdits(y, x))
    .map((edit) => ({
      kind: edit.kind,
      id: edit.id,
      name: [edit.hlc, edit.by],
      at: hlcToMs(edit.hlc),
      device: deviceOf(edit.by),
      source: edit.src,
      changes: edit.set,
      shows: Object.keys(edit.set)
        .filter((field) => state.get(field)?.edit === edit)
        .sort(),
    }))
}
