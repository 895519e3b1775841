import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { openWardrobe } from '@modaics/client'
import {
  createId,
  type EditTuple,
  encodeEdits,
  encodeSyncFrame,
  LIMITS,
  msToHlc,
  SYNC,
} from '@modaics/shared'
import postgres from 'postgres'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { TEST_ENGINES } from '../../server/testing/databases.js'
import { freePort } from '../../server/testing/postgres.js'
import { launchServer, openTestServer, type TestServer } from '../../server/testing/server.js'
import { converge, createDevices, createPerson, type Device, type Person, until } from './devices.js'
import { connectRaw, type RawClient } from './raw-client.js'

/** An update that a document makes, whatever it is made to hold. */
function updateOf(write: (doc: Y.Doc) => void): Uint8Array {
  const doc = new Y.Doc()
  write(doc)
  return Y.encodeStateAsUpdate(doc)
}

const random = (): number => Math.floor(Math.random() * 2 ** 32)

describe.each(TEST_ENGINES)('a client that sends what it should not, on $name', ({ name: engine }) => {
  let server: TestServer
  let person: Person
  /** Another device on the same wardrobe, which must not notice anything. */
  let bystander: Device
  const { keep, closeAll } = createDevices()
  const raws: RawClient[] = []

  beforeAll(async () => {
    server = await openTestServer(engine)
    person = await createPerson(server.url)
    bystander = await person.device()
    await bystander.wardrobe.whenSynced()
  })
  afterEach(async () => {
    for (const raw of raws.splice(0)) raw.end()
    await closeAll()
    // Whatever was sent: the others go on, over the connection that they had.
    const { wardrobe } = bystander
    expect(wardrobe.status().connection).toBe('online')
    await wardrobe.items.add({ name: 'still here' })
    await wardrobe.whenDurable('server')
    expect(wardrobe.refused()).toEqual([])
    expect(wardrobe.items.list().every(({ name }) => name === 'still here')).toBe(true)
    const errors = server.lines.map((line) => JSON.parse(line)).filter(({ level }) => level >= 50)
    expect(errors).toEqual([])
  })
  afterAll(async () => {
    await bystander?.close()
    await server?.close()
  })

  async function connect(): Promise<{ raw: RawClient; edit: (parts?: Parts) => EditTuple }> {
    const account = await person.signIn()
    const raw = await connectRaw(server.url, bystander.wardrobe.id, account)
    raws.push(raw)
    let count = 0
    return {
      raw,
      edit: ({ hlc = msToHlc(Date.now()) + ++count, by = `${account.deviceId}/raw`, set, src } = {}) =>
        [
          hlc,
          by,
          'items',
          createId(),
          set ?? { name: 'still here' },
          ...(src ? [{}, src] : []),
        ] as unknown as EditTuple,
    }
  }
  interface Parts {
    readonly hlc?: number
    readonly by?: string
    readonly set?: object
    readonly src?: string
  }

  test.each<[string, Uint8Array | string]>([
    ['a text frame', 'hello'],
    ['an empty frame', new Uint8Array()],
    ['a type that is not there', new Uint8Array([99, 1, 2])],
    ['a frame that is cut short', encodeSyncFrame(SYNC.update, new Uint8Array(100)).subarray(0, 20)],
    ['a sync message of no kind', new Uint8Array([0, 9, 0])],
    ['a hello that is not JSON', new Uint8Array([100, 3, 123, 123, 123])],
    ['a hello without its fields', new Uint8Array([100, 2, 123, 125])],
    ['an endless number', new Uint8Array(12).fill(255)],
  ])('%s ends the connection as malformed', async (_name, frame) => {
    const { raw } = await connect()
    raw.send(frame)
    await until(() => raw.closed)
    expect(raw.closed).toMatchObject({ code: 4400, reason: expect.stringMatching(/^malformed: /) })
  })

  test.each<[string, string, (edit: (parts?: Parts) => EditTuple) => Uint8Array]>([
    ['malformed', 'bytes that are no update', () => new Uint8Array([1, 2, 3, 4, 255])],
    [
      'not-an-edit',
      'a nested type',
      () => updateOf((doc) => doc.getArray('edits').push([new Y.Map([['a', 1]])])),
    ],
    ['not-an-edit', 'a map', () => updateOf((doc) => doc.getMap('items').set('a', 1))],
    ['not-an-edit', 'an unknown root', (edit) => updateOf((doc) => doc.getArray('other').push([edit()]))],
    ['invalid-edit', 'a wrong value', (edit) => encodeEdits(random(), 0, [edit({ set: { name: 7 } })])],
    [
      'foreign-by',
      'the name of another device',
      (edit) => encodeEdits(random(), 0, [edit({ by: 'x-other-device/w' })]),
    ],
    ['foreign-source', 'a claim to be vision', (edit) => encodeEdits(random(), 0, [edit({ src: 'vision' })])],
    [
      'clock-ahead',
      'a clock a year ahead',
      (edit) => encodeEdits(random(), 0, [edit({ hlc: msToHlc(Date.now() + 365 * 86_400_000) })]),
    ],
    ['resync', 'a gap', (edit) => encodeEdits(random(), 5, [edit()])],
    ['too-large', 'an oversized update', () => new Uint8Array(LIMITS.updateBytes + 1)],
  ])('%s: %s is refused, and the connection goes on', async (code, _name, make) => {
    const { raw, edit } = await connect()
    raw.update(make(edit))
    await until(() => raw.refusals.length > 0)
    expect(raw.refusals[0]?.code).toBe(code)
    raw.update(encodeEdits(random(), 0, [edit()]))
    await until(() => raw.acks === 1)
    expect(raw.closed).toBeNull()
  })

  test.each<[string, number, Uint8Array]>([
    ['malformed', 4400, encodeSyncFrame(SYNC.step1, new Uint8Array([5]))],
    [
      'not-an-edit',
      4422,
      encodeSyncFrame(
        SYNC.update,
        updateOf((doc) => doc.getMap('items').set('a', 1)),
      ),
    ],
  ])(
    '%s: a plain client, which knows no refusals, is told by the end of its connection',
    async (code, close, frame) => {
      await bystander.wardrobe.items.add({ name: 'still here' })
      await bystander.wardrobe.whenDurable('server')
      const raw = await connectRaw(server.url, bystander.wardrobe.id, await person.signIn(), true)
      raws.push(raw)
      raw.send(frame)
      await until(() => raw.closed)
      expect(raw.closed).toMatchObject({ code: close, reason: expect.stringMatching(`^${code}: `) })
    },
  )

  test('a frame above all limits ends the connection', async () => {
    const { raw } = await connect()
    raw.send(new Uint8Array(LIMITS.updateBytes * 4 + 1))
    await until(() => raw.closed)
    expect([1006, 1009]).toContain(raw.closed?.code)
  })

  test('too many bytes about who is there end the connection', async () => {
    const { raw } = await connect()
    raw.send(new Uint8Array(70_000).fill(1))
    await until(() => raw.closed)
    expect(raw.closed).toMatchObject({ code: 4413, reason: expect.stringMatching(/^too-large: /) })
  })

  test('a hello for another device ends the connection', async () => {
    const account = await person.signIn()
    const liar = Object.create(account, { deviceId: { value: 'x-other-device' } })
    const raw = await connectRaw(server.url, bystander.wardrobe.id, liar)
    await until(() => raw.closed)
    expect(raw.closed).toMatchObject({ code: 4403, reason: expect.stringMatching(/^foreign-by: /) })
  })

  test('the SDK refuses at once what the server would, and the wardrobe goes on', async () => {
    const device = keep(await person.device({ wardrobeId: bystander.wardrobe.id }))
    await expect(device.wardrobe.items.add({ name: 7 as never })).rejects.toMatchObject({
      code: 'invalid-edit',
    })
    await expect(device.wardrobe.items.add({ notes: 'x'.repeat(70_000) })).rejects.toMatchObject({
      code: 'invalid-edit',
    })
    await expect(device.wardrobe.items.update(createId(), { name: 'x' })).rejects.toMatchObject({
      code: 'not-found',
    })
    await device.wardrobe.items.add({ name: 'still here' })
    await device.wardrobe.whenDurable('server')
  })
})

