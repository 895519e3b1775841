import { type Edit, type EditTuple, readUpdate, tupleToEdit } from '@modaics/shared'
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import type { Commit } from './commit-store.js'
import type { Writer } from './judge.js'

/** What the write-ahead log keeps of a commit: enough to make it again. */
export type LoggedCommit = Omit<Commit, 'edits' | 'expectedHead'>

export function encodeLoggedCommit({ wardrobeId, head, updates, writers }: LoggedCommit): Uint8Array {
  return encoding.encode((encoder) => {
    encoding.writeVarString(encoder, wardrobeId)
    encoding.writeVarUint(encoder, head)
    encoding.writeVarUint(encoder, updates.length)
    for (const update of updates) encoding.writeVarUint8Array(encoder, update)
    encoding.writeVarUint(encoder, writers.size)
    for (const [client, { clock, owner }] of writers) {
      encoding.writeVarUint(encoder, client)
      encoding.writeVarUint(encoder, clock)
      encoding.writeVarString(encoder, owner)
    }
  })
}

export function decodeLoggedCommit(frame: Uint8Array): LoggedCommit {
  const decoder = decoding.createDecoder(frame)
  const wardrobeId = decoding.readVarString(decoder)
  const head = decoding.readVarUint(decoder)
  const updates: Uint8Array[] = []
  for (let left = decoding.readVarUint(decoder); left > 0; left--)
    updates.push(decoding.readVarUint8Array(decoder))
  const writers = new Map<number, Writer>()
  for (let left = decoding.readVarUint(decoder); left > 0; left--) {
    const client = decoding.readVarUint(decoder)
    const clock = decoding.readVarUint(decoder)
    writers.set(client, { clock, owner: decoding.readVarString(decoder) })
  }
  return { wardrobeId, head, updates, writers }
}

/** The edits of updates that were judged before they were stored. */
export function editsOf(updates: readonly Uint8Array[]): Edit[] {
  const edits: Edit[] = []
  for (const update of updates) {
    const reading = readUpdate(update)
    if (!reading.ok) throw new Error(reading.detail)
    for (const run of reading.content.runs)
      for (const value of run.values ?? []) edits.push(tupleToEdit(value as EditTuple))
  }
  return edits
}
