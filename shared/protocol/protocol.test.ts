import fc from 'fast-check'
import * as decoding from 'lib0/decoding'
import { describe, expect, test } from 'vitest'
import * as awarenessProtocol from 'y-protocols/awareness'
import { Awareness } from 'y-protocols/awareness'
import * as syncProtocol from 'y-protocols/sync'
import * as Y from 'yjs'
import type { z } from 'zod'
import { ERRORS } from '../domain/errors.js'
import { ackSchema, encodeAck } from './ack.js'
import {
  authenticatedSchema,
  authenticateSchema,
  encodeAuthenticate,
  encodeAuthenticated,
} from './authenticate.js'
import { encodeCommits, readCommits } from './commits.js'
import { EMPTY_UPDATE, encodeSyncFrame, KEEP_ALIVE_FRAME, packFrames, unpackFrames } from './frames.js'
import { clientHelloSchema, encodeClientHello, encodeServerHello, serverHelloSchema } from './hello.js'
import { encodeRefusal, refusalSchema } from './refusal.js'
import { BEARER_PREFIX, LIMITS, MESSAGE, SUBPROTOCOL, SYNC } from './version.js'

const frames = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 })
const whole = fc.nat(Number.MAX_SAFE_INTEGER)

/** What a receiver makes of a JSON frame. */
function readJson<S extends z.ZodType>(frame: Uint8Array, schema: S): [number, z.output<S>] {
  const decoder = decoding.createDecoder(frame)
  const type = decoding.readVarUint(decoder)
  const body = schema.parse(JSON.parse(decoding.readVarString(decoder)))
  expect(decoding.hasContent(decoder)).toBe(false)
  return [type, body]
}

describe('messages', () => {
  test('[PT5] hello, ack, refusal and authenticate read back as they were', () => {
    const cursor = fc.record({ epoch: whole, seq: whole })
    fc.assert(
      fc.property(
        fc.record({
          protocol: fc.integer({ min: 1 }),
          device: fc.string({ maxLength: 64 }),
          cursor: fc.option(cursor),
        }),
        fc.record({ epoch: whole, seq: whole, clocks: fc.array(fc.tuple(whole, whole)) }),
        fc.string({ unit: 'grapheme' }),
        whole,
        (hello, ack, text, now) => {
          expect(readJson(encodeClientHello(hello), clientHelloSchema)).toEqual([MESSAGE.hello, hello])
          expect(readJson(encodeAck(ack), ackSchema)).toEqual([MESSAGE.ack, ack])
          const server = { protocol: 1, now, epoch: 0, head: now, role: 'editor', expiresAt: now } as const
          expect(readJson(encodeServerHello(server), serverHelloSchema)).toEqual([MESSAGE.hello, server])
          for (const edit of [{}, { edit: [now, text] as [number, string] }]) {
            const refusal = { code: 'clock-ahead', detail: text, now, ...edit } as const
            expect(readJson(encodeRefusal(refusal), refusalSchema)).toEqual([MESSAGE.refusal, refusal])
          }
          expect(readJson(encodeAuthenticate({ token: text }), authenticateSchema)[1]).toEqual({
            token: text,
          })
          expect(readJson(encodeAuthenticated({ expiresAt: now }), authenticatedSchema)[1]).toEqual({
            expiresAt: now,
          })
        },
      ),
      { numRuns: 200 },
    )
  })

  test.each<[string, z.ZodType, unknown]>([
    ['a hello without a protocol', clientHelloSchema, { device: 'a', cursor: null }],
    ['a hello of protocol 0', clientHelloSchema, { protocol: 0, device: 'a', cursor: null }],
    ['a hello with a long device', clientHelloSchema, { protocol: 1, device: 'a'.repeat(65), cursor: null }],
    [
      'a hello with a negative cursor',
      clientHelloSchema,
      { protocol: 1, device: 'a', cursor: { epoch: 0, seq: -1 } },
    ],
    ['a hello with half a cursor', clientHelloSchema, { protocol: 1, device: 'a', cursor: { seq: 1 } }],
    ['an ack with a broken clock', ackSchema, { epoch: 0, seq: 0, clocks: [[1, 1.5]] }],
    ['an ack with half a clock', ackSchema, { epoch: 0, seq: 0, clocks: [[1]] }],
    [
      'a role that there is not',
      serverHelloSchema,
      { protocol: 1, now: 0, epoch: 0, head: 0, role: 'king', expiresAt: 0 },
    ],
    ['a refusal without a code', refusalSchema, { detail: '', now: 0 }],
    ['a token that is too long', authenticateSchema, { token: 'x'.repeat(8193) }],
  ])('[PT5] %s does not pass its schema', (_, schema, value) => {
    expect(schema.safeParse(value).success).toBe(false)
  })

  test('[PT6] a newer version may add keys to a message: they are ignored', () => {
    const hello = { protocol: 1, device: 'a', cursor: null, colour: 'blue' }
    expect(clientHelloSchema.parse(hello)).toEqual({ protocol: 1, device: 'a', cursor: null })
    expect(ackSchema.parse({ epoch: 0, seq: 1, clocks: [], took: 3 })).toEqual({
      epoch: 0,
      seq: 1,
      clocks: [],
    })
  })

  test('[PT6] a refusal with a code of a newer version can still be read', () => {
    expect(refusalSchema.parse({ code: 'not-yet-invented', detail: '', now: 0 }).code).toBe(
      'not-yet-invented',
    )
  })

  test('[PT7] commits read back as they were; a cut message is an error, also in the middle of a larger buffer', () => {
    fc.assert(
      fc.property(whole, whole, frames, (epoch, seq, updates) => {
        const commits = { epoch, seq, updates }
        const frame = encodeCommits(commits)
        const decoder = decoding.createDecoder(frame)
        expect(decoding.readVarUint(decoder)).toBe(MESSAGE.commits)
        expect(readCommits(decoder)).toEqual(commits)
        // As a frame lies in a socket's buffer: others' bytes follow.
        const pool = new Uint8Array(frame.length + 1000)
        pool.set(frame)
        for (let end = 1; end < frame.length; end++) {
          const cut = decoding.createDecoder(pool.subarray(0, end))
          decoding.readVarUint(cut)
          expect(() => readCommits(cut)).toThrow()
        }
      }),
      { numRuns: 50 },
    )
  })

  test('[PT8] frames packed into one body come out again; a cut body is an error', () => {
    fc.assert(
      fc.property(frames, (list) => {
        const body = packFrames(list)
        expect(unpackFrames(body)).toEqual(list)
        if (list.length === 0) return
        const pool = new Uint8Array(body.length + 1000)
        pool.set(body)
        for (let end = body.length - list.at(-1)!.length; end < body.length; end++)
          expect(() => unpackFrames(pool.subarray(0, end))).toThrow()
      }),
      { numRuns: 100 },
    )
  })
})

