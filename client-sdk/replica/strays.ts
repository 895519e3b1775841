import { type Edit, type EditTuple, readUpdate, tupleToEdit } from '@modaics/shared'
import * as Y from 'yjs'

/**
 * The edits of structs that wait in a document for others which are not there, and takes them out of it. Such come from
 * a tab that wrote to the journal before it knew of a new epoch, or after one that did not come to store what it wrote.
 * Whoever has the document would send them to the server for ever, which cannot place them either.
 */
export function takeStrays(doc: Y.Doc): Edit[] {
  const { store } = doc
  const pending = store.pendingStructs
  store.pendingStructs = null
  store.pendingDs = null
  if (!pending) return []
  const reading = readUpdate(Y.convertUpdateFormatV2ToV1(pending.update))
  if (!reading.ok) return []
  return reading.content.runs.flatMap(({ values }) =>
    (values ?? []).map((value) => tupleToEdit(value as EditTuple)),
  )
}
