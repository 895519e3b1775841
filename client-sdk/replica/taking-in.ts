import * as Y from 'yjs'

/** Smaller ones are better put together, as Yjs does: each is stored, and read at the next start, by itself. */
const WHOLE_BYTES = 4_096

type Listener = (update: Uint8Array, origin: unknown) => void

/**
 * Puts updates into a document in one transaction. To tell a listener, Yjs writes anew what it has taken in, which is a
 * third of the time that a large wardrobe takes to come: large updates, of which nothing has to wait, are told as they came.
 *
 * @param listener one that hears the document's updates; all others are told by Yjs
 * @param tell what was taken in, instead of the listener
 * @throws what Yjs throws at bytes that are no update; what came before those is told
 */
export function takeIn(
  doc: Y.Doc,
  updates: readonly Uint8Array[],
  origin: unknown,
  listener: Listener,
  tell: (updates: readonly Uint8Array[]) => void,
): void {
  const before = comeWhole(updates) && !waits(doc) ? Y.encodeStateVector(doc) : null
  let own: Y.Transaction | undefined
  let complete = false
  let listening = before === null
  const listen = (): void => {
    if (!listening) doc.on('update', listener)
    listening = true
  }
  if (before) doc.off('update', listener)
  try {
    doc.transact((transaction) => {
      own = transaction
      // An observer that writes while it is told of ours: its update must be heard.
      doc.on('beforeTransaction', listen)
      for (const update of updates) Y.applyUpdate(doc, update, origin)
    }, origin)
    complete = !waits(doc)
  } finally {
    doc.off('beforeTransaction', listen)
    if (!listening) {
      listen()
      if (before && own && broughtNews(own)) tell(complete ? updates : [since(doc, before)])
    }
  }
}

function comeWhole(updates: readonly Uint8Array[]): boolean {
  const bytes = updates.reduce((sum, update) => sum + update.byteLength, 0)
  return bytes > 0 && bytes >= updates.length * WHOLE_BYTES
}

const waits = ({ store }: Y.Doc): boolean => store.pendingStructs !== null || store.pendingDs !== null

/** As Yjs decides whether it tells of an update. */
function broughtNews({ beforeState, afterState, deleteSet }: Y.Transaction): boolean {
  if (deleteSet.clients.size > 0) return true
  return [...afterState].some(([client, clock]) => clock !== beforeState.get(client))
}

/** What has come into a document, without what waits there. */
function since(doc: Y.Doc, before: Uint8Array): Uint8Array {
  const { store } = doc
  const { pendingStructs, pendingDs } = store
  store.pendingStructs = null
  store.pendingDs = null
  const update = Y.encodeStateAsUpdate(doc, before)
  Object.assign(store, { pendingStructs, pendingDs })
  return update
}
