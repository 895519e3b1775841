import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { TEST_ENGINES } from '../../server/testing/databases.js'
import { drawGarment } from '../../server/testing/pictures.js'
import { type PostgresCluster, startPostgres } from '../../server/testing/postgres.js'
import { makePlace, startTestServer, type TestServer } from '../../server/testing/server.js'
import { converge, createDevices, createPerson, openDevice, until, WITHIN } from './devices.js'

// Drawn before a server runs: it takes every decoder away that it does not need, SVG's too.
const picture = await drawGarment({ color: '#7a1f2b' })

const MARKER = 'Grüße-an-7Qx9'

/** As it may stand in a file: as text of either width, in hexadecimal, in base64 at each of its three places. */
const SPELLINGS: readonly Buffer[] = [
  Buffer.from(MARKER),
  Buffer.from(MARKER, 'utf16le'),
  Buffer.from(Buffer.from(MARKER).toString('hex')),
  ...[0, 1, 2].map((shift) =>
    // Without the ends, which depend on what stands beside it.
    Buffer.from(
      Buffer.concat([Buffer.alloc(shift), Buffer.from(MARKER)])
        .toString('base64')
        .slice(4, -4),
    ),
  ),
]

/** Files below a folder that hold the marker, or are named by a picture. */
async function traces(folder: string, hash?: string): Promise<string[]> {
  const found: string[] = []
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (hash && path.includes(hash)) found.push(path)
    if (!entry.isFile()) continue
    const bytes = await readFile(path).catch(() => Buffer.alloc(0)) // gone meanwhile
    if (SPELLINGS.some((spelling) => bytes.includes(spelling))) found.push(path)
  }
  return found.map((path) => path.slice(folder.length))
}

const untilClean = (folder: string, hash?: string): Promise<void> =>
  vi.waitFor(async () => expect(await traces(folder, hash)).toEqual([]), WITHIN)

describe.each(TEST_ENGINES)('a purged record, with a server on $name', ({ name: engine }) => {
  let cluster: PostgresCluster | undefined
  let server: TestServer
  let folder: string
  const { keep, closeAll } = createDevices()

  beforeAll(async () => {
    if (engine === 'postgres') cluster = await startPostgres()
    const env = { ERASE_AFTER_DAYS: '0', HISTORY_DAYS: '365', LOG_LEVEL: 'debug' }
    server = await startTestServer(await makePlace(engine, env, cluster?.url))
    folder = await mkdtemp(join(tmpdir(), 'modaics-erase-'))
  })
  afterEach(closeAll)
  afterAll(async () => {
    await server?.close()
    await cluster?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  test('[ER1] [ER3] [ER4] [ER5] leaves no byte on the server and the devices, and none that was away brings it back', async () => {
    const person = await createPerson(server.url)
    const ada = keep(
      await openDevice(await person.signIn(), { storage: { folder: join(folder, 'ada') }, rows: true }),
    )
    const suit = await ada.wardrobe.outfits.add({ name: 'Suit' })
    const coat = await ada.wardrobe.items.add({ name: MARKER, notes: `of ${MARKER}`, tags: [MARKER] })
    await ada.wardrobe.items.update(coat.id, { notes: `${MARKER} again` })
    const photo = await ada.wardrobe.photos.add({ bytes: picture, itemId: coat.id })
    await until(() => ada.wardrobe.photos.get(photo.id)?.storedAt)
    const hash = photo.hash as string

    const away = { folder: join(folder, 'ben') }
    const account = await person.signIn()
    const options = { wardrobeId: ada.wardrobe.id, storage: away, rows: true }
    let ben = await openDevice(account, options)
    await converge(ada, ben)
    ben.wardrobe.pauseSync()
    await ben.wardrobe.items.update(coat.id, { notes: `${MARKER} of Ben` })
    const scarf = await ben.wardrobe.items.add({ name: 'Scarf' })
    await ben.wardrobe.query('select 1')
    await ben.close()
    await ada.wardrobe.history({ kind: 'items', id: coat.id }) // so that it is stored
    expect(await ada.wardrobe.query('select name from items')).toEqual([{ name: MARKER }])

    const database = cluster ? join(cluster.dataDir, 'base') : join(server.place.dataDir, 'database', 'base')
    expect(await traces(join(folder, 'ada'), hash)).not.toEqual([])
    expect(await traces(away.folder)).not.toEqual([])
    expect(await traces(server.place.dataDir, hash)).not.toEqual([])

    await ada.wardrobe.items.purge(coat.id)
    await until(() => server.lines.some((line) => line.includes('purged records were erased')))
    await until(() => ada.wardrobe.items.list({ includeRemoved: true }).length === 0)
    expect(ada.wardrobe.photos.list({ includeRemoved: true })).toEqual([])
    expect(await ada.wardrobe.query('select id from items union all select id from photos')).toEqual([])
    expect(ada.wardrobe.outfits.get(suit.id)?.name).toBe('Suit')
    expect((await ada.wardrobe.history({ kind: 'items', id: coat.id })).entries).toEqual([])
    await untilClean(join(folder, 'ada'), hash)
    await untilClean(server.place.dataDir, hash)
    if (cluster) await expectCleanPostgres(cluster, database)

    ben = keep(await openDevice(account, options))
    expect(ben.wardrobe.items.get(coat.id)?.notes).toBe(`${MARKER} of Ben`)
    await expect(ben.wardrobe.whenSynced()).rejects.toMatchObject({ code: 'erased' })
    await converge(ada, ben)
    expect(ada.wardrobe.items.list({ includeRemoved: true })).toMatchObject([{ id: scarf.id, name: 'Scarf' }])
    expect(ben.wardrobe.refused()).toEqual([])
    expect(ben.wardrobe.fingerprint()).toBe(ada.wardrobe.fingerprint())
    expect(await ben.wardrobe.query('select name from items')).toEqual([{ name: 'Scarf' }])
    await untilClean(away.folder, hash)
    await untilClean(server.place.dataDir, hash)
    if (cluster) expect(await traces(database)).toEqual([])

    // Nor when all have come back from what they have stored.
    await closeAll()
    await server.restart()
    expect(await traces(folder, hash)).toEqual([])
    expect(await traces(server.place.dataDir, hash)).toEqual([])
    const again = keep(await person.device({ wardrobeId: ada.wardrobe.id }))
    await again.wardrobe.whenSynced()
    expect(again.wardrobe.items.list({ includeRemoved: true })).toMatchObject([{ name: 'Scarf' }])
  })
})

/** The tables are ours to clean; what PostgreSQL's own log has goes when whoever runs it lets it go. */
async function expectCleanPostgres(cluster: PostgresCluster, tables: string): Promise<void> {
  const sql = postgres(cluster.url, { max: 1, onnotice: () => {} })
  try {
    await sql.unsafe('checkpoint').simple()
    expect(await traces(tables)).toEqual([])
    await sql.unsafe('alter system set wal_recycle = off').simple()
    await sql`select pg_reload_conf()`
    await vi.waitFor(async () => {
      await sql`select pg_switch_wal()`
      await sql.unsafe('checkpoint').simple()
      expect(await traces(cluster.dataDir)).toEqual([])
    }, WITHIN)
  } finally {
    await sql.end()
  }
}
