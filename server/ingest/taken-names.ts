import { isDeepStrictEqual } from 'node:util'
import { type Edit, editKey } from '@modaics/shared'
import { recordKey } from '../fold/fold-records.js'
import type { CommitStore } from './commit-store.js'

/**
 * Whether an edit's name, `(hlc, by)`, belongs to another edit already. A writer's stamps grow, so almost every edit is
 * seen to be new without asking the store: only the rest is compared with what is there.
 */
export interface TakenNames {
  /**
   * The first of these edits that says something else than a live edit of the same name and record does.
   *
   * @param gathered accepted, and not in the store yet
   */
  clash(edits: readonly Edit[], gathered: readonly Edit[]): Promise<Edit | null>
  /** Somebody else may have written. */
  forget(): void
}

export function createTakenNames(store: CommitStore, wardrobeId: string): TakenNames {
  /** writer → newest stamp that it has used, as far as live edits tell */
  let newest = new Map<string, number>()

  async function look(writers: ReadonlySet<string>): Promise<void> {
    const found = await store.newestStamps(wardrobeId, [...writers])
    for (const by of writers) newest.set(by, found.get(by) ?? 0)
  }

  return {
    async clash(edits, gathered) {
      const unknown = new Set<string>()
      for (const { by } of edits) if (!newest.has(by)) unknown.add(by)
      if (unknown.size > 0) await look(unknown)
      const doubtful: { edit: Edit; before: number }[] = []
      for (const [before, edit] of edits.entries()) {
        if (edit.hlc > (newest.get(edit.by) ?? 0)) newest.set(edit.by, edit.hlc)
        else doubtful.push({ edit, before })
      }
      if (doubtful.length === 0) return null
      const folds = await store.folds(
        wardrobeId,
        doubtful.map(({ edit }) => edit),
      )
      for (const { edit, before } of doubtful) {
        const sameName = (other: Edit): boolean =>
          editKey(other) === editKey(edit) && other.kind === edit.kind && other.id === edit.id
        const other =
          (folds.get(recordKey(edit)) ?? []).find(sameName) ??
          gathered.find(sameName) ??
          edits.slice(0, before).find(sameName)
        if (other && !isDeepStrictEqual(plain(other), plain(edit))) return edit
      }
      return null
    },
    forget() {
      newest = new Map()
    },
  }
}

/** Without the prototypes and orders of keys that differ between what was read and what was sent. */
function plain({ set, over, src, confidence }: Edit): unknown {
  return JSON.parse(JSON.stringify({ set, over, src, confidence }))
}