describe('under the protocol of y-websocket', () => {
  test('[PT9] our sync frames are y-protocols’ own', () => {
    const doc = new Y.Doc()
    doc.getArray('edits').push([1, 2, 3])
    const other = new Y.Doc()
    const replies: Uint8Array[] = []
    for (const frame of [
      encodeSyncFrame(SYNC.update, Y.encodeStateAsUpdate(doc)),
      encodeSyncFrame(SYNC.step2, Y.encodeStateAsUpdate(doc)),
      encodeSyncFrame(SYNC.update, EMPTY_UPDATE),
    ]) {
      const decoder = decoding.createDecoder(frame)
      expect(decoding.readVarUint(decoder)).toBe(MESSAGE.sync)
      syncProtocol.readSyncMessage(
        decoder,
        { cpos: 0, bufs: [], cbuf: new Uint8Array(64) } as never,
        other,
        null,
      )
      replies.push(frame)
    }
    expect(other.getArray('edits').toArray()).toEqual([1, 2, 3])
    expect(Y.encodeStateAsUpdate(new Y.Doc())).toEqual(EMPTY_UPDATE)
    expect([SYNC.step1, SYNC.step2, SYNC.update]).toEqual([
      syncProtocol.messageYjsSyncStep1,
      syncProtocol.messageYjsSyncStep2,
      syncProtocol.messageYjsUpdate,
    ])
  })

  test('[PT9] the keep-alive frame is an awareness message about nobody', () => {
    const decoder = decoding.createDecoder(KEEP_ALIVE_FRAME)
    expect(decoding.readVarUint(decoder)).toBe(MESSAGE.awareness)
    const awareness = new Awareness(new Y.Doc())
    const changes: unknown[] = []
    awareness.on('update', (change: unknown) => changes.push(change))
    awarenessProtocol.applyAwarenessUpdate(awareness, decoding.readVarUint8Array(decoder), null)
    expect(changes).toEqual([])
    awareness.destroy()
  })

  test('[PT9] our messages stay clear of y-websocket’s, whose numbers end at 3', () => {
    const { sync, awareness, auth, queryAwareness, ...ours } = MESSAGE
    expect([sync, awareness, auth, queryAwareness]).toEqual([0, 1, 2, 3])
    for (const type of Object.values(ours)) expect(type).toBeGreaterThanOrEqual(100)
    expect(new Set(Object.values(MESSAGE)).size).toBe(Object.keys(MESSAGE).length)
  })

  test('[PT9] the subprotocols are tokens that a browser lets a page offer', () => {
    for (const name of [SUBPROTOCOL, `${BEARER_PREFIX}eyJhbGciOi.J9-_`])
      expect(name).toMatch(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/)
  })

  test('[PT4] a piece leaves room for its frame under what a client may send', () => {
    expect(LIMITS.pieceBytes).toBeLessThan(LIMITS.updateBytes)
    expect(LIMITS.packBytes).toBeLessThan(LIMITS.updateBytes)
  })
})

describe('error codes', () => {
  test('[PT10] close codes that are final lie in 4400–4499 and those to be tried again in 4500–4599', () => {
    for (const [code, { close, status, remedy }] of Object.entries(ERRORS)) {
      expect(close, code).toBeGreaterThanOrEqual(4400)
      expect(close, code).toBeLessThan(4600)
      expect(status, code).toBeGreaterThanOrEqual(400)
      expect(['retry', 'sign-in', 'upgrade', 'fix', 'fatal'], code).toContain(remedy)
      if (remedy === 'sign-in') expect(close, code).toBe(4401)
    }
  })
})
