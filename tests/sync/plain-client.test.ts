import { createId, type EditTuple, msToHlc } from '@modaics/shared'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import WebSocket from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { TEST_ENGINES } from '../../server/testing/databases.js'
import { openTestServer, type TestServer } from '../../server/testing/server.js'
import { createDevices, createPerson, type Device, until } from './devices.js'

interface PlainClient {
  readonly doc: Y.Doc
  readonly provider: WebsocketProvider
  /** writes as somebody does who knows the format and nothing of the SDK */
  add(id: string, name: string): void
  names(): string[]
}

describe.each(TEST_ENGINES)('an unmodified y-websocket client on $name', ({ name: engine }) => {
  let server: TestServer
  const { keep, closeAll } = createDevices()
  const plain: PlainClient[] = []

  beforeAll(async () => {
    server = await openTestServer(engine)
  })
  afterEach(async () => {
    for (const { provider, doc } of plain.splice(0)) {
      provider.destroy()
      doc.destroy()
    }
    await closeAll()
  })
  afterAll(() => server?.close())

  async function connect(device: Device, account = device.account): Promise<PlainClient> {
    const doc = new Y.Doc()
    const token = (await account.token()) ?? ''
    const provider = new WebsocketProvider(
      `${server.url.replace('http', 'ws')}/sync`,
      device.wardrobe.id,
      doc,
      {
        params: { token },
        disableBc: true,
        WebSocketPolyfill: WebSocket as unknown as typeof globalThis.WebSocket,
      },
    )
    const edits = doc.getArray<EditTuple>('edits')
    let stamp = msToHlc(Date.now())
    const client: PlainClient = {
      doc,
      provider,
      add(id, name) {
        edits.push([[++stamp, `${account.deviceId}/plain`, 'items', id, { name }]])
      },
      names: () =>
        edits
          .toArray()
          .map(([, , , , set]) => set.name as string)
          .filter(Boolean)
          .sort(),
    }
    plain.push(client)
    return client
  }

  test('[EP11] that deletes what nothing beats does not take it from the others for more than a moment', async () => {
    const person = await createPerson(server.url)
    const device = keep(await person.device())
    const coat = await device.wardrobe.items.add({ name: 'Coat' })
    await device.wardrobe.whenDurable('server')
    const client = await connect(device, await person.signIn())
    await until(() => client.names().length === 1)
    client.doc.getArray('edits').delete(0, 1)
    await until(() => !device.wardrobe.items.get(coat.id))
    await until(() => device.wardrobe.items.get(coat.id)?.name === 'Coat')
    // Its document is of an epoch that has ended.
    await until(() => !client.provider.wsconnected && !client.provider.shouldConnect)
    const fresh = keep(await person.device({ wardrobeId: device.wardrobe.id }))
    await fresh.wardrobe.whenSynced()
    expect(fresh.wardrobe.items.list()).toMatchObject([{ id: coat.id, name: 'Coat' }])
  })

  test('[FO3] reads what is there, and syncs both ways with the SDK and with another of its kind', async () => {
    const person = await createPerson(server.url)
    const device = keep(await person.device())
    await device.wardrobe.items.add({ name: 'Coat' })
    await device.wardrobe.whenDurable('server')
    const one = await connect(device)
    await until(() => one.names().includes('Coat'))
    expect(one.provider.synced).toBe(true)
    const two = await connect(device, await person.signIn())
    await until(() => two.names().includes('Coat'))

    const id = createId()
    one.add(id, 'Scarf')
    await until(() => device.wardrobe.items.get(id)?.name === 'Scarf')
    await until(() => two.names().includes('Scarf'))
    await device.wardrobe.items.update(id, { name: 'Red scarf' })
    await until(() => one.names().includes('Red scarf') && two.names().includes('Red scarf'))
    // The next edit takes out what an edit that the server has beats, for everyone.
    await device.wardrobe.whenDurable('server')
    await device.wardrobe.items.update(id, { name: 'Blue scarf' })
    await until(() => !one.names().includes('Scarf') && !two.names().includes('Scarf'))
    expect(device.wardrobe.conflicts()).toEqual([])
  })

  test('[FO3] brings what it wrote while it was away, and gets what it missed', async () => {
    const person = await createPerson(server.url)
    const device = keep(await person.device())
    await device.wardrobe.whenSynced()
    const client = await connect(device)
    await until(() => client.provider.synced)
    client.provider.disconnect()
    const ids = [createId(), createId()] as const
    client.add(ids[0], 'Offline one')
    client.add(ids[1], 'Offline two')
    await device.wardrobe.items.add({ name: 'Meanwhile' })
    await device.wardrobe.whenDurable('server')
    client.provider.connect()
    await until(() => ids.every((id) => device.wardrobe.items.get(id)))
    await until(() => client.names().includes('Meanwhile'))
    expect(client.names()).toEqual(['Meanwhile', 'Offline one', 'Offline two'])
  })

  test('[FO4] shows who is there to the others', async () => {
    const person = await createPerson(server.url)
    const device = keep(await person.device())
    await device.wardrobe.whenSynced()
    const [one, two] = [await connect(device), await connect(device)]
    await until(() => one.provider.synced && two.provider.synced)
    one.provider.awareness.setLocalStateField('user', { name: 'Ada' })
    const seen = (): unknown => two.provider.awareness.getStates().get(one.doc.clientID)?.user
    await until(seen)
    expect(seen()).toEqual({ name: 'Ada' })
  })

  test.each([
    ['without a token', '', 4401],
    ['with a token that is none', 'nonsense', 4401],
  ])('%s is told so for good', async (_name, token, code) => {
    const doc = new Y.Doc()
    const url = `${server.url.replace('http', 'ws')}/sync`
    const provider = new WebsocketProvider(url, createId(), doc, {
      params: { token },
      disableBc: true,
      WebSocketPolyfill: WebSocket as unknown as typeof globalThis.WebSocket,
    })
    const closed = await new Promise<{ code: number; reason: string }>((resolve) =>
      provider.on('closed', resolve),
    )
    expect(closed.code).toBe(code)
    expect(closed.reason).toMatch(/^unauthenticated: /)
    expect(provider.shouldConnect).toBe(false)
    provider.destroy()
  })

  test('has no place in the wardrobe of somebody else', async () => {
    const [ada, bob] = [await createPerson(server.url), await createPerson(server.url)]
    const device = keep(await ada.device())
    await device.wardrobe.whenSynced()
    const client = await connect(device, await bob.signIn())
    const closed = await new Promise<{ code: number; reason: string }>((resolve) =>
      client.provider.on('closed', resolve),
    )
    expect(closed).toMatchObject({ code: 4404, reason: 'not-found: there is no such wardrobe' })
  })
})