describe('a full disk at the server', () => {
  const { keep, closeAll } = createDevices()
  let server: TestServer
  beforeAll(async () => {
    server = await openTestServer('postgres')
  })
  afterEach(closeAll)
  afterAll(() => server?.close())

  test('is told to the device, which keeps its edits and sends them when there is room again', async () => {
    const sql = postgres(server.place.env.DATABASE_URL ?? '', { onnotice: () => {} })
    const person = await createPerson(server.url)
    const a = keep(await person.device())
    await a.wardrobe.items.add({ name: 'before' })
    await a.wardrobe.whenDurable('server')
    await sql.unsafe(`create function no_room() returns trigger language plpgsql as
      $$ begin raise exception 'could not extend file: No space left on device' using errcode = '53100'; end $$`)
    await sql.unsafe('create trigger no_room before insert on log for each row execute function no_room()')
    const faults = new Set<string>()
    a.wardrobe.on('status', ({ fault }) => fault && faults.add(fault.code))
    const coat = await a.wardrobe.items.add({ name: 'Coat' })
    await until(() => faults.has('storage-full'))
    expect(a.wardrobe.status().pending).toBe(1)
    expect(a.wardrobe.items.get(coat.id)?.name).toBe('Coat')
    expect(a.wardrobe.refused()).toEqual([])
    await expect(
      a.account.request(`/v1/items?wardrobe=${a.wardrobe.id}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'by REST' }),
      }),
    ).rejects.toMatchObject({ code: 'storage-full' })
    await sql.unsafe('drop trigger no_room on log')
    await a.wardrobe.whenDurable('server')
    const b = keep(await person.device({ wardrobeId: a.wardrobe.id }))
    await converge(a, b)
    expect(b.wardrobe.items.list().map(({ name }) => name)).toEqual(['before', 'Coat'])
    await sql.end()
  })
})

describe('folders that are in use, or damaged', () => {
  const { keep, closeAll } = createDevices()
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'modaics-device-'))
  })
  afterEach(closeAll)
  afterAll(() => rm(folder, { recursive: true, force: true }))

  /** What `main` says and how it ends, where it should not start. */
  async function failToStart(
    env: Readonly<Record<string, string>>,
  ): Promise<{ code: number | null; said: string }> {
    const child = launchServer(env)
    let said = ''
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk
    })
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk
    })
    const code = await new Promise<number | null>((resolve) => child.once('exit', resolve))
    return { code, said }
  }

  test('a second server on one folder ends with storage-locked, and the first goes on', async () => {
    const server = await openTestServer('pglite')
    try {
      const person = await createPerson(server.url)
      const a = keep(await person.device())
      await a.wardrobe.whenSynced()
      const second = await failToStart({ ...server.place.env, PORT: String(await freePort()) })
      expect(second.code).toBe(1)
      expect(second.said).toContain('modaics-server: storage-locked: ')
      await a.wardrobe.items.add({ name: 'Coat' })
      await a.wardrobe.whenDurable('server')
      expect(a.wardrobe.status().connection).toBe('online')
    } finally {
      await closeAll()
      await server.close()
    }
  })

  test('a server whose database cannot be read ends with storage-damaged, and touches nothing', async () => {
    const server = await openTestServer('pglite')
    try {
      await server.stop()
      const control = join(server.place.dataDir, 'database', 'global', 'pg_control')
      await writeFile(control, 'this was a database')
      const ended = await failToStart(server.place.env)
      expect(ended.code).toBe(1)
      expect(ended.said).toContain('modaics-server: storage-damaged: ')
      expect(await readFile(control, 'utf8')).toBe('this was a database')
    } finally {
      await server.close()
    }
  })

  test('wrong settings end with invalid-settings, all of them named', async () => {
    const ended = await failToStart({ PORT: 'many', DATABASE_URL: 'mysql://x' })
    expect(ended).toMatchObject({
      code: 1,
      said: expect.stringContaining('modaics-server: invalid-settings: '),
    })
    expect(ended.said).toMatch(/PORT[\s\S]*DATABASE_URL/)
  })

  test('a wardrobe that another process has open is storage-locked until that process is gone', async () => {
    const path = fileURLToPath(new URL('client-child.ts', import.meta.url))
    const args = ['--conditions=@modaics/source', '--import', 'tsx', path, folder, 'locked']
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    const ended = new Promise((resolve) => child.once('exit', resolve))
    try {
      await new Promise((resolve) => createInterface(child.stdout).once('line', resolve))
      await expect(openWardrobe({ name: 'locked', storage: { folder }, rows: false })).rejects.toMatchObject({
        code: 'storage-locked',
      })
    } finally {
      child.kill('SIGKILL')
    }
    await ended
    const wardrobe = await openWardrobe({ name: 'locked', storage: { folder }, rows: false })
    await wardrobe.close()
  })

  test('rows that cannot be read are made again from the journal', async () => {
    const open = () => openWardrobe({ name: 'rows', storage: { folder } })
    const first = await open()
    await first.items.add({ name: 'Coat' })
    expect(await first.query('select name from items')).toEqual([{ name: 'Coat' }])
    await first.close()
    await writeFile(join(folder, 'rows', 'rows', 'global', 'pg_control'), 'this was a database')
    const again = await open()
    expect(again.items.list().map(({ name }) => name)).toEqual(['Coat'])
    expect(await again.query('select name from items')).toEqual([{ name: 'Coat' }])
    await again.close()
  })

  test('a torn journal loses nothing but the append that was never finished', async () => {
    const open = () => openWardrobe({ name: 'torn', storage: { folder }, rows: false })
    const first = await open()
    await first.items.add({ name: 'Coat' })
    await first.items.add({ name: 'Scarf' })
    await first.close()
    const journal = join(folder, 'torn', 'journal')
    const log = (await readdir(journal)).find((name) => name.endsWith('.log')) ?? ''
    const bytes = await readFile(join(journal, log))
    await truncate(join(journal, log), bytes.length - 3)
    const again = await open()
    const names = again.items.list().map(({ name }) => name)
    // The last append was the note that the wardrobe was closed.
    expect(names).toEqual(['Coat', 'Scarf'])
    await again.items.add({ name: 'Boots' })
    await again.close()
    const last = await open()
    expect(last.items.list().map(({ name }) => name)).toEqual([...names, 'Boots'])
    await last.close()
  })
})
