import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { MESSAGE, type SYNC } from './version.js'

/** A frame with a JSON body: hello, ack, refusal and authenticate. */
export function encodeJsonFrame(type: number, body: unknown): Uint8Array {
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, type)
    encoding.writeVarString(encoder, JSON.stringify(body))
  })
}

/** y-protocols' sync messages: step 1 carries a state vector, step 2 and update carry an update. */
export function encodeSyncFrame(kind: (typeof SYNC)[keyof typeof SYNC], payload: Uint8Array): Uint8Array {
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, MESSAGE.sync)
    encoding.writeVarUint(encoder, kind)
    encoding.writeVarUint8Array(encoder, payload)
  })
}

/** Keeps a y-websocket client from hanging up after 30 quiet seconds: an awareness message about nobody. */
export const KEEP_ALIVE_FRAME: Uint8Array = encoding.encode((encoder) => {
  encoding.writeVarUint(encoder, MESSAGE.awareness)
  encoding.writeVarUint8Array(encoder, new Uint8Array([0]))
})

/** A Yjs update that holds nothing. */
export const EMPTY_UPDATE: Uint8Array = new Uint8Array([0, 0])

/** Several frames as one body, each with its length before it: the HTTP form of the protocol. */
export function packFrames(frames: readonly Uint8Array[]): Uint8Array {
  return encoding.encode((encoder) => {
    for (const frame of frames) encoding.writeVarUint8Array(encoder, frame)
  })
}

/** @throws when the body is cut short */
export function unpackFrames(body: Uint8Array): Uint8Array[] {
  const decoder = decoding.createDecoder(body)
  const frames: Uint8Array[] = []
  while (decoding.hasContent(decoder)) frames.push(decoding.readVarUint8Array(decoder))
  return frames
}
