import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { MESSAGE } from './version.js'

/** Server → client: stored updates, in order. With them the client has everything up to `seq`. */
export interface Commits {
  readonly epoch: number
  readonly seq: number
  readonly updates: readonly Uint8Array[]
}

export function encodeCommits({ epoch, seq, updates }: Commits): Uint8Array {
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, MESSAGE.commits)
    encoding.writeVarUint(encoder, epoch)
    encoding.writeVarUint(encoder, seq)
    encoding.writeVarUint(encoder, updates.length)
    for (const update of updates) encoding.writeVarUint8Array(encoder, update)
  })
}

/** Reads what follows the message type. @throws when it is cut short */
export function readCommits(decoder: decoding.Decoder): Commits {
  const epoch = decoding.readVarUint(decoder)
  const seq = decoding.readVarUint(decoder)
  const count = decoding.readVarUint(decoder)
  const updates: Uint8Array[] = []
  for (let i = 0; i < count; i++) updates.push(decoding.readVarUint8Array(decoder))
  return { epoch, seq, updates }
}
