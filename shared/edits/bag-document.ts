import * as Y from 'yjs'
import { type Edit, type EditTuple, editToTuple, tupleToEdit } from './edit.js'
import { BAG_ROOT } from './read-update.js'
import { encodeDeletes } from './write-update.js'

/** An edit that is in the bag, and where: the Yjs struct that carries it. */
export interface LiveEdit extends Edit {
  readonly client: number
  readonly clock: number
}

export interface BagChange {
  readonly added: readonly LiveEdit[]
  readonly removed: readonly LiveEdit[]
  /** what the Yjs transaction was started with */
  readonly origin: unknown
}

/** The bag of edits as a Yjs document carries it. Nothing else writes the array. */
export interface BagDocument {
  readonly doc: Y.Doc
  /** Adds edits and takes beaten ones out, as one Yjs update. */
  write(edits: readonly Edit[], beaten: readonly LiveEdit[], origin: unknown): void
  /** The edit that a struct carries, while it is in the bag. */
  at(client: number, clock: number): LiveEdit | undefined
  /** Every live edit, in no order. */
  all(): IterableIterator<LiveEdit>
  close(): void
}

/**
 * Watches a document. `onChange` runs once for each transaction, whoever made it, also for what the document already
 * holds. Edits that `onChange` itself writes are told after it, several transactions together under the first's origin.
 * Values that are not edits are left where they are and not reported.
 */
export function createBagDocument(doc: Y.Doc, onChange: (change: BagChange) => void): BagDocument {
  const array = doc.getArray(BAG_ROOT)
  const places = new Map<number, Map<number, LiveEdit>>()

  function add(client: number, clock: number, value: unknown, added: LiveEdit[]): void {
    let own = places.get(client)
    // Transactions made while one is being told are already in what Yjs calls its state after: tell them once.
    if (own?.has(clock) || !looksLikeEdit(value)) return
    const edit = Object.assign(tupleToEdit(value), { client, clock })
    if (!own) {
      own = new Map()
      places.set(client, own)
    }
    own.set(clock, edit)
    added.push(edit)
  }

  function collect(client: number, from: number, added: LiveEdit[]): void {
    const structs = doc.store.clients.get(client)
    if (!structs || structs.length === 0) return
    const last = structs[structs.length - 1]
    if (!last || last.id.clock + last.length <= from) return
    for (let i = Y.findIndexSS(structs, from); i < structs.length; i++) {
      const struct = structs[i]
      if (!(struct instanceof Y.Item) || struct.deleted || !(struct.content instanceof Y.ContentAny)) continue
      if (struct.parent !== array || struct.parentSub !== null) continue
      const { clock } = struct.id
      struct.content.arr.forEach((value, k) => {
        if (clock + k >= from) add(client, clock + k, value, added)
      })
    }
  }

  function onTransaction(transaction: Y.Transaction): void {
    const added: LiveEdit[] = []
    const removed: LiveEdit[] = []
    for (const [client, after] of transaction.afterState) {
      const before = transaction.beforeState.get(client) ?? 0
      if (after > before) collect(client, before, added)
    }
    for (const [client, ranges] of transaction.deleteSet.clients) {
      const own = places.get(client)
      if (!own) continue
      // A range may be longer than what is left: walk the shorter of the two.
      for (const { clock, len } of ranges)
        for (const at of len <= own.size ? upFrom(clock, len) : [...own.keys()]) {
          const edit = at >= clock && at < clock + len ? own.get(at) : undefined
          if (!edit) continue
          own.delete(at)
          removed.push(edit)
        }
    }
    if (added.length > 0 || removed.length > 0) onChange({ added, removed, origin: transaction.origin })
  }

  const present: LiveEdit[] = []
  for (const client of doc.store.clients.keys()) collect(client, 0, present)
  if (present.length > 0) onChange({ added: present, removed: [], origin: null })
  doc.on('afterTransaction', onTransaction)

  return {
    doc,
    write(edits, beaten, origin) {
      doc.transact((transaction) => {
        if (edits.length > 0) array.push(edits.map(editToTuple))
        if (beaten.length === 0) return
        // By struct, not by index: finding the index of an edit would walk the array.
        Y.applyUpdate(doc, encodeDeletes(beaten.map(({ client, clock }) => ({ client, clock, length: 1 }))))
        // applyUpdate marks the whole transaction as a remote one; Yjs would then take our own new structs for those
        // of another document with our client id, and change the id with every write.
        transaction.local = true
      }, origin)
    },
    at: (client, clock) => places.get(client)?.get(clock),
    *all() {
      for (const own of places.values()) yield* own.values()
    },
    close() {
      doc.off('afterTransaction', onTransaction)
    },
  }
}

function* upFrom(start: number, count: number): Generator<number> {
  for (let k = 0; k < count; k++) yield start + k
}

/** What comes here passed the server's judge or our own; this only keeps foreign values of a shared document out. */
function looksLikeEdit(value: unknown): value is EditTuple {
  if (!Array.isArray(value) || value.length < 5) return false
  const [hlc, by, kind, id, set] = value as readonly unknown[]
  return (
    typeof hlc === 'number' &&
    typeof by === 'string' &&
    typeof kind === 'string' &&
    typeof id === 'string' &&
    typeof set === 'object' &&
    set !== null
  )
}
