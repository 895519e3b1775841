import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createCompaction, type EditTuple, LIMITS, unpackFrames, writeBag } from '@modaics/shared'
import { createPrng } from '@modaics/shared/testing'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { TEST_ENGINES, type TestDatabase } from '../../server/testing/databases.js'
import { makePlace, startTestServer, type TestServer } from '../../server/testing/server.js'
import { createPerson, openDevice, WITHIN } from './devices.js'

/** What carries the bag is to stay below this share of a fresh one. */
const BAR = 1.5

/** The short form of `npm run bench:growth`, with thresholds that fit its size. */
describe('growth', () => {
  let opened: TestDatabase
  let server: TestServer
  let folder: string

  beforeAll(async () => {
    opened = await TEST_ENGINES.find(({ name }) => name === 'postgres')!.open()
    const env = { COMPACT_LOG_BYTES: '4096', EPOCH_MIN_BYTES: '4096' }
    server = await startTestServer(await makePlace('postgres', env, opened.url))
    folder = await mkdtemp(join(tmpdir(), 'modaics-growth-'))
  })
  afterAll(async () => {
    await server?.close()
    await opened?.close()
    await rm(folder, { recursive: true, force: true })
  })

  test('[EP12] a trace of edits by several devices leaves little more than its live edits, on server and devices', async () => {
    const random = createPrng(7)
    const person = await createPerson(server.url)
    const accounts = [await person.signIn(), await person.signIn(), await person.signIn()]
    let wardrobeId: string | undefined
    const ids: string[] = []
    for (let session = 0; session < 15; session++) {
      const account = accounts[session % accounts.length]!
      const { wardrobe } = await openDevice(account, {
        storage: { folder: join(folder, account.deviceId ?? '') },
        start: false,
        ...(wardrobeId ? { wardrobeId } : {}),
      })
      wardrobeId = wardrobe.id
      await wardrobe.syncOnce()
      for (let turn = 0; turn < 10; turn++) {
        const edits: Promise<unknown>[] = []
        while (edits.length < 30) {
          const id = ids.length < 150 ? undefined : random.pick(ids)
          const notes = `${random.below(1_000_000)} `.repeat(60)
          if (id === undefined)
            edits.push(wardrobe.items.add({ name: 'Piece', notes }).then((item) => ids.push(item.id)))
          else edits.push(wardrobe.items.update(id, { notes }))
          if (id === undefined) await edits.at(-1)
        }
        await Promise.all(edits)
      }
      await wardrobe.syncOnce()
      await wardrobe.close()
    }
    let total = 0
    let snapshot: Uint8Array[] = []
    const look = async (): Promise<void> => {
      const [row] = await opened.database.query<{ total: number; updates: Uint8Array }>(
        `select s.updates, octet_length(s.updates) + (select coalesce(sum(octet_length(updates)), 0) from log)::int
           + (select coalesce(sum(octet_length(clocks)), 0) from epochs)::int as total from snapshots s`,
      )
      total = row?.total ?? 0
      snapshot = row ? unpackFrames(row.updates) : []
    }
    const freshBytes = async (): Promise<number> => {
      const rows = await opened.database.query<{ live: EditTuple[] }>('select live from folds')
      const edits = rows.flatMap(({ live }) => live)
      return [...writeBag(1, edits, LIMITS.pieceBytes)].reduce((sum, { byteLength }) => sum + byteLength, 0)
    }
    const fresh = await freshBytes()
    await vi.waitFor(async () => {
      await look()
      expect(total).toBeGreaterThan(0)
      expect(total).toBeLessThanOrEqual(fresh * BAR)
    }, WITHIN)
    // What a new device would load.
    const bag = createCompaction()
    for (const update of snapshot) bag.add(update)
    expect(bag.clocks().size).toBeGreaterThan(0)

    for (const account of accounts) {
      const { wardrobe } = await openDevice(account, {
        storage: { folder: join(folder, account.deviceId ?? '') },
        start: false,
      })
      await wardrobe.syncOnce()
      await wardrobe.close()
      let bytes = 0
      const root = join(folder, account.deviceId ?? '')
      for (const name of await readdir(root, { recursive: true }))
        if (/(^|\/)journal\/journal-/.test(name)) bytes += (await stat(join(root, name))).size
      expect(bytes).toBeLessThan(fresh * BAR + 65_536)
    }
  })
})
