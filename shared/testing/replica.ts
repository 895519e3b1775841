import * as Y from 'yjs'
import type { Json } from '../domain/json.js'
import { beatenEdits, overOf } from '../edits/bag.js'
import { type BagDocument, createBagDocument, type LiveEdit } from '../edits/bag-document.js'
import { nextHlc } from '../edits/clock.js'
import type { Edit } from '../edits/edit.js'

/** A device in little: a bag document, a clock, and the rule that whoever writes takes beaten edits out. */
export interface ModelReplica {
  readonly by: string
  readonly doc: Y.Doc
  readonly bag: BagDocument
  /** The live edits of one record. */
  editsOf(kind: string, id: string): LiveEdit[]
  /** Writes one edit now, as this replica sees the bag, and sweeps the record. */
  write(kind: string, id: string, set: Readonly<Record<string, Json>>, options?: WriteOptions): Edit
  /** Takes everything that another replica has. */
  pull(from: ModelReplica): void
  close(): void
}

export interface WriteOptions {
  readonly src?: string
  readonly confidence?: Readonly<Record<string, number>>
}

export interface ModelReplicaOptions {
  /** `device/writer` */
  readonly by: string
  /** Yjs client id */
  readonly client: number
  /** wall clock, ms since 1970; may be wrong or run backwards */
  readonly now: () => number
}

export function createModelReplica({ by, client, now }: ModelReplicaOptions): ModelReplica {
  const doc = new Y.Doc()
  doc.clientID = client
  let clock = 0
  const records = new Map<string, Set<LiveEdit>>()
  const keyOf = (kind: string, id: string): string => `${kind}/${id}`

  const bag = createBagDocument(doc, ({ added, removed }) => {
    for (const edit of added) {
      clock = Math.max(clock, edit.hlc)
      const key = keyOf(edit.kind, edit.id)
      const record = records.get(key)
      if (record) record.add(edit)
      else records.set(key, new Set([edit]))
    }
    for (const edit of removed) records.get(keyOf(edit.kind, edit.id))?.delete(edit)
  })
  const editsOf = (kind: string, id: string): LiveEdit[] => [...(records.get(keyOf(kind, id)) ?? [])]

  return {
    by,
    doc,
    bag,
    editsOf,
    write(kind, id, set, { src = 'user', confidence = {} } = {}) {
      const live = editsOf(kind, id)
      clock = nextHlc(clock, now())
      const over = overOf(live, Object.keys(set), src)
      const edit: Edit = { hlc: clock, by, kind, id, set, over, src, confidence }
      const beaten = new Set(beatenEdits<Edit>([...live, edit]))
      bag.write(
        [edit],
        live.filter((other) => beaten.has(other)),
        by,
      )
      return edit
    },
    pull(from) {
      Y.applyUpdate(doc, Y.encodeStateAsUpdate(from.doc, Y.encodeStateVector(doc)), from.by)
    },
    close() {
      bag.close()
      doc.destroy()
    },
  }
}
