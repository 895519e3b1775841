import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { ackSchema } from './ack.js'
import { authenticatedSchema, authenticateSchema } from './authenticate.js'
import { encodeCommits } from './commits.js'
import { encodeSyncFrame, KEEP_ALIVE_FRAME, packFrames } from './frames.js'
import { clientHelloSchema, encodeClientHello, serverHelloSchema } from './hello.js'
import { refusalSchema } from './refusal.js'
import { BEARER_PREFIX, MESSAGE, PROTOCOL_VERSION, SUBPROTOCOL, SYNC } from './version.js'

const schemas = {
  clientHello: clientHelloSchema,
  serverHello: serverHelloSchema,
  ack: ackSchema,
  refusal: refusalSchema,
  authenticate: authenticateSchema,
  authenticated: authenticatedSchema,
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** All that the two ends must agree on. */
function shape(): unknown {
  const bytes = Uint8Array.of(1, 2, 3)
  return {
    messages: Object.fromEntries(
      Object.entries(schemas).map(([name, schema]) => [name, z.toJSONSchema(schema, { io: 'input' })]),
    ),
    frames: {
      hello: hex(encodeClientHello({ protocol: 1, device: 'd', cursor: null })),
      commits: hex(encodeCommits({ epoch: 1, seq: 300, updates: [bytes, bytes] })),
      sync: hex(encodeSyncFrame(SYNC.update, bytes)),
      keepAlive: hex(KEEP_ALIVE_FRAME),
      packed: hex(packFrames([bytes, new Uint8Array()])),
    },
    types: MESSAGE,
    sync: SYNC,
    subprotocols: [SUBPROTOCOL, BEARER_PREFIX],
  }
}

const file = new URL('./shapes.json', import.meta.url)
const shapes = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>

describe('the shape of the protocol', () => {
  // Not a snapshot that `-u` would quietly rewrite. A message has changed? Raise PROTOCOL_VERSION, write its line of
  // history in version.ts, and add the printed shape to shapes.json under the new version.
  test('[PT6] does not move without PROTOCOL_VERSION', () => {
    expect(JSON.parse(JSON.stringify(shape()))).toEqual(shapes[PROTOCOL_VERSION])
  })

  test('[PT6] every version has its shape and its line of history', () => {
    const versions = Array.from({ length: PROTOCOL_VERSION }, (_, i) => `${i + 1}`)
    expect(Object.keys(shapes)).toEqual(versions)
    const history = readFileSync(new URL('./version.ts', import.meta.url), 'utf8')
    for (const version of versions) expect(history).toMatch(new RegExp(`^ \\* ${version} \\(`, 'm'))
  })
})
