import type { Account } from '@modaics/client'
import {
  ackSchema,
  BEARER_PREFIX,
  encodeClientHello,
  encodeSyncFrame,
  MESSAGE,
  PROTOCOL_VERSION,
  refusalSchema,
  SUBPROTOCOL,
  SYNC,
} from '@modaics/shared'
import * as decoding from 'lib0/decoding'
import WebSocket from 'ws'
import { until } from './devices.js'

/** Somebody who speaks the protocol by hand, and sends whatever a test wants to be sent. */
export interface RawClient {
  readonly refusals: { readonly code: string; readonly edit?: readonly [number, string] | undefined }[]
  acks: number
  /** of the socket, once it is closed; the reason begins with our code */
  closed: { readonly code: number; readonly reason: string } | null
  send(frame: Uint8Array | string): void
  /** as a sync update */
  update(update: Uint8Array): void
  end(): void
}

/** @param plain without a hello: as y-websocket does it */
export async function connectRaw(
  url: string,
  wardrobeId: string,
  account: Account,
  plain = false,
): Promise<RawClient> {
  const token = (await account.token()) ?? ''
  const socket = new WebSocket(`${url.replace('http', 'ws')}/sync/${wardrobeId}`, [
    SUBPROTOCOL,
    BEARER_PREFIX + token,
  ])
  socket.binaryType = 'arraybuffer'
  let greeted = false
  const client: RawClient = {
    refusals: [],
    acks: 0,
    closed: null,
    send: (frame) => socket.send(frame),
    update: (update) => socket.send(encodeSyncFrame(SYNC.update, update)),
    end: () => socket.terminate(),
  }
  socket.on('error', () => {})
  socket.on('close', (code, reason) => {
    client.closed = { code, reason: reason.toString() }
  })
  socket.on('message', (data: ArrayBuffer) => {
    const decoder = decoding.createDecoder(new Uint8Array(data))
    const type = decoding.readVarUint(decoder)
    if (type === MESSAGE.hello) greeted = true
    else if (type === MESSAGE.ack) {
      ackSchema.parse(JSON.parse(decoding.readVarString(decoder)))
      client.acks++
    } else if (type === MESSAGE.refusal)
      client.refusals.push(refusalSchema.parse(JSON.parse(decoding.readVarString(decoder))))
  })
  await new Promise((resolve) => socket.once('open', resolve))
  const device = account.deviceId ?? ''
  if (plain) return client
  client.send(encodeClientHello({ protocol: PROTOCOL_VERSION, device, cursor: null }))
  client.send(encodeSyncFrame(SYNC.step1, new Uint8Array([0])))
  await until(() => greeted || client.closed)
  return client
}
