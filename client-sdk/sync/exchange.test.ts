import {
  createId,
  type EditTuple,
  EMPTY_UPDATE,
  encodeAck,
  encodeRefusal,
  encodeServerHello,
  encodeSyncFrame,
  MESSAGE,
  PROTOCOL_VERSION,
  type Refusal,
  readUpdate,
  SYNC,
} from '@modaics/shared'
import * as decoding from 'lib0/decoding'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { openMemoryJournal } from '../journal/memory-journal.js'
import { openReplica } from '../replica/open-replica.js'
import { createExchange } from './exchange.js'

const NOW = Date.UTC(2026, 0, 1)

/** A replica and its exchange; what it sends is collected, what the server says is put in by hand. */
async function meet(edits: number) {
  const fresh = { wardrobeId: createId(), device: 'phone-0001' }
  const replica = await openReplica({ journal: openMemoryJournal(), fresh, now: () => NOW, writer: 'w' })
  for (let i = 0; i < edits; i++)
    void replica.write({ kind: 'items', id: `item-${i}`, set: { name: `${i}` } })
  await replica.journaled()
  const sent: Uint8Array[] = []
  const seen = { synced: 0, stuck: [] as string[], refused: [] as Refusal[] }
  const exchange = createExchange({
    replica,
    device: () => null,
    send: (frame) => void sent.push(frame),
    now: () => NOW,
    onHello: () => {},
    onExpiry: () => {},
    onRefused: (refusal) => void seen.refused.push(refusal),
    onSynced: () => void seen.synced++,
    onStuck: (code) => void seen.stuck.push(code),
  })
  const say = (frame: Uint8Array): void => {
    const decoder = decoding.createDecoder(frame)
    exchange.receive(decoding.readVarUint(decoder), decoder)
  }
  const hello = encodeServerHello({
    protocol: PROTOCOL_VERSION,
    now: NOW,
    epoch: 0,
    head: 0,
    role: 'owner',
    expiresAt: NOW + 900_000,
  })
  const vector = (clocks: [number, number][] = []): Uint8Array =>
    encodeSyncFrame(SYNC.step1, Y.encodeStateVector(new Map(clocks)))
  return {
    replica,
    exchange,
    seen,
    say,
    refuse: (code: Refusal['code'], edit?: Refusal['edit']) =>
      say(encodeRefusal({ code, detail: 'no', now: NOW, ...(edit ? { edit } : {}) })),
    greet: () => {
      say(hello)
      say(encodeSyncFrame(SYNC.step2, EMPTY_UPDATE))
      say(vector())
    },
    vector,
    /** what was sent since the last call */
    take() {
      const frames = sent.splice(0).map((frame) => {
        const decoder = decoding.createDecoder(frame)
        const type = decoding.readVarUint(decoder)
        if (type !== MESSAGE.sync) return { type, edits: [] as EditTuple[] }
        const kind = decoding.readVarUint(decoder)
        if (kind === SYNC.step1) return { type: 'step1', edits: [] }
        const reading = readUpdate(decoding.readVarUint8Array(decoder))
        if (!reading.ok) throw new Error(reading.detail)
        const edits = reading.content.runs.flatMap(({ values }) => (values ?? []) as EditTuple[])
        return { type: 'update', edits }
      })
      return { types: frames.map(({ type }) => type), edits: frames.flatMap((frame) => frame.edits) }
    },
  }
}

describe('an exchange', () => {
  test('[SE5] sends nothing of the document before the server has said where it stands', async () => {
    const { exchange, replica, take, greet, seen } = await meet(2)
    exchange.hello()
    await replica.write({ kind: 'items', id: 'x', set: { name: 'x' } })
    exchange.push(Y.encodeStateAsUpdate(replica.doc))
    expect(take().types).toEqual([])
    greet()
    expect(take().edits).toHaveLength(3)
    expect(seen.synced).toBe(1)
    expect(exchange.live).toBe(true)
  })

  test('[SE5] sends what is lacking and nothing when nothing is', async () => {
    const { exchange, replica, take, greet, say } = await meet(2)
    exchange.hello()
    greet()
    expect(take().edits).toHaveLength(2)
    const clocks = [...Y.decodeStateVector(Y.encodeStateVector(replica.doc))]
    say(encodeAck({ epoch: 0, seq: 1, clocks }))
    expect(replica.pending().count).toBe(0)
    expect(replica.meta().cursor).toEqual({ epoch: 0, seq: 1 })
    exchange.lost()
    expect(exchange.live).toBe(false)
    exchange.hello()
    greet()
    // A server that has lost it gets it again.
    expect(take().edits).toHaveLength(2)
  })

  test('[SE6] works off any number of refused edits, each set aside, and sends the rest', async () => {
    const { exchange, replica, take, greet, refuse, seen } = await meet(121)
    exchange.hello()
    greet()
    const { edits } = take()
    for (const [hlc, by] of edits.slice(0, 120)) {
      refuse('invalid-edit', [hlc, by])
      expect(take().types).toEqual([MESSAGE.hello, 'step1'])
      greet()
      take()
    }
    expect(seen.stuck).toEqual([])
    expect(seen.refused).toHaveLength(120)
    expect(replica.meta().refused).toHaveLength(120)
    expect(replica.pending().count).toBe(1)
    expect(exchange.live).toBe(true)
  })

  test('[SE3] starts over by itself no more when a refusal comes again and again and names nothing of its own', async () => {
    const { exchange, greet, refuse, seen, replica } = await meet(1)
    exchange.hello()
    greet()
    for (let i = 0; i < 60 && seen.stuck.length === 0; i++) {
      refuse('foreign-by', [1, 'somebody/else'])
      greet()
    }
    expect(seen.stuck).toEqual(['foreign-by'])
    expect(replica.pending().count).toBe(1)
  })

  test('[SE6] answers once where many pieces are refused because of the first', async () => {
    const { exchange, take, greet, refuse, say, vector, seen } = await meet(5)
    exchange.hello()
    greet()
    const [first] = take().edits
    refuse('invalid-edit', [first![0], first![1]])
    for (let i = 0; i < 100; i++) {
      refuse('resync')
      say(vector())
    }
    expect(take().types).toEqual([MESSAGE.hello, 'step1'])
    greet()
    expect(take().edits).toHaveLength(4)
    expect(seen.stuck).toEqual([])
  })

  test('[SE7] starts over where the server lacks something', async () => {
    const { exchange, take, greet, refuse, replica } = await meet(3)
    exchange.hello()
    greet()
    take()
    refuse('resync')
    expect(exchange.live).toBe(false)
    expect(take().types).toEqual([MESSAGE.hello, 'step1'])
    greet()
    expect(take().edits).toHaveLength(3)
    expect(replica.pending().count).toBe(3)
  })

  test('throws at what it cannot read, and leaves messages that it does not know', async () => {
    const { exchange, say } = await meet(0)
    exchange.hello()
    expect(() => say(new Uint8Array([MESSAGE.ack, 2, 123, 125]))).toThrow()
    expect(() => say(new Uint8Array([MESSAGE.commits, 255]))).toThrow()
    expect(() => say(new Uint8Array([250, 1, 1, 1]))).not.toThrow()
  })
})
