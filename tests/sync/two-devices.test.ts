import type { Conflict } from '@modaics/shared'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { TEST_ENGINES } from '../../server/testing/databases.js'
import { openTestServer, type TestServer } from '../../server/testing/server.js'
import { converge, createDevices, createPerson, type Device, laterEdit } from './devices.js'

describe.each(TEST_ENGINES)('two devices and a server on $name', ({ name: engine }) => {
  let server: TestServer
  const { keep, closeAll } = createDevices()

  beforeAll(async () => {
    server = await openTestServer(engine)
  })
  afterEach(closeAll)
  afterAll(() => server?.close())

  test('[FO1] what was done apart converges, and the one conflict is settled for everyone', async () => {
    const person = await createPerson(server.url)
    const a = keep(await person.device({ rows: true }))
    const coat = await a.wardrobe.items.add({ name: 'Coat', tags: ['wool'] })
    const scarf = await a.wardrobe.items.add({ name: 'Scarf' })
    await a.wardrobe.whenDurable('server')
    const b = keep(await person.device({ wardrobeId: a.wardrobe.id, rows: true }))
    await converge(a, b)
    a.wardrobe.pauseSync()
    b.wardrobe.pauseSync()

    // Both rename the coat and tag it; each removes, restores and makes something of its own.
    await a.wardrobe.items.update(coat.id, { name: 'Winter coat', tags: ['wool', 'blue'] })
    await laterEdit()
    await b.wardrobe.items.update(coat.id, { name: 'Navy coat', tags: ['wool', 'warm'], brand: 'Norr' })
    await a.wardrobe.items.remove(scarf.id)
    await a.wardrobe.items.restore(scarf.id)
    const boots = await b.wardrobe.items.add({ name: 'Boots' })
    await b.wardrobe.items.remove(boots.id)
    const outfit = await a.wardrobe.outfits.add({ name: 'Monday' })
    await a.wardrobe.outfitItems.add(
      { outfitId: outfit.id, itemId: coat.id },
      { id: `${outfit.id}:${coat.id}` },
    )
    await b.wardrobe.wears.add({ itemId: coat.id, wornAt: 1_700_000_000_000 })
    expect(a.wardrobe.status()).toMatchObject({ connection: 'off' })
    expect(a.wardrobe.status().pending).toBeGreaterThan(0)

    a.wardrobe.resumeSync()
    b.wardrobe.resumeSync()
    await converge(a, b)
    const merged = b.wardrobe.items.get(coat.id)
    expect(merged).toMatchObject({ name: 'Navy coat', brand: 'Norr', tags: ['blue', 'warm', 'wool'] })
    expect(a.wardrobe.items.get(scarf.id)?.name).toBe('Scarf')
    expect(a.wardrobe.items.get(boots.id)).toBeUndefined()
    const [conflict, ...none] = a.wardrobe.conflicts() as [Conflict, ...Conflict[]]
    expect(none).toEqual([])
    expect(conflict).toMatchObject({ kind: 'items', id: coat.id, field: 'name' })
    expect(conflict.winner.value).toBe('Navy coat')
    expect(conflict.losers.map(({ value }) => value)).toEqual(['Winter coat'])
    await expectSameRows(a, b)
    await expectSameConflicts(a, b, ['Winter coat'])

    // The loser is taken back: one edit, and nobody has a conflict any more.
    await a.wardrobe.resolve(conflict, conflict.losers[0]!)
    await converge(a, b)
    expect(b.wardrobe.items.get(coat.id)?.name).toBe('Winter coat')
    expect(b.wardrobe.conflicts()).toEqual([])
    await expectSameConflicts(a, b, [])
    await expectSameRows(a, b)
  })

  test('what is released, removed and restored on one is so on the other; an edit apart does not bring a removed piece back', async () => {
    const person = await createPerson(server.url)
    const a = keep(await person.device())
    const coat = await a.wardrobe.items.add({ name: 'Coat', brand: 'Norr', tags: ['wool', 'blue'] })
    await a.wardrobe.whenDurable('server')
    const b = keep(await person.device({ wardrobeId: a.wardrobe.id }))
    await converge(a, b)
    await a.wardrobe.items.release(coat.id, 'brand')
    await b.wardrobe.items.release(coat.id, 'tags')
    await converge(a, b)
    expect(a.wardrobe.items.get(coat.id)).toMatchObject({ name: 'Coat', brand: null, tags: [] })

    a.wardrobe.pauseSync()
    b.wardrobe.pauseSync()
    await a.wardrobe.items.remove(coat.id)
    await laterEdit()
    await b.wardrobe.items.update(coat.id, { name: 'Edited while it was removed elsewhere' })
    a.wardrobe.resumeSync()
    b.wardrobe.resumeSync()
    await converge(a, b)
    expect(b.wardrobe.items.get(coat.id)).toBeUndefined()
    expect(b.wardrobe.conflicts()).toEqual([])
    await b.wardrobe.items.restore(coat.id)
    await converge(a, b)
    expect(a.wardrobe.items.get(coat.id)?.name).toBe('Edited while it was removed elsewhere')
  })

  test('a conflict is told to the device that meets it', async () => {
    const person = await createPerson(server.url)
    const a = keep(await person.device())
    const coat = await a.wardrobe.items.add({ name: 'Coat' })
    await a.wardrobe.whenDurable('server')
    const b = keep(await person.device({ wardrobeId: a.wardrobe.id }))
    await converge(a, b)
    const told: string[] = []
    b.wardrobe.on('conflict', ({ field, losers }) => told.push(`${field} ${losers[0]?.value}`))
    b.wardrobe.pauseSync()
    await a.wardrobe.items.update(coat.id, { name: 'One' })
    await a.wardrobe.whenDurable('server')
    await laterEdit()
    await b.wardrobe.items.update(coat.id, { name: 'Two' })
    b.wardrobe.resumeSync()
    await converge(a, b)
    expect(told).toContain('name One')
  })

  /** The rows in SQL of both devices, and of the server. */
  async function expectSameRows(a: Device, b: Device): Promise<void> {
    for (const table of ['items', 'outfits', 'outfit_items', 'wears'])
      expect(await a.wardrobe.query(`select * from ${table} order by id`), table).toEqual(
        await b.wardrobe.query(`select * from ${table} order by id`),
      )
    const path = `/v1/items?wardrobe=${a.wardrobe.id}`
    const { items } = (await (await a.account.request(path)).json()) as { items: { id: string }[] }
    const local = a.wardrobe.items.list()
    expect(items.sort((x, y) => (x.id < y.id ? -1 : 1))).toMatchObject(
      local.map(({ id, name, brand, tags, updatedAt }) => ({ id, name, brand, tags, updatedAt })),
    )
  }

  async function expectSameConflicts(a: Device, b: Device, losers: readonly string[]): Promise<void> {
    for (const { wardrobe } of [a, b]) {
      const rows = await wardrobe.query<{ value: unknown }>('select value from conflicts')
      expect(rows.map(({ value }) => value)).toEqual(losers)
    }
    const answer = await a.account.request(`/v1/wardrobes/${a.wardrobe.id}/conflicts`)
    const { conflicts } = (await answer.json()) as { conflicts: { value: unknown }[] }
    expect(conflicts.map(({ value }) => value)).toEqual(losers)
  }
})
