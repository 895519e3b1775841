import { type EditTuple, type LiveEdit, readUpdate, tupleToEdit } from '@modaics/shared'
import * as Y from 'yjs'

/**
 * The edits of structs that wait in a document for others which are not there, and takes them out of it. Such come from
 * a tab that wrote to the journal before it knew of a new epoch, or after one that did not come to store what it wrote.
 * Whoever has the document would send them to the server for ever, which cannot place them either.
 */
export function takeStrays(doc: Y.Doc): LiveEdit[] {
  const { store } = doc
  const pending = store.pendingStructs
  store.pendingStructs = null
  store.pendingDs = null
  if (!pending) return []
  const reading = readUpdate(Y.convertUpdateFormatV2ToV1(pending.update))
  if (!reading.ok) return []
  return reading.content.runs.flatMap(({ client, clock, values }) =>
    (values ?? []).map((value, i) => ({ ...tupleToEdit(value as EditTuple), client, clock: clock + i })),
  )
}

/** Names the structs that those which cannot be placed wait for; null where none waits. */
export function missedBy({ store: { pendingStructs } }: Y.Doc): string | null {
  return pendingStructs && JSON.stringify([...pendingStructs.missing])
}
