import { type EditTuple, type LiveEdit, tupleToEdit } from '@modaics/shared'
import * as Y from 'yjs'

/**
 * The edits of structs that wait in a document for others which are not there, and takes them out of it. Such come from
 * a tab that wrote to the journal before it knew of a new epoch, or after one that did not come to store what it wrote.
 * Whoever has the document would send them to the server for ever, which cannot place them either.
 */
export function takeStrays(doc: Y.Doc): LiveEdit[] {
  const { store } = doc
  const { pendingStructs, pendingDs } = store
  store.pendingStructs = null
  store.pendingDs = null
  if (!pendingStructs) return []
  const deleted = pendingDs ? Y.decodeUpdateV2(pendingDs).ds : null
  // Between those that wait there may be gaps, which Yjs fills with structs of no content.
  return Y.decodeUpdateV2(pendingStructs.update).structs.flatMap((struct) => {
    if (!(struct instanceof Y.Item && struct.content instanceof Y.ContentAny)) return []
    const { client, clock } = struct.id
    return struct.content.arr.flatMap((value, i) => {
      if (deleted && Y.isDeleted(deleted, Y.createID(client, clock + i))) return []
      return [{ ...tupleToEdit(value as EditTuple), client, clock: clock + i }]
    })
  })
}

/** Names the structs that those which cannot be placed wait for; null where none waits. */
export function missedBy({ store: { pendingStructs } }: Y.Doc): string | null {
  return pendingStructs && JSON.stringify([...pendingStructs.missing])
}
