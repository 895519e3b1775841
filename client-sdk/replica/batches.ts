/** About how many bytes of one turn's edits go into one Yjs update: the server reads it while the next one is made. */
const BATCH_BYTES = 65_536
/** What an edit takes beside its values: its name, its record, what it is over. */
const EDIT_BYTES = 100

/**
 * What was written in one turn, cut into parts that travel one after the other.
 *
 * @param entries each with the size of its values in characters
 */
export function inBatches<E>(entries: readonly { readonly edit: E; readonly size: number }[]): E[][] {
  const batches: E[][] = []
  let batch: E[] = []
  let size = 0
  for (const entry of entries) {
    batch.push(entry.edit)
    size += entry.size + EDIT_BYTES
    if (size < BATCH_BYTES) continue
    batches.push(batch)
    batch = []
    size = 0
  }
  if (batch.length > 0) batches.push(batch)
  return batches
}
