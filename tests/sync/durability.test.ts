import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openAccount } from '@modaics/client'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { TEST_ENGINES } from '../../server/testing/databases.js'
import { makePlace, openTestServer, startTestServer, type TestServer } from '../../server/testing/server.js'
import { converge, createDevices, createPerson, openDevice, PASSWORD, stateOf, until } from './devices.js'
import { createProxy } from './proxy.js'

describe.each(TEST_ENGINES)('what is acknowledged stays, on $name', ({ name: engine }) => {
  let server: TestServer
  let folder: string
  const { keep, closeAll } = createDevices()

  beforeAll(async () => {
    server = await openTestServer(engine)
    folder = await mkdtemp(join(tmpdir(), 'modaics-device-'))
  })
  afterEach(closeAll)
  afterAll(async () => {
    await server?.close()
    await rm(folder, { recursive: true, force: true })
  })

  test('[SE8] the tiers: on this device at once, on the server when it says so', async () => {
    const person = await createPerson(server.url)
    const a = keep(await person.device({ start: false }))
    await a.wardrobe.items.add({ name: 'Coat' })
    await a.wardrobe.whenDurable()
    expect(a.wardrobe.status()).toMatchObject({ connection: 'off', pending: 1 })
    let stored = false
    const storing = a.wardrobe.whenDurable('server').then(() => {
      stored = true
    })
    await a.wardrobe.items.add({ name: 'Scarf' })
    expect(stored).toBe(false)
    a.wardrobe.resumeSync()
    await storing
    await a.wardrobe.whenDurable('server')
    expect(a.wardrobe.status()).toMatchObject({ connection: 'online', pending: 0, oldestPendingMs: null })
    const answer = await a.account.request(`/v1/items?wardrobe=${a.wardrobe.id}`)
    expect(((await answer.json()) as { items: unknown[] }).items).toHaveLength(2)
  })

  test('[SE9] a device that comes back reads on from where it was, and sends what it wrote meanwhile', async () => {
    const proxy = await createProxy(server.url)
    const person = await createPerson(server.url)
    const writer = keep(await person.device())
    for (let i = 0; i < 300; i++) void writer.wardrobe.items.add({ notes: `${i} `.padEnd(500, 'x') })
    await writer.wardrobe.whenDurable('server')

    // The tokens are kept, as an app does it: the device comes back as the same.
    let saved: string | null = null
    const store = {
      load: async () => saved,
      save: async (text: string | null) => {
        saved = text
      },
    }
    const open = async () => {
      const account = await openAccount({ url: proxy.url, store })
      if (!account.user) await account.signIn({ email: person.email, password: PASSWORD })
      return openDevice(account, { storage: { folder }, name: engine, wardrobeId: writer.wardrobe.id })
    }
    const first = await open()
    await converge(first, writer)
    expect(proxy.received).toBeGreaterThan(300 * 500)
    const { deviceId } = first.wardrobe
    await first.close()

    const offline = await open()
    offline.wardrobe.pauseSync()
    const mine = await offline.wardrobe.items.add({ name: 'Made offline' })
    await offline.close()
    const theirs = await writer.wardrobe.items.add({ name: 'Made meanwhile' })
    await writer.wardrobe.whenDurable('server')

    proxy.reset()
    const back = keep(await open())
    expect(back.wardrobe.deviceId).toBe(deviceId)
    expect(back.wardrobe.items.get(mine.id)?.name).toBe('Made offline')
    expect(back.wardrobe.status().pending).toBe(1)
    await converge(back, writer)
    expect(back.wardrobe.items.get(theirs.id)?.name).toBe('Made meanwhile')
    expect(writer.wardrobe.items.get(mine.id)?.name).toBe('Made offline')
    // Far less than the 150 kB that it has.
    expect(proxy.received).toBeGreaterThan(0)
    expect(proxy.received).toBeLessThan(20_000)
    await back.close()
    await proxy.close()
  })

  test('[SE9] broken connections in the middle of a burst lose nothing and store nothing twice', async () => {
    const proxy = await createProxy(server.url)
    const person = await createPerson(server.url)
    const account = await openAccount({ url: proxy.url })
    await account.signIn({ email: person.email, password: PASSWORD })
    const a = keep(await openDevice(account))
    const b = keep(await person.device({ wardrobeId: a.wardrobe.id, start: false }))
    await a.wardrobe.whenSynced()
    const item = await a.wardrobe.items.add({ name: '0' })
    await a.wardrobe.whenDurable('server')
    b.wardrobe.resumeSync()
    for (let round = 1; round <= 5; round++) {
      for (let i = 0; i < 40; i++) await a.wardrobe.items.add({ name: `${round}-${i}` })
      void a.wardrobe.items.update(item.id, { name: `${round}` })
      proxy.cut()
    }
    await a.wardrobe.whenDurable('server')
    await converge(a, b)
    expect(b.wardrobe.items.list()).toHaveLength(201)
    expect(b.wardrobe.items.get(item.id)?.name).toBe('5')
    expect(b.wardrobe.conflicts()).toEqual([])
    expect(a.wardrobe.refused()).toEqual([])
    await a.close()
    await proxy.close()
  })

  test('[SE9] a server that comes back is found again, with everything', async () => {
    const person = await createPerson(server.url)
    const a = keep(await person.device())
    const b = keep(await person.device({ wardrobeId: a.wardrobe.id, start: false }))
    const coat = await a.wardrobe.items.add({ name: 'Coat' })
    await a.wardrobe.whenDurable('server')
    b.wardrobe.resumeSync()
    await converge(a, b)
    const before = stateOf(a)
    await server.stop()
    await until(() => a.wardrobe.status().connection !== 'online')
    await a.wardrobe.items.update(coat.id, { name: 'Winter coat' })
    expect(a.wardrobe.status()).toMatchObject({ pending: 1 })
    expect(stateOf(b)).toEqual(before)
    await server.restart()
    await a.wardrobe.whenDurable('server')
    await converge(a, b)
    expect(b.wardrobe.items.get(coat.id)?.name).toBe('Winter coat')
  })

  test('a device that another account of the same person opens goes on with its unsent edits', async () => {
    const person = await createPerson(server.url)
    const options = { storage: { folder }, name: `other-${engine}` }
    const first = await person.device(options)
    const coat = await first.wardrobe.items.add({ name: 'Coat' })
    await first.wardrobe.whenDurable('server')
    first.wardrobe.pauseSync()
    await first.wardrobe.items.update(coat.id, { name: 'Winter coat' })
    const scarf = await first.wardrobe.items.add({ name: 'Scarf' })
    await first.close()

    const second = keep(await person.device(options))
    await second.wardrobe.whenSynced()
    expect(second.wardrobe.refused()).toEqual([])
    const third = keep(await person.device({ wardrobeId: second.wardrobe.id }))
    await converge(second, third)
    expect(third.wardrobe.items.get(coat.id)?.name).toBe('Winter coat')
    expect(third.wardrobe.items.get(scarf.id)?.name).toBe('Scarf')
    expect(third.wardrobe.conflicts()).toEqual([])
  })
})

