import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { TEST_ENGINES } from '../../server/testing/databases.js'
import { openTestServer, type TestServer } from '../../server/testing/server.js'
import { createDevices, createPerson, laterEdit, stateOf, until } from './devices.js'

describe.each(TEST_ENGINES)('sync over HTTP on $name', ({ name: engine }) => {
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

  test('[SE13] two devices that never open a socket converge, with the conflict between them', async () => {
    const person = await createPerson(server.url)
    const a = keep(await person.device({ start: false }))
    const coat = await a.wardrobe.items.add({ name: 'Coat' })
    await a.wardrobe.syncOnce() // makes the wardrobe
    expect(a.wardrobe.status()).toMatchObject({ connection: 'off', pending: 0 })
    const b = keep(await person.device({ wardrobeId: a.wardrobe.id, start: false }))
    await b.wardrobe.syncOnce()
    expect(b.wardrobe.items.get(coat.id)?.name).toBe('Coat')
    await a.wardrobe.items.update(coat.id, { name: 'Winter coat' })
    await laterEdit()
    await b.wardrobe.items.update(coat.id, { name: 'Navy coat' })
    await a.wardrobe.syncOnce()
    await b.wardrobe.syncOnce()
    await a.wardrobe.syncOnce()
    expect(stateOf(a)).toEqual(stateOf(b))
    expect(a.wardrobe.items.get(coat.id)?.name).toBe('Navy coat')
    expect(a.wardrobe.conflicts()).toHaveLength(1)
    expect(a.wardrobe.status().role).toBe('owner')
  })

  test('[SE13] [FO1] reaches a device that is connected, and uses the socket where one is open', async () => {
    const person = await createPerson(server.url)
    const a = keep(await person.device())
    await a.wardrobe.whenSynced()
    const b = keep(await person.device({ wardrobeId: a.wardrobe.id, start: false }))
    const scarf = await b.wardrobe.items.add({ name: 'Scarf' })
    await b.wardrobe.syncOnce()
    await until(() => a.wardrobe.items.get(scarf.id))
    await a.wardrobe.items.update(scarf.id, { brand: 'Norr' })
    await a.wardrobe.syncOnce()
    expect(a.wardrobe.status()).toMatchObject({ connection: 'online', pending: 0 })
    await b.wardrobe.syncOnce()
    expect(b.wardrobe.items.get(scarf.id)?.brand).toBe('Norr')
  })

  test('[SE13] brings more than one request holds, and the cursor goes on from there after a restart', async () => {
    const person = await createPerson(server.url)
    const options = { storage: { folder }, name: `http-${engine}`, start: false }
    const a = await person.device(options)
    for (let i = 0; i < 1_200; i++) void a.wardrobe.items.add({ notes: `${i} `.padEnd(9_000, 'x') })
    await a.wardrobe.syncOnce()
    expect(a.wardrobe.status().pending).toBe(0)
    const before = stateOf(a)
    await a.close()
    const again = keep(await person.device(options))
    expect(stateOf(again)).toEqual(before)
    expect(again.wardrobe.status().pending).toBe(0)
    await again.wardrobe.syncOnce()
    expect(stateOf(again)).toEqual(before)
    const b = keep(await person.device({ wardrobeId: again.wardrobe.id, start: false }))
    await b.wardrobe.syncOnce()
    expect(stateOf(b)).toEqual(before)
  })

  test('[SE13] a clock a year ahead is corrected, and what is refused is set aside', async () => {
    const person = await createPerson(server.url)
    const off = 365 * 86_400_000
    const a = keep(await person.device({ start: false, now: () => Date.now() + off }))
    const coat = await a.wardrobe.items.add({ name: 'Coat' })
    await a.wardrobe.syncOnce()
    expect(a.wardrobe.refused()).toEqual([])
    const guest = await createPerson(server.url)
    await a.account.request(`/v1/wardrobes/${a.wardrobe.id}/members`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: guest.email, role: 'viewer' }),
    })
    const b = keep(await guest.device({ wardrobeId: a.wardrobe.id, start: false }))
    await b.wardrobe.syncOnce()
    await b.wardrobe.items.update(coat.id, { name: 'Mine' })
    await b.wardrobe.syncOnce()
    expect(b.wardrobe.refused().map(({ code }) => code)).toEqual(['forbidden'])
    expect(b.wardrobe.items.get(coat.id)?.name).toBe('Coat')
  })

  test('[SE13] rejects with the reason, and changes nothing on the device', async () => {
    const person = await createPerson(server.url)
    const a = keep(await person.device({ start: false }))
    await a.wardrobe.items.add({ name: 'Coat' })
    await server.stop()
    await expect(a.wardrobe.syncOnce()).rejects.toMatchObject({ code: 'offline' })
    expect(a.wardrobe.status().pending).toBe(1)
    await server.restart()
    await a.wardrobe.syncOnce()
    expect(a.wardrobe.status().pending).toBe(0)
    await a.account.signOut()
    await expect(a.wardrobe.syncOnce()).rejects.toMatchObject({ code: 'unauthenticated' })
  })

  test('a body that is no list of frames, or holds a frame that is none, is answered as a problem', async () => {
    const person = await createPerson(server.url)
    const a = keep(await person.device({ start: false }))
    await a.wardrobe.syncOnce()
    for (const body of [
      [255, 255, 255],
      [2, 99, 1],
      [1, 200],
    ])
      await expect(
        a.account.request(`/v1/wardrobes/${a.wardrobe.id}/sync`, {
          method: 'POST',
          headers: { 'content-type': 'application/octet-stream' },
          body: Uint8Array.from(body),
        }),
      ).rejects.toMatchObject({ code: 'malformed' })
  })
})
