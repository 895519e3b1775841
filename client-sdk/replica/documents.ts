import { createBagDocument, type LiveEdit } from '@modaics/shared'
import * as Y from 'yjs'
import { takeStrays } from './strays.js'

/** A document of its own for these updates. */
export function documentOf(updates: readonly Uint8Array[], origin?: unknown): Y.Doc {
  const doc = new Y.Doc()
  doc.transact(() => {
    for (const update of updates) Y.applyUpdate(doc, update, origin)
  }, origin)
  return doc
}

/** The edits that these updates hold, those that cannot be placed apart. */
export function editsIn(updates: readonly Uint8Array[]): { strays: LiveEdit[]; edits: LiveEdit[] } {
  const doc = documentOf(updates)
  const strays = takeStrays(doc)
  const bag = createBagDocument(doc, () => {})
  const edits = [...bag.all()]
  bag.close()
  doc.destroy()
  return { strays, edits }
}

/** What the document has and these updates do not, as an update; null where there is nothing. */
export function lackingIn(updates: readonly Uint8Array[], doc: Y.Doc): Uint8Array | null {
  const other = documentOf(updates)
  other.store.pendingStructs = null
  const state = Y.encodeStateVector(other)
  other.destroy()
  const theirs = Y.decodeStateVector(state)
  const ours = Y.decodeStateVector(Y.encodeStateVector(doc))
  const lacks = [...ours].some(([client, clock]) => clock > (theirs.get(client) ?? 0))
  return lacks ? Y.encodeStateAsUpdate(doc, state) : null
}