describe('two instances on one PostgreSQL', () => {
  const { keep, closeAll } = createDevices()
  let one: TestServer
  let two: TestServer
  beforeAll(async () => {
    one = await openTestServer('postgres')
    const database = one.place.env.DATABASE_URL ?? ''
    two = await startTestServer(await makePlace('postgres', {}, database))
  })
  afterEach(closeAll)
  afterAll(async () => {
    await two?.close()
    await one?.close()
  })

  test('[FO2] pass edits on to each other’s devices, also when both write at once', async () => {
    const person = await createPerson(one.url)
    const a = keep(await person.device())
    await a.wardrobe.whenSynced()
    const elsewhere = await openAccount({ url: two.url })
    await elsewhere.signIn({ email: person.email, password: PASSWORD })
    const b = keep(await openDevice(elsewhere, { wardrobeId: a.wardrobe.id }))
    await b.wardrobe.whenSynced()
    for (let i = 0; i < 100; i++) {
      await Promise.all([a.wardrobe.items.add({ name: `a${i}` }), b.wardrobe.items.add({ name: `b${i}` })])
    }
    await Promise.all([a.wardrobe.whenDurable('server'), b.wardrobe.whenDurable('server')])
    await converge(a, b)
    expect(a.wardrobe.items.list()).toHaveLength(200)
    const c = keep(await person.device({ wardrobeId: a.wardrobe.id }))
    await converge(a, b, c)
  })
})
