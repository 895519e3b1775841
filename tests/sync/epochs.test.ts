import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { createId, type EditTuple, msToHlc } from '@modaics/shared'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import WebSocket from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { TEST_ENGINES } from '../../server/testing/databases.js'
import { openTestServer, type TestServer } from '../../server/testing/server.js'
import {
  converge,
  createDevices,
  createPerson,
  type Device,
  laterEdit,
  openDevice,
  stateOf,
  until,
  WITHIN,
} from './devices.js'

describe.each(TEST_ENGINES)('a wardrobe with a new epoch at every turn, on $name', ({ name: engine }) => {
  let server: TestServer
  let folder: string
  const { keep, closeAll } = createDevices()

  beforeAll(async () => {
    const env = { COMPACT_LOG_BYTES: '1', EPOCH_DEAD_PERCENT: '1', EPOCH_MIN_BYTES: '200' }
    server = await openTestServer(engine, { env })
    folder = await mkdtemp(join(tmpdir(), 'modaics-epochs-'))
  })
  afterEach(closeAll)
  afterAll(async () => {
    await server?.close()
    await rm(folder, { recursive: true, force: true })
  })

  const turns = (wardrobeId: string): number =>
    server.lines.filter((line) => line.includes('a new epoch has begun') && line.includes(wardrobeId)).length

  /** Edits until a new epoch has begun. */
  async function turn({ wardrobe }: Device, times = 1): Promise<void> {
    const before = turns(wardrobe.id)
    const { id } = await wardrobe.items.add({ name: 'worn out' })
    for (let n = 0; turns(wardrobe.id) < before + times; n++) {
      await wardrobe.items.update(id, { name: `worn out ${n}` })
      await wardrobe.whenDurable('server')
    }
  }

  test('[EP6] connected devices go over to it without losing or doubling anything', async () => {
    const person = await createPerson(server.url)
    const ada = keep(await person.device())
    await ada.wardrobe.items.add({ name: 'Coat' })
    await ada.wardrobe.whenSynced()
    const ben = keep(await person.device({ wardrobeId: ada.wardrobe.id }))
    await ben.wardrobe.whenSynced()
    const made: string[] = []
    let going = true
    const storm = async ({ wardrobe }: Device, who: string): Promise<void> => {
      for (let n = 0; going; n++) {
        const { id } = await wardrobe.items.add({ name: `${who} ${n}` })
        await wardrobe.items.update(id, { brand: `${who} brand ${n}` })
        await wardrobe.items.update(id, { brand: `${who} brand ${n}, again` })
        made.push(id)
        await wardrobe.whenDurable('server')
      }
    }
    const storms = [storm(ada, 'ada'), storm(ben, 'ben')]
    await until(() => turns(ada.wardrobe.id) >= 2)
    going = false
    await Promise.all(storms)
    const fresh = keep(await person.device({ wardrobeId: ada.wardrobe.id }))
    await converge(ada, ben, fresh)
    for (const id of made) expect(ada.wardrobe.items.get(id)?.brand).toMatch(/again$/)
    expect(ada.wardrobe.items.list()).toHaveLength(made.length + 1)
    expect(ada.wardrobe.conflicts()).toEqual([])
    expect(ada.wardrobe.refused()).toEqual([])
    expect(ada.wardrobe.fingerprint()).toBe(fresh.wardrobe.fingerprint())
  })

  test('[EP7] a device that was away across several carries over what it had not sent, and its conflicts', async () => {
    const person = await createPerson(server.url)
    const ada = keep(await person.device())
    const coat = await ada.wardrobe.items.add({ name: 'Coat', brand: 'Norr' })
    await ada.wardrobe.whenSynced()
    const place = { folder: join(folder, `${engine}-away`) }
    const account = await person.signIn()
    const options = { wardrobeId: ada.wardrobe.id, storage: place }
    let away = await openDevice(account, options)
    await converge(ada, away)
    away.wardrobe.pauseSync()
    const scarf = await away.wardrobe.items.add({ name: 'Scarf' })
    await away.wardrobe.items.update(coat.id, { name: 'Coat of away' })
    await away.close()
    await laterEdit()
    await ada.wardrobe.items.update(coat.id, { name: 'Coat of Ada' })
    await turn(ada, 2)
    away = keep(await openDevice(account, options))
    // It works before it has heard of anything.
    expect(away.wardrobe.items.get(coat.id)?.name).toBe('Coat of away')
    await converge(ada, away)
    expect(ada.wardrobe.items.get(scarf.id)?.name).toBe('Scarf')
    expect(ada.wardrobe.items.get(coat.id)).toMatchObject({ name: 'Coat of Ada', brand: 'Norr' })
    expect(ada.wardrobe.conflicts()).toMatchObject([
      { id: coat.id, field: 'name', losers: [{ value: 'Coat of away' }] },
    ])
    await away.close()
    // The journal holds the new epoch, and nothing of the old one.
    const again = keep(await openDevice(account, { ...options, start: false }))
    expect(stateOf(again)).toEqual(stateOf(ada))
    expect(again.wardrobe.status().pending).toBe(0)
  })

  test('[EP8] what was stored although its ack was lost is not brought back', async () => {
    const person = await createPerson(server.url)
    const ada = keep(await person.device())
    const coat = await ada.wardrobe.items.add({ name: 'Coat' })
    await ada.wardrobe.whenSynced()
    const dir = join(folder, `${engine}-lost`)
    const account = await person.signIn()
    const options = { wardrobeId: ada.wardrobe.id, storage: { folder: dir } }
    let device = await openDevice(account, options)
    await converge(ada, device)
    device.wardrobe.pauseSync()
    await device.wardrobe.items.update(coat.id, { name: 'Once' })
    await device.close()
    await cp(dir, `${dir}-copy`, { recursive: true })
    device = await openDevice(account, options)
    await device.wardrobe.whenSynced()
    await device.close()
    // As if the device had died before the ack came.
    await rm(dir, { recursive: true })
    await cp(`${dir}-copy`, dir, { recursive: true })
    await until(() => ada.wardrobe.items.get(coat.id)?.name === 'Once')
    for (const name of ['Twice', 'Three times', 'Four times']) {
      await ada.wardrobe.items.update(coat.id, { name })
      await ada.wardrobe.whenDurable('server')
    }
    await turn(ada, 2)
    device = keep(await openDevice(account, options))
    expect(device.wardrobe.status().pending).toBe(1)
    await converge(ada, device)
    expect(device.wardrobe.items.get(coat.id)?.name).toBe('Four times')
    expect(device.wardrobe.conflicts()).toEqual([])
  })

  test('[EP9] a plain client is told for good that its document has had its time', async () => {
    const person = await createPerson(server.url)
    const ada = keep(await person.device())
    await ada.wardrobe.items.add({ name: 'Coat' })
    await ada.wardrobe.whenSynced()
    const account = await person.signIn()
    const token = (await account.token()) ?? ''
    const connect = (doc: Y.Doc): WebsocketProvider =>
      new WebsocketProvider(`${server.url.replace('http', 'ws')}/sync`, ada.wardrobe.id, doc, {
        params: { token },
        disableBc: true,
        WebSocketPolyfill: WebSocket as unknown as typeof globalThis.WebSocket,
      })
    const closing = (provider: WebsocketProvider) =>
      new Promise<{ code: number; reason: string }>((resolve) => provider.on('closed', resolve))
    const doc = new Y.Doc()
    const edits = doc.getArray<EditTuple>('edits')
    const provider = connect(doc)
    const closed = closing(provider)
    const id = createId()
    await until(() => provider.synced)
    edits.push([[msToHlc(Date.now()), `${account.deviceId}/plain`, 'items', id, { name: 'Scarf' }]])
    await until(() => ada.wardrobe.items.get(id))
    await turn(ada)
    expect(await closed).toMatchObject({ code: 4409, reason: expect.stringMatching(/^stale-epoch: /) })
    // Once more with the old document, and then with an empty one.
    const late = connect(doc)
    expect((await closing(late)).reason).toMatch(/^stale-epoch: /)
    const fresh = new Y.Doc()
    const again = connect(fresh)
    const names = (): unknown[] => fresh.getArray<EditTuple>('edits').map(([, , , , set]) => set.name)
    await until(() => names().includes('Coat') && names().includes('Scarf'))
    for (const one of [provider, late, again]) one.destroy()
  })

  test('[EP7] over plain HTTP too', async () => {
    const person = await createPerson(server.url)
    const ada = keep(await person.device())
    await ada.wardrobe.items.add({ name: 'Coat' })
    await ada.wardrobe.whenSynced()
    const ben = keep(await person.device({ wardrobeId: ada.wardrobe.id, start: false }))
    await ben.wardrobe.syncOnce()
    const scarf = await ben.wardrobe.items.add({ name: 'Scarf' })
    await turn(ada, 2)
    await ben.wardrobe.syncOnce()
    await until(() => ada.wardrobe.items.get(scarf.id))
    await ada.wardrobe.whenSynced()
    await ben.wardrobe.syncOnce()
    expect(stateOf(ben)).toEqual(stateOf(ada))
  })

  test('[EP6] the journal of a device holds nothing of an epoch that has ended', async () => {
    const person = await createPerson(server.url)
    const dir = join(folder, `${engine}-size`)
    const ada = keep(await openDevice(await person.signIn(), { storage: { folder: dir } }))
    const { id } = await ada.wardrobe.items.add({ name: 'Coat', notes: 'n'.repeat(500) })
    await ada.wardrobe.whenSynced()
    for (let n = 0; n < 200; n++) await ada.wardrobe.items.update(id, { notes: `${n} `.repeat(200) })
    await turn(ada)
    await ada.wardrobe.whenSynced()
    const stored = async (): Promise<string> => {
      let all = ''
      for (const name of await readdir(dir, { recursive: true }))
        if (basename(dirname(name)) === 'journal' && name.includes('journal-'))
          all += await readFile(join(dir, name), 'latin1')
      return all
    }
    await until(() => ada.wardrobe.status().pending === 0)
    await ada.wardrobe.whenDurable()
    // The server says that an epoch has begun before the device has gone over to it.
    await vi.waitFor(async () => {
      const journal = await stored()
      for (let n = 0; n < 199; n++) expect(journal).not.toContain(`${n} `.repeat(200))
    }, WITHIN)
  })
})
