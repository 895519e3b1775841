import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { WardrobeEvents } from '@modaics/client'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { damageJournal, deleteFromJournal } from '../../client-sdk/testing/damage-journal.js'
import { openTestServer, type TestServer } from '../../server/testing/server.js'
import { converge, createDevices, createPerson, stateOf, until } from './devices.js'

describe('a device that holds something else than the server', () => {
  let server: TestServer
  let folder: string
  const { keep, closeAll } = createDevices()
  beforeAll(async () => {
    server = await openTestServer('pglite')
    folder = await mkdtemp(join(tmpdir(), 'modaics-divergence-'))
  })
  afterEach(closeAll)
  afterAll(async () => {
    await server?.close()
    await rm(folder, { recursive: true, force: true })
  })

  test('[FP2] finds out by itself, says so, and reads the log anew', async () => {
    const person = await createPerson(server.url)
    const a = keep(await person.device())
    await a.wardrobe.whenSynced()
    const options = { storage: { folder }, name: 'damaged', wardrobeId: a.wardrobe.id }
    const b = await person.device(options)
    for (let i = 0; i < 10; i++) {
      await a.wardrobe.items.add({ name: `Piece ${i}` })
      await a.wardrobe.whenDurable('server')
      await until(() => b.wardrobe.items.list().length > i)
    }
    await converge(a, b)
    expect(await b.wardrobe.verify()).toBe('same')
    await b.close()
    await damageJournal(folder, 'damaged', (place, count) => place !== count - 1)

    const back = keep(await person.device(options))
    await back.wardrobe.whenSynced()
    const told: WardrobeEvents['diverged'][] = []
    back.wardrobe.on('diverged', (divergence) => told.push(divergence))
    expect(back.wardrobe.items.list().length).toBeLessThan(10)
    expect(await back.wardrobe.verify()).toBe('repaired')
    expect(told).toMatchObject([{ expected: a.wardrobe.fingerprint(), repaired: true }])
    expect(told[0]?.found).not.toBe(told[0]?.expected)
    expect(stateOf(back)).toEqual(stateOf(a))
    expect(await back.wardrobe.verify()).toBe('same')
  })

  test('[JO8] a device whose journal lacks something in the middle reads the log anew when it connects', async () => {
    const person = await createPerson(server.url)
    const a = keep(await person.device())
    await a.wardrobe.whenSynced()
    const options = { storage: { folder }, name: 'gap', wardrobeId: a.wardrobe.id }
    const b = await person.device(options)
    for (let i = 0; i < 10; i++) {
      await a.wardrobe.items.add({ name: `Piece ${i}` })
      await until(() => b.wardrobe.items.list().length > i)
    }
    await converge(a, b)
    await b.close()
    await damageJournal(folder, 'gap', (place, count) => place !== count - 3)

    const back = keep(await person.device(options))
    expect(back.wardrobe.items.list().length).toBeLessThan(10)
    await back.wardrobe.whenSynced()
    await converge(a, back)
    expect(stateOf(back)).toEqual(stateOf(a))
    expect(await back.wardrobe.verify()).toBe('same')
  })

  test('[FP2] repairs also what is deleted on this device and nowhere else, and goes on', async () => {
    const person = await createPerson(server.url)
    const a = keep(await person.device())
    for (let i = 0; i < 5; i++) await a.wardrobe.items.add({ name: `Piece ${i}` })
    await a.wardrobe.whenDurable('server')
    const options = { storage: { folder }, name: 'deleted', wardrobeId: a.wardrobe.id }
    const b = await person.device(options)
    await converge(a, b)
    await b.close()
    await deleteFromJournal(folder, 'deleted', 2)

    const back = keep(await person.device(options))
    expect(back.wardrobe.items.list()).toHaveLength(3)
    await back.wardrobe.whenSynced()
    let outcome = await back.wardrobe.verify()
    while (outcome === 'busy') outcome = await back.wardrobe.verify()
    expect(outcome).toBe('repaired')
    await converge(a, back)
    expect(back.wardrobe.items.list()).toHaveLength(5)
    await back.wardrobe.items.add({ name: 'Afterwards' })
    await back.wardrobe.whenDurable('server')
    await converge(a, back)
  })

  test('[FP2] is not suspected while edits are under way, or without a connection', async () => {
    const person = await createPerson(server.url)
    const a = keep(await person.device())
    await a.wardrobe.whenSynced()
    expect(await a.wardrobe.verify()).toBe('same')
    a.wardrobe.pauseSync()
    await a.wardrobe.items.add({ name: 'Coat' })
    expect(await a.wardrobe.verify()).toBe('busy')
    a.wardrobe.resumeSync()
    await a.wardrobe.whenDurable('server')
    let outcome = await a.wardrobe.verify()
    while (outcome === 'busy') outcome = await a.wardrobe.verify()
    expect(outcome).toBe('same')
  })
})
