import type { EditTuple } from '@modaics/shared'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import WebSocket from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { TEST_ENGINES, type TestDatabase } from '../../server/testing/databases.js'
import { makePlace, startTestServer, type TestServer } from '../../server/testing/server.js'
import { converge, createDevices, createPerson, type Device, stateOf, until } from './devices.js'

describe('a log that is compacted all the time, on two instances', () => {
  let opened: TestDatabase
  let one: TestServer
  let two: TestServer
  const { keep, closeAll } = createDevices()

  beforeAll(async () => {
    opened = await TEST_ENGINES.find(({ name }) => name === 'postgres')!.open()
    const env = { COMPACT_LOG_BYTES: '1' }
    one = await startTestServer(await makePlace('postgres', env, opened.url))
    two = await startTestServer(await makePlace('postgres', env, opened.url))
  })
  afterEach(closeAll)
  afterAll(async () => {
    await Promise.all([one?.close(), two?.close()])
    await opened?.close()
  })

  const compacted = async (wardrobeId: string): Promise<void> => {
    const [{ head_seq: head } = { head_seq: 0 }] = await opened.database.query<{ head_seq: number }>(
      'select head_seq from wardrobes where id = $1',
      [wardrobeId],
    )
    let seq = 0
    await until(() => {
      void opened.database
        .query<{ seq: number }>('select snapshot_seq as seq from wardrobes where id = $1', [wardrobeId])
        .then(([row]) => {
          seq = row?.seq ?? 0
        })
      return seq >= head
    })
  }

  test('[EP5] connected, returning, new and plain clients have everything', async () => {
    const person = await createPerson(one.url)
    const ada = keep(await person.device())
    await ada.wardrobe.items.add({ name: 'Coat' })
    await ada.wardrobe.whenSynced()
    const away: Device = keep(await person.device({ wardrobeId: ada.wardrobe.id }))
    await away.wardrobe.whenSynced()
    away.wardrobe.pauseSync()
    const scarf = await away.wardrobe.items.add({ name: 'Scarf' })
    for (let n = 0; n < 30; n++) {
      const { id } = await ada.wardrobe.items.add({ name: `Piece ${n}` })
      await ada.wardrobe.items.update(id, { name: `Piece ${n}, renamed` })
      await ada.wardrobe.whenDurable('server')
    }
    await compacted(ada.wardrobe.id)
    const fresh = keep(await person.device({ wardrobeId: ada.wardrobe.id }))
    away.wardrobe.resumeSync()
    await converge(ada, away, fresh)
    expect(fresh.wardrobe.items.list()).toHaveLength(32)
    expect(stateOf(ada)).toEqual(stateOf(fresh))
    expect(ada.wardrobe.items.get(scarf.id)?.name).toBe('Scarf')

    const doc = new Y.Doc()
    const provider = new WebsocketProvider(`${two.url.replace('http', 'ws')}/sync`, ada.wardrobe.id, doc, {
      params: { token: (await ada.account.token()) ?? '' },
      disableBc: true,
      WebSocketPolyfill: WebSocket as unknown as typeof globalThis.WebSocket,
    })
    const names = (): unknown[] =>
      doc
        .getArray<EditTuple>('edits')
        .toArray()
        .map(([, , , , set]) => set.name)
    await until(() => names().filter((name) => String(name).endsWith('renamed')).length === 30)
    expect(doc.store.pendingStructs).toBeNull()
    // It is connected to the other instance, which hears of commits and of compactions.
    for (let n = 0; n < 5; n++) {
      await ada.wardrobe.items.update(scarf.id, { name: `Scarf ${n}` })
      await ada.wardrobe.whenDurable('server')
    }
    await compacted(ada.wardrobe.id)
    await until(() => names().includes('Scarf 4'))
    provider.destroy()
    doc.destroy()
  })
})
