import { createHash, randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { BEARER_PREFIX, SUBPROTOCOL } from '@modaics/shared'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { openTestServer, type TestServer } from '../../server/testing/server.js'
import { createDevices, createPerson, type Device, type Person, until } from './devices.js'
import { connectRaw, type RawClient } from './raw-client.js'

/** What ends here by a limit in time may take that long, and a busy machine. */
const PATIENT = { timeout: 110_000, interval: 100 }

/** Bytes to the server, and what it says to them. */
interface Wire {
  readonly socket: Socket
  readonly answer: () => string
  readonly closed: () => boolean
}

describe('a server under hostile load', () => {
  let server: TestServer
  let person: Person
  let device: Device
  const wires: Wire[] = []
  const raws: RawClient[] = []
  const { keep, closeAll } = createDevices()

  beforeAll(async () => {
    server = await openTestServer('pglite', {
      env: { CONNECTIONS_PER_USER: '4', CONNECTIONS_PER_ADDRESS: '40' },
    })
  })
  afterEach(async () => {
    for (const { socket } of wires.splice(0)) socket.destroy()
    for (const raw of raws.splice(0)) raw.end()
    await closeAll()
  })
  afterAll(() => server?.close())

  async function open(): Promise<void> {
    person = await createPerson(server.url)
    device = keep(await person.device())
    await device.wardrobe.items.add({ name: 'Coat' })
    await device.wardrobe.whenDurable('server')
  }

  async function wire(): Promise<Wire> {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
    let answer = ''
    let closed = false
    socket.on('data', (chunk: Buffer) => {
      answer += chunk.toString('latin1')
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      closed = true
    })
    const made = { socket, answer: () => answer, closed: () => closed }
    wires.push(made)
    await until(() => closed || !socket.connecting)
    return made
  }

  /** A person is served, whatever the others do. */
  async function expectServed(): Promise<void> {
    await device.wardrobe.items.add({ name: 'Hat' })
    await device.wardrobe.whenDurable('server')
  }

  test('[SE2] one account has so many sockets and no more; others, and one that closes some, go on', async () => {
    await open()
    const other = await createPerson(server.url)
    const join = async (): Promise<RawClient> => {
      const raw = await connectRaw(server.url, device.wardrobe.id, await person.signIn())
      raws.push(raw)
      return raw
    }
    const first = await join()
    await join()
    await join()
    const refused = await join()
    await until(() => refused.closed)
    expect(refused.closed).toMatchObject({
      code: 4530,
      reason: expect.stringMatching(/^too-many-connections: /),
    })
    const theirs = keep(await other.device())
    await theirs.wardrobe.items.add({ name: 'Scarf' })
    await theirs.wardrobe.whenDurable('server')
    await expectServed()
    first.end()
    await vi.waitFor(async () => {
      const again = await join()
      await until(() => again.closed || again.acks >= 0)
      expect(again.closed).toBeNull()
    }, PATIENT)
  })

  test('[SE2] one address has so many connections and no more, and is told so', async () => {
    await open()
    const flood = await Promise.all(Array.from({ length: 80 }, wire))
    await until(() => flood.filter(({ closed }) => closed()).length >= 40)
    const told = flood.filter(({ answer }) => answer().includes('too-many-connections'))
    expect(told.length).toBeGreaterThanOrEqual(40)
    expect(told[0]?.answer()).toMatch(/^HTTP\/1\.1 429 /)
    await expectServed() // over the connection that it has
    for (const { socket } of flood) socket.destroy()
    await vi.waitFor(async () => expect((await fetch(`${server.url}/health/live`)).status).toBe(200), PATIENT)
  })

  test('[SE2] heads, bodies and frames that do not come to an end are given up', async () => {
    await open()
    const token = await device.account.token()
    const host = 'Host: localhost\r\n'
    const head = await wire()
    head.socket.write(`GET /health/live HTTP/1.1\r\n${host}X-Slow: `)

    const body = await wire()
    body.socket.write(
      `POST /v1/wardrobes/${device.wardrobe.id}/sync HTTP/1.1\r\n${host}Authorization: Bearer ${token}\r\n` +
        'Content-Type: application/octet-stream\r\nContent-Length: 1000000\r\n\r\nx',
    )

    const frame = await wire()
    const key = randomBytes(16).toString('base64')
    frame.socket.write(
      `GET /sync/${device.wardrobe.id} HTTP/1.1\r\n${host}Connection: Upgrade\r\nUpgrade: websocket\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n` +
        `Sec-WebSocket-Protocol: ${SUBPROTOCOL}, ${BEARER_PREFIX}${token}\r\n\r\n`,
    )
    const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
    await until(() => frame.answer().includes(accept))
    // A binary frame of a million bytes, masked, of which ten come.
    frame.socket.write(
      Buffer.from([0x82, 0xff, 0, 0, 0, 0, 0, 0x0f, 0x42, 0x40, 1, 2, 3, 4, ...new Array(10).fill(7)]),
    )

    await vi.waitFor(
      () => expect([head, body, frame].map(({ closed }) => closed())).toEqual([true, true, true]),
      PATIENT,
    )
    expect(head.answer()).toMatch(/^HTTP\/1\.1 408 /)
    expect(body.answer()).toMatch(/"code":"too-slow"/)
    await expectServed()
  }, 120_000)
})
