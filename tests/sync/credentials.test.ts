import { openAccount } from '@modaics/client'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { openTestServer, type TestServer } from '../../server/testing/server.js'
import { converge, createDevices, createPerson, type Device, openDevice, PASSWORD, until } from './devices.js'

describe('credentials in the middle of a session', () => {
  let server: TestServer
  /** how much later it is for the server than for the devices, ms */
  let later = 0
  const { keep, closeAll } = createDevices()

  beforeAll(async () => {
    server = await openTestServer('pglite', { now: () => Date.now() + later })
  })
  afterEach(async () => {
    await closeAll()
    later = 0
  })
  afterAll(() => server?.close())

  async function share(device: Device, email: string, role: string): Promise<void> {
    await device.account.request(`/v1/wardrobes/${device.wardrobe.id}/members`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email, role }),
    })
  }

  test('[SE10] an access token that ends is replaced, and no edit is lost', async () => {
    const person = await createPerson(server.url)
    const refresh = vi.fn()
    const account = await openAccount({
      url: server.url,
      fetch: (input, init) => {
        if (String(input).endsWith('/refresh')) refresh()
        return fetch(input, init)
      },
    })
    await account.signIn({ email: person.email, password: PASSWORD })
    const a = keep(await openDevice(account))
    const b = keep(await person.device({ wardrobeId: a.wardrobe.id, start: false }))
    const coat = await a.wardrobe.items.add({ name: '0' })
    await a.wardrobe.whenDurable('server')
    b.wardrobe.resumeSync()
    await converge(a, b)
    const seen = new Set<string>()
    a.wardrobe.on('status', ({ fault }) => fault && seen.add(fault.code))
    // Sixteen minutes pass at the server at once: the tokens of both have ended.
    later += 16 * 60_000
    for (let i = 1; i <= 20; i++) await a.wardrobe.items.update(coat.id, { name: `${i}` })
    await until(() => seen.has('token-expired'))
    await until(() => a.wardrobe.status().connection === 'online')
    expect(refresh).toHaveBeenCalledOnce()
    await a.wardrobe.items.update(coat.id, { name: 'after' })
    await a.wardrobe.whenDurable('server')
    await until(() => b.wardrobe.items.get(coat.id)?.name === 'after')
    await converge(a, b)
    expect(a.wardrobe.refused()).toEqual([])
    expect(b.wardrobe.conflicts()).toEqual([])
  })

  test('[SE10] a revoked device must sign in again; what it writes meanwhile stays, and goes out then', async () => {
    const person = await createPerson(server.url)
    const a = keep(await person.device())
    const b = keep(await person.device({ wardrobeId: a.wardrobe.id, start: false }))
    const coat = await a.wardrobe.items.add({ name: 'Coat' })
    await a.wardrobe.whenDurable('server')
    b.wardrobe.resumeSync()
    await converge(a, b)
    await a.account.revokeDevice(b.account.deviceId ?? '')
    await until(() => b.wardrobe.status().connection === 'needs-auth')
    expect(b.wardrobe.status().fault?.code).toBe('unauthenticated')
    expect(b.account.user).toBeNull()
    await b.wardrobe.items.update(coat.id, { name: 'Written by the revoked' })
    expect(b.wardrobe.items.get(coat.id)?.name).toBe('Written by the revoked')
    expect(b.wardrobe.status().pending).toBe(1)
    await a.wardrobe.items.update(coat.id, { brand: 'Norr' })
    await a.wardrobe.whenDurable('server')
    expect(a.wardrobe.items.get(coat.id)?.name).toBe('Coat')

    await b.account.signIn({ email: person.email, password: PASSWORD })
    await b.wardrobe.whenDurable('server')
    await converge(a, b)
    expect(a.wardrobe.items.get(coat.id)).toMatchObject({ name: 'Written by the revoked', brand: 'Norr' })
  })

  test('[SE6] a viewer reads; what it writes is set aside as forbidden, visibly, and can be written again as an editor', async () => {
    const [owner, guest] = [await createPerson(server.url), await createPerson(server.url)]
    const a = keep(await owner.device())
    const coat = await a.wardrobe.items.add({ name: 'Coat' })
    await a.wardrobe.whenDurable('server')
    await share(a, guest.email, 'viewer')
    const b = keep(await guest.device({ wardrobeId: a.wardrobe.id }))
    await until(() => b.wardrobe.items.get(coat.id))
    expect(b.wardrobe.status().role).toBe('viewer')

    const told: string[] = []
    b.wardrobe.on('refused', ({ code }) => told.push(code))
    await b.wardrobe.items.update(coat.id, { name: 'Mine now' })
    const storing = b.wardrobe.whenDurable('server').catch((error: { code: string }) => error.code)
    await until(() => b.wardrobe.refused().length === 1)
    expect(await storing).toBe('forbidden')
    expect(told).toEqual(['forbidden'])
    expect(b.wardrobe.refused()[0]).toMatchObject({ code: 'forbidden' })
    expect(b.wardrobe.status()).toMatchObject({ pending: 0, refused: 1 })
    expect(b.wardrobe.items.get(coat.id)?.name).toBe('Coat')
    // It goes on reading, now and after a restart of the connection.
    await until(() => b.wardrobe.status().connection === 'online')
    await a.wardrobe.items.update(coat.id, { brand: 'Norr' })
    await until(() => b.wardrobe.items.get(coat.id)?.brand === 'Norr')
    b.wardrobe.pauseSync()
    b.wardrobe.resumeSync()
    await a.wardrobe.items.update(coat.id, { brand: 'Sud' })
    await until(() => b.wardrobe.items.get(coat.id)?.brand === 'Sud')
    expect(b.wardrobe.status().connection).toBe('online')

    await share(a, guest.email, 'editor')
    await until(() => b.wardrobe.status().role === 'editor' && b.wardrobe.status().connection === 'online')
    await b.wardrobe.retryRefused(b.wardrobe.refused()[0]!.edit)
    await b.wardrobe.whenDurable('server')
    await converge(a, b)
    expect(a.wardrobe.items.get(coat.id)).toMatchObject({ name: 'Mine now', brand: 'Sud' })
    expect(b.wardrobe.refused()).toEqual([])
  })

  test('[SE11] who is no member any more is stopped with not-found, and keeps what the device has', async () => {
    const [owner, guest] = [await createPerson(server.url), await createPerson(server.url)]
    const a = keep(await owner.device())
    const coat = await a.wardrobe.items.add({ name: 'Coat' })
    await a.wardrobe.whenDurable('server')
    await share(a, guest.email, 'editor')
    const b = keep(await guest.device({ wardrobeId: a.wardrobe.id }))
    await until(() => b.wardrobe.items.get(coat.id))
    const { id } = b.account.user!
    await a.account.request(`/v1/wardrobes/${a.wardrobe.id}/members/${id}`, { method: 'DELETE' })
    await until(() => b.wardrobe.status().connection === 'stopped')
    expect(b.wardrobe.status().fault?.code).toBe('not-found')
    expect(b.wardrobe.items.get(coat.id)?.name).toBe('Coat')
    await b.wardrobe.items.update(coat.id, { name: 'For myself' })
    expect(b.wardrobe.status().pending).toBe(1)
    await a.wardrobe.items.update(coat.id, { brand: 'Norr' })
    await a.wardrobe.whenDurable('server')
    expect(a.wardrobe.items.get(coat.id)?.name).toBe('Coat')
  })
})
