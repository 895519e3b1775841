import { type Conflict, conflictsOf, ModaicsError } from '@modaics/shared'
import type { Choice } from '../wardrobe.js'
import type { Replica } from './replica.js'

/** Calls back with the conflicts now and whenever there are others. Returns how to stop. */
export function watchConflicts(
  { index, events }: Pick<Replica, 'index' | 'events'>,
  listener: (conflicts: readonly Conflict[]) => void,
): () => void {
  let told: readonly Conflict[] | null = null
  const tell = (): void => {
    const now = index.conflicts()
    if (now === told) return
    told = now
    listener(now)
  }
  const off = events.on('change', tell)
  tell()
  return off
}

/**
 * Settles a conflict for everyone: one more edit, which has seen all the others.
 *
 * @throws ModaicsError `not-found` where there is none about that field
 */
export async function resolveConflict(
  { index, write }: Pick<Replica, 'index' | 'write'>,
  { kind, id, field }: Pick<Conflict, 'kind' | 'id' | 'field'>,
  choice: Choice,
): Promise<void> {
  const conflict = conflictsOf(index.live({ kind, id })).find((open) => open.field === field)
  if (!conflict) throw new ModaicsError('not-found', `there is no conflict about ${field} of ${id}`)
  const value = choice === 'winner' ? conflict.winner.value : choice.value
  await write({ kind, id, set: { [field]: value } })
}
