import * as encoding from 'lib0/encoding'
import type * as Y from 'yjs'
import type { EditTuple } from './edit.js'
import { BAG_ROOT, type Range, type Run, type UpdateContent } from './read-update.js'

// Yjs update format v1. Info byte of an item: content reference in the low five bits, then which neighbours follow.
const CONTENT_DELETED = 1
const CONTENT_ANY = 8
const HAS_ORIGIN = 0x80
const HAS_RIGHT_ORIGIN = 0x40

/**
 * Writes runs and deleted ranges as one Yjs update (v1). The runs of each client must be consecutive; the clients are
 * written highest first, as `Y.mergeUpdates` expects them.
 */
export function writeUpdate({ runs, deletes }: UpdateContent): Uint8Array {
  const encoder = encoding.createEncoder()
  const byClient = groupByClient(runs)
  encoding.writeVarUint(encoder, byClient.size)
  for (const [client, own] of byClient) {
    encoding.writeVarUint(encoder, own.length)
    encoding.writeVarUint(encoder, client)
    encoding.writeVarUint(encoder, own[0]?.clock ?? 0)
    for (const run of own) writeRun(encoder, run)
  }
  const deleted = groupByClient(deletes)
  encoding.writeVarUint(encoder, deleted.size)
  for (const [client, ranges] of deleted) {
    encoding.writeVarUint(encoder, client)
    encoding.writeVarUint(encoder, ranges.length)
    for (const { clock, length } of ranges) {
      encoding.writeVarUint(encoder, clock)
      encoding.writeVarUint(encoder, length)
    }
  }
  return encoding.toUint8Array(encoder)
}

/** An update that adds edits under a Yjs client of one's own, without a document: how the server writes. */
export function encodeEdits(client: number, clock: number, edits: readonly EditTuple[]): Uint8Array {
  const run: Run = { client, clock, length: edits.length, values: edits, origin: null, rightOrigin: null }
  return writeUpdate({ runs: edits.length > 0 ? [run] : [], deletes: [] })
}

/** An update that only deletes. */
export function encodeDeletes(deletes: readonly Range[]): Uint8Array {
  return writeUpdate({ runs: [], deletes })
}

function writeRun(encoder: encoding.Encoder, run: Run): void {
  const ref = run.values === null ? CONTENT_DELETED : CONTENT_ANY
  encoding.writeUint8(encoder, ref | (run.origin ? HAS_ORIGIN : 0) | (run.rightOrigin ? HAS_RIGHT_ORIGIN : 0))
  if (run.origin) writeId(encoder, run.origin)
  if (run.rightOrigin) writeId(encoder, run.rightOrigin)
  if (!run.origin && !run.rightOrigin) {
    encoding.writeVarUint(encoder, 1) // the parent is a root type, by name
    encoding.writeVarString(encoder, BAG_ROOT)
  }
  encoding.writeVarUint(encoder, run.length)
  if (run.values !== null)
    for (const value of run.values) encoding.writeAny(encoder, value as encoding.AnyEncodable)
}

function writeId(encoder: encoding.Encoder, id: Y.ID): void {
  encoding.writeVarUint(encoder, id.client)
  encoding.writeVarUint(encoder, id.clock)
}

function groupByClient<R extends { readonly client: number }>(list: readonly R[]): Map<number, R[]> {
  const groups = new Map<number, R[]>()
  for (const entry of list) {
    const group = groups.get(entry.client)
    if (group) group.push(entry)
    else groups.set(entry.client, [entry])
  }
  return new Map([...groups].sort(([x], [y]) => y - x))
}
