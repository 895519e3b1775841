import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openWardrobe } from '@modaics/client'
import { createId, type EditTuple, editToTuple, type HistoryEntry, tupleToEdit } from '@modaics/shared'
import { unzipSync } from 'fflate'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { modaics as runModaics } from '../../client-sdk/testing/modaics.js'
import { TEST_ENGINES } from '../../server/testing/databases.js'
import { drawGarment } from '../../server/testing/pictures.js'
import { openTestServer, type TestServer } from '../../server/testing/server.js'
import {
  converge,
  createDevices,
  createPerson,
  laterEdit,
  PASSWORD,
  type Person,
  stateOf,
  until,
} from '../sync/devices.js'

// Drawn before a server runs: it takes every decoder away that it does not need, SVG's too.
const red = await drawGarment({ color: '#7a1f2b' })
const green = await drawGarment({ color: '#1f7a2b' })

const modaics = (...args: string[]) => runModaics(args, PASSWORD)

describe.each(TEST_ENGINES)('an export of a server on $name', ({ name: engine }) => {
  let from: TestServer
  let into: TestServer
  let folder: string
  const { keep, closeAll } = createDevices()
  beforeAll(async () => {
    from = await openTestServer(engine, { env: { ANALYSIS: 'local' } })
    into = await openTestServer(engine === 'pglite' ? 'postgres' : 'pglite', { env: { ANALYSIS: 'local' } })
    folder = await mkdtemp(join(tmpdir(), 'modaics-transfer-'))
  })
  afterEach(closeAll)
  afterAll(async () => {
    await from?.close()
    await into?.close()
    await rm(folder, { recursive: true, force: true })
  })

  /** Everything there is: two devices, a conflict, history, removed pieces, unknown fields and kinds, an analysed photo. */
  async function livedIn() {
    const person = await createPerson(from.url)
    const a = keep(await person.device())
    const { wardrobe } = a
    const coat = await wardrobe.items.add({
      name: 'Coat',
      tags: ['wool', 'say "hi", ok'],
      notes: 'two\nlines',
    })
    await wardrobe.items.update(coat.id, { name: 'Jacket', extra: { shine: { b: 1, a: [true, null] } } })
    await wardrobe.items.remove((await wardrobe.items.add({ name: 'Gone' })).id)
    const photo = await wardrobe.photos.add({
      bytes: red,
      itemId: coat.id,
    })
    await until(() => wardrobe.photos.state(photo.id) === 'analysed')
    const b = keep(await person.device({ wardrobeId: wardrobe.id }))
    await converge(a, b)
    b.wardrobe.pauseSync()
    await b.wardrobe.items.update(coat.id, { brand: 'Theirs' })
    await laterEdit()
    await wardrobe.items.update(coat.id, { brand: 'Mine', name: 'Parka' })
    b.wardrobe.resumeSync()
    await converge(a, b)
    expect(wardrobe.conflicts()).toHaveLength(1)
    return { person, a, coat, photo }
  }
  const login = (server: TestServer, person: Person): string[] => [
    '--server',
    server.url,
    '--email',
    person.email,
    '--password-file',
    '-',
  ]
  const historyOf = async (
    device: Awaited<ReturnType<typeof livedIn>>['a'],
    id: string,
  ): Promise<HistoryEntry[]> => {
    const path = `/v1/wardrobes/${device.wardrobe.id}/history?kind=items&record=${id}`
    return ((await (await device.account.request(path)).json()) as { history: HistoryEntry[] }).history
  }

  test.each(['a folder', 'a zip'])(
    '[EX1] [EX2] as %s, imported elsewhere, is the same to the last byte that shows',
    async (form) => {
      const { person, a, coat, photo } = await livedIn()
      const out = join(folder, form === 'a zip' ? 'out.zip' : 'out')
      const exported = await modaics('export', out, ...login(from, person))
      expect(exported, exported.said).toMatchObject({ code: 0 })
      expect(exported.said).toContain(a.wardrobe.fingerprint())
      expect(await modaics('fingerprint', ...login(from, person))).toEqual({
        code: 0,
        said: a.wardrobe.fingerprint(),
      })

      const elsewhere = await createPerson(into.url)
      for (let i = 0; i < 2; i++) {
        // A second time, as after a failure in the middle, changes nothing.
        const imported = await modaics('import', out, ...login(into, elsewhere))
        expect(imported, imported.said).toMatchObject({ code: 0 })
        expect(imported.said).toContain('the same')
      }
      const c = keep(await elsewhere.device({ wardrobeId: a.wardrobe.id }))
      await c.wardrobe.whenSynced()
      expect(stateOf(c)).toEqual(stateOf(a))
      expect(c.wardrobe.fingerprint()).toBe(a.wardrobe.fingerprint())
      expect(await historyOf(c, coat.id)).toEqual(await historyOf(a, coat.id))
      const full = (device: typeof a) =>
        device.account.request(`/v1/photos/${photo.hash}?wardrobe=${a.wardrobe.id}`)
      const [before, after] = await Promise.all(
        [a, c].map(async (device) => Buffer.from(await (await full(device)).arrayBuffer())),
      )
      expect(after!.equals(before!)).toBe(true)
      // It is a wardrobe like any other.
      await c.wardrobe.items.update(coat.id, { name: 'At home' })
      await c.wardrobe.whenDurable('server')
      expect((await historyOf(c, coat.id))[0]?.changes.name).toBe('At home')
    },
  )

  test('[EX1] holds the records as JSON and as CSV, for those who have no Modaics', async () => {
    const { person, a } = await livedIn()
    const out = join(folder, 'read.zip')
    await modaics('export', out, ...login(from, person))
    const files = unzipSync(await readFile(out))
    const text = (path: string): string => new TextDecoder().decode(files[path])
    expect(JSON.parse(text('records/items.json'))).toEqual(a.wardrobe.items.list({ includeRemoved: true }))
    const [head, ...rows] = text('records/items.csv').split('\r\n')
    expect(head?.startsWith('id,name,category')).toBe(true)
    expect(text('records/items.csv')).toContain('"two\nlines"')
    expect(text('records/items.csv')).toContain('"say ""hi"", ok; wool"')
    expect(rows).toHaveLength(3)
    for (const path of ['README.txt', 'edits.ndjson', 'history.ndjson', 'records/photos.json'])
      expect(Object.keys(files)).toContain(path)
    const edits = text('edits.ndjson')
      .trim()
      .split('\n')
      .map((line) => tupleToEdit(JSON.parse(line) as EditTuple))
    expect(edits.map(editToTuple).length).toBe(JSON.parse(text('modaics.json')).counts.edits)
    // Not written over.
    expect(await modaics('export', out, ...login(from, person))).toMatchObject({ code: 1 })
  })

  test('[EX3] goes only into a wardrobe that is its owner’s alone and has been written by nobody', async () => {
    const { person, a } = await livedIn()
    const out = join(folder, 'refused')
    await modaics('export', out, ...login(from, person))
    const refused = await modaics('import', out, ...login(from, person))
    expect(refused).toMatchObject({ code: 1, said: expect.stringContaining('conflict') })
    const bob = await createPerson(into.url, 'bob')
    const used = keep(await bob.device())
    await used.wardrobe.items.add({ name: 'Here already' })
    await used.wardrobe.whenDurable('server')
    expect(await modaics('import', out, ...login(into, bob), '--as', used.wardrobe.id)).toMatchObject({
      code: 1,
      said: expect.stringContaining('conflict'),
    })
    const carol = await createPerson(into.url, 'carol')
    const shared = createId()
    await used.account.request(`/v1/wardrobes/${shared}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: '{"name":"Ours"}',
    })
    await used.account.request(`/v1/wardrobes/${shared}/members`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: carol.email, role: 'editor' }),
    })
    expect(await modaics('import', out, ...login(into, bob), '--as', shared)).toMatchObject({ code: 1 })
    expect(await modaics('import', out, ...login(into, carol), '--as', shared)).toMatchObject({
      code: 1,
      said: expect.stringContaining('forbidden'),
    })
    expect(a.wardrobe.id).not.toBe(shared)
  })

  test('[EX3] that was changed, cut short or is none is refused with a reason', async () => {
    const { person } = await livedIn()
    const out = join(folder, 'changed')
    await modaics('export', out, ...login(from, person))
    const dave = await createPerson(into.url, 'dave')
    const edits = await readFile(join(out, 'edits.ndjson'), 'utf8')
    const attempt = async (content: string) => {
      await writeFile(join(out, 'edits.ndjson'), content)
      return modaics('import', out, ...login(into, dave), '--as', createId())
    }
    expect(await attempt(`${edits}["not","an","edit",1,2]\n`)).toMatchObject({
      code: 1,
      said: expect.stringContaining('invalid-edit'),
    })
    expect(await attempt(edits.slice(0, -20))).toMatchObject({
      code: 1,
      said: expect.stringContaining('malformed'),
    })
    expect(await attempt(edits.replace('Parka', 'Forged'))).toMatchObject({
      code: 1,
      said: expect.stringContaining('NOT'),
    })
    await rm(join(out, 'modaics.json'))
    expect(await attempt(edits)).toMatchObject({ code: 1, said: expect.stringContaining('no modaics.json') })
    expect(await modaics('import', join(folder, 'nowhere'), ...login(into, dave))).toMatchObject({
      code: 1,
      said: expect.stringContaining('not-found'),
    })
  })
})

describe('an export of a device', () => {
  let server: TestServer
  let folder: string
  beforeAll(async () => {
    server = await openTestServer('pglite')
    folder = await mkdtemp(join(tmpdir(), 'modaics-transfer-'))
  })
  afterAll(async () => {
    await server?.close()
    await rm(folder, { recursive: true, force: true })
  })

  test('[EX2] that has never had a server goes into one with its history and its photos', async () => {
    const wardrobe = await openWardrobe({ name: 'alone', storage: { folder }, rows: false })
    const { id } = await wardrobe.items.add({ name: 'Coat' })
    await wardrobe.items.update(id, { name: 'Jacket' })
    await wardrobe.photos.add({ bytes: green, itemId: id })
    await wardrobe.close()
    const out = join(folder, 'out')
    const exported = await modaics('export', out, '--local', 'alone', '--folder', folder)
    expect(exported, exported.said).toMatchObject({ code: 0 })
    expect((await readdir(join(out, 'photos')))[0]).toMatch(/\.jpg$/)
    const person = await createPerson(server.url)
    const imported = await modaics(
      'import',
      out,
      '--server',
      server.url,
      '--email',
      person.email,
      '--password-file',
      '-',
    )
    expect(imported, imported.said).toMatchObject({ code: 0 })
    const device = await person.device({ wardrobeId: wardrobe.id })
    await device.wardrobe.whenSynced()
    expect(device.wardrobe.items.get(id)?.name).toBe('Jacket')
    const { entries } = await device.wardrobe.history({ kind: 'items', id })
    // What the device saw in the photo is an entry too.
    expect(entries.flatMap(({ changes }) => changes.name ?? [])).toEqual(['Jacket', 'Coat'])
    await until(() => device.wardrobe.photos.list()[0]?.storedAt)
    await device.close()
    const missing = await modaics('export', join(folder, 'x'), '--local', 'nobody', '--folder', folder)
    expect(missing).toMatchObject({ code: 1, said: expect.stringContaining('not-found') })
  })
})

describe('the command line', () => {
  test('says what there is, and what it did not understand', async () => {
    expect(await modaics()).toMatchObject({ code: 0, said: expect.stringContaining('export') })
    expect(await modaics('import', '--help')).toMatchObject({
      code: 0,
      said: expect.stringContaining('--password-file FILE'),
    })
    expect(await modaics('dance')).toMatchObject({ code: 2 })
    expect(await modaics('export', 'x', '--moon')).toMatchObject({
      code: 2,
      said: expect.stringContaining('--moon'),
    })
    expect(await modaics('export')).toMatchObject({ code: 2 })
  })
})
