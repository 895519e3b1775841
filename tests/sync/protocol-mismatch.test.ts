import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { openAccount } from '@modaics/client'
import { ERRORS, SUBPROTOCOL } from '@modaics/shared'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { WebSocketServer } from 'ws'
import { openTestServer, type TestServer } from '../../server/testing/server.js'
import { createDevices, createPerson, openDevice, PASSWORD, until } from './devices.js'
import { connectRaw } from './raw-client.js'

/** A server of another time: accounts as ever, and a protocol that this client does not speak. */
async function serveOtherProtocol(target: string) {
  const server = createServer((incoming, response) => {
    const onward = request(
      `${target}${incoming.url}`,
      { method: incoming.method, headers: incoming.headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers)
        answer.pipe(response)
      },
    )
    incoming.pipe(onward)
  })
  const sockets = new WebSocketServer({ server, handleProtocols: () => SUBPROTOCOL })
  let refused = 0
  sockets.on('connection', (socket) => {
    socket.once('message', () => {
      refused++
      socket.close(ERRORS['unsupported-protocol'].close, 'unsupported-protocol: this server speaks 99')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get refused() {
      return refused
    },
    async close() {
      sockets.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

describe('versions of the protocol that do not fit', () => {
  let server: TestServer
  const { keep, closeAll } = createDevices()
  beforeAll(async () => {
    server = await openTestServer('pglite')
  })
  afterEach(closeAll)
  afterAll(() => server?.close())

  test('[PT11] the client says so, tries no more, and local work goes on; after an upgrade everything is sent', async () => {
    const other = await serveOtherProtocol(server.url)
    const person = await createPerson(server.url)
    const account = await openAccount({ url: other.url })
    await account.signIn({ email: person.email, password: PASSWORD })
    const device = keep(await openDevice(account))
    const coat = await device.wardrobe.items.add({ name: 'Coat' })
    await until(() => device.wardrobe.status().connection === 'stopped')
    expect(device.wardrobe.status()).toMatchObject({ fault: { code: 'unsupported-protocol' }, pending: 1 })
    expect(ERRORS['unsupported-protocol'].remedy).toBe('upgrade')
    await device.wardrobe.items.update(coat.id, { name: 'Jacket' })
    await device.wardrobe.whenDurable()
    expect(device.wardrobe.items.get(coat.id)?.name).toBe('Jacket')
    expect(other.refused).toBe(1)
    await other.close()
  })

  test('[PT11] the server says so to a client of another time, and stores nothing of it', async () => {
    const person = await createPerson(server.url)
    const device = keep(await person.device())
    await device.wardrobe.whenSynced()
    const raw = await connectRaw(server.url, device.wardrobe.id, device.account, true)
    const hello = JSON.stringify({ protocol: 99, device: device.account.deviceId, cursor: null })
    raw.send(new Uint8Array([100, hello.length, ...new TextEncoder().encode(hello)]))
    await until(() => raw.closed)
    expect(raw.closed).toMatchObject({ code: 4426, reason: expect.stringContaining('unsupported-protocol') })
  })
})
