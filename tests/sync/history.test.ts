import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openWardrobe } from '@modaics/client'
import type { Conflict } from '@modaics/shared'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { TEST_ENGINES } from '../../server/testing/databases.js'
import { openTestServer, type TestServer } from '../../server/testing/server.js'
import { converge, createDevices, createPerson, laterEdit, until } from './devices.js'

describe.each(TEST_ENGINES)('history on $name', ({ name: engine }) => {
  let server: TestServer
  const { keep, closeAll } = createDevices()
  beforeAll(async () => {
    server = await openTestServer(engine)
  })
  afterEach(closeAll)
  afterAll(() => server?.close())

  /** Two devices, and a piece that the first has called four names before the second came. */
  async function twoDevices() {
    const person = await createPerson(server.url)
    const a = keep(await person.device())
    const { id } = await a.wardrobe.items.add({ name: 'Coat', brand: 'Norr' })
    for (const name of ['Blazer', 'Jacket', 'Parka']) {
      await a.wardrobe.items.update(id, { name })
      await a.wardrobe.whenDurable('server')
    }
    const b = keep(await person.device({ wardrobeId: a.wardrobe.id }))
    await converge(a, b)
    return { a, b, key: { kind: 'items', id } as const }
  }

  test('[HI1] [HI2] a device has what it has seen pass, and with a connection all that the server has kept', async () => {
    const { a, b, key } = await twoDevices()
    await b.wardrobe.items.update(key.id, { name: 'Raincoat' })
    await converge(a, b)
    for (const { wardrobe } of [a, b]) {
      const { entries, complete } = await wardrobe.history(key)
      expect(complete).toBe(true)
      expect(entries.map(({ changes }) => changes.name)).toEqual([
        'Raincoat',
        'Parka',
        'Jacket',
        'Blazer',
        'Coat',
      ])
      expect(entries.map(({ shows }) => shows)).toEqual([['name'], [], [], [], ['brand', 'createdAt']])
      expect(entries.map(({ device }) => device)).toEqual([
        b.wardrobe.deviceId,
        ...[1, 2, 3, 4].map(() => a.wardrobe.deviceId),
      ])
    }
    await server.stop()
    // Blazer was taken out of the bag before this device came.
    const { entries, complete } = await b.wardrobe.history(key)
    expect(complete).toBe(false)
    expect(entries.map(({ changes }) => changes.name)).toEqual(['Raincoat', 'Parka', 'Jacket', 'Coat'])
    await server.restart()
  })

  test('[HI3] a version is restored by one more edit, which both devices and the history show', async () => {
    const { a, b, key } = await twoDevices()
    const { entries } = await b.wardrobe.history(key)
    const first = entries.at(-1)
    await b.wardrobe.restore(first!)
    await converge(a, b)
    expect(a.wardrobe.items.get(key.id)).toMatchObject({ name: 'Coat', brand: 'Norr' })
    const after = (await a.wardrobe.history(key)).entries
    // The brand was there all the time: it is not written again.
    expect(after[0]?.changes).toEqual({ name: 'Coat' })
    expect(after).toHaveLength(5)
    await b.wardrobe.restore(first!)
    expect((await b.wardrobe.history(key)).entries).toHaveLength(5)
    await expect(b.wardrobe.restore({ ...first!, id: 'nothing' })).rejects.toMatchObject({
      code: 'not-found',
    })
  })

  test('[CO1] conflicts are told on every device as they come and go', async () => {
    const { a, b, key } = await twoDevices()
    const seen = [a, b].map(({ wardrobe }) => {
      const told: (readonly Conflict[])[] = []
      const stop = wardrobe.onConflicts((conflicts) => told.push(conflicts))
      return { told, stop, last: () => told.at(-1)?.map(({ field, losers }) => [field, losers[0]?.value]) }
    })
    expect(seen.map(({ told }) => told)).toEqual([[[]], [[]]])
    for (const { wardrobe } of [a, b]) wardrobe.pauseSync()
    await a.wardrobe.items.update(key.id, { name: 'Mine' })
    await laterEdit()
    await b.wardrobe.items.update(key.id, { name: 'Theirs' })
    for (const { wardrobe } of [a, b]) wardrobe.resumeSync()
    await converge(a, b)
    for (const { last } of seen) expect(last()).toEqual([['name', 'Mine']])
    expect(a.wardrobe.conflicts()).toBe(a.wardrobe.conflicts())
    await a.wardrobe.resolve(a.wardrobe.conflicts()[0]!, a.wardrobe.conflicts()[0]!.losers[0]!)
    await until(() => b.wardrobe.conflicts().length === 0)
    for (const { told, stop } of seen) {
      expect(told.at(-1)).toEqual([])
      stop()
    }
    expect(b.wardrobe.items.get(key.id)?.name).toBe('Mine')
  })

  test('[UN2] [FP1] undo on one device leaves the other’s edits, and both end with one fingerprint', async () => {
    const { a, b, key } = await twoDevices()
    await b.wardrobe.items.update(key.id, { size: 'M' })
    await converge(a, b)
    await a.wardrobe.undo()
    await a.wardrobe.undo()
    await converge(a, b)
    expect(b.wardrobe.items.get(key.id)).toMatchObject({ name: 'Blazer', size: 'M' })
    expect(a.wardrobe.undoSteps()).toEqual({ undo: 2, redo: 2 })
    await a.wardrobe.redo()
    await converge(a, b)
    expect(b.wardrobe.items.get(key.id)?.name).toBe('Jacket')
    const state = await a.account.request(`/v1/wardrobes/${a.wardrobe.id}/fingerprint`)
    const { fingerprint } = (await state.json()) as { fingerprint: string }
    expect([a, b].map(({ wardrobe }) => wardrobe.fingerprint())).toEqual([fingerprint, fingerprint])
  })
})

describe('history on a device that never syncs', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'modaics-history-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  test('[HI2] outlives a restart, for as long as it was told', async () => {
    const open = (historyDays?: number) =>
      openWardrobe({
        name: 'alone',
        storage: { folder },
        rows: false,
        ...(historyDays === undefined ? {} : { historyDays }),
      })
    const first = await open()
    const { id } = await first.items.add({ name: 'Coat' })
    await first.items.update(id, { name: 'Jacket' })
    await first.close()
    const second = await open()
    const history = await second.history({ kind: 'items', id })
    expect(history.complete).toBe(true)
    expect(history.entries.map(({ changes }) => changes.name)).toEqual(['Jacket', 'Coat'])
    await second.close()
    const none = await open(0)
    expect((await none.history({ kind: 'items', id })).entries).toHaveLength(2)
    await none.items.update(id, { brand: 'Norr' })
    await none.items.update(id, { brand: 'Sor' })
    expect(
      (await none.history({ kind: 'items', id })).entries.map(({ changes }) => changes),
    ).not.toContainEqual({ brand: 'Norr' })
    await none.close()
  })
})
