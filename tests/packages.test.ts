import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ROOT } from './source/read-tree.js'

// What `npm publish` would send, used as someone would who has nothing of this repository: no sources, no `@modaics/source`.

const run = promisify(execFile)
const WORKSPACES = ['shared', 'client-sdk', 'server']
/** Only ends what hangs: npm fetches what its cache does not have. */
const LIMIT_MS = 600_000

interface Tarball {
  readonly filename: string
  readonly files: readonly { readonly path: string }[]
}

let folder: string
let consumer: string
let tarballs: Map<string, Tarball>

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modaics-packages-'))
  const copy = join(folder, 'repository')
  consumer = join(folder, 'consumer')
  await copyRepository(copy)
  await run('npm', ['run', 'build'], { cwd: copy })
  const packing = [
    'pack',
    '--json',
    '--pack-destination',
    folder,
    ...WORKSPACES.flatMap((one) => ['-w', one]),
  ]
  const { stdout } = await run('npm', packing, { cwd: copy, maxBuffer: 2 ** 26 })
  const packed = JSON.parse(stdout) as readonly (Tarball & { readonly name: string })[]
  tarballs = new Map(packed.map((tarball) => [tarball.name, tarball]))

  await mkdir(consumer)
  await writeFile(join(consumer, 'package.json'), '{ "private": true, "type": "module" }')
  const files = packed.map(({ filename }) => join(folder, filename))
  await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', ...files], { cwd: consumer })
}, LIMIT_MS)

afterAll(() => rm(folder, { recursive: true, force: true }))

/** The packages' sources and what they are built with, so that a build does not touch the `dist` that others use. */
async function copyRepository(copy: string): Promise<void> {
  await mkdir(join(copy, 'node_modules/@modaics'), { recursive: true })
  const isSource = (path: string): boolean => !['node_modules', 'dist'].includes(basename(path))
  for (const path of [...WORKSPACES, 'migrations', 'package.json', 'tsconfig.base.json'])
    await cp(join(ROOT, path), join(copy, path), { recursive: true, filter: isSource })
  for (const name of await readdir(join(ROOT, 'node_modules')))
    if (name !== '@modaics') await symlink(join(ROOT, 'node_modules', name), join(copy, 'node_modules', name))
  for (const [name, workspace] of [
    ['shared', 'shared'],
    ['client', 'client-sdk'],
    ['server', 'server'],
  ] as const)
    await symlink(join(copy, workspace), join(copy, 'node_modules/@modaics', name))
}

const USE = `
import { openAccount, openWardrobe } from '@modaics/client'
import { createLogger, loadConfig, startServer } from '@modaics/server'
import { generateOutfits, PROTOCOL_VERSION } from '@modaics/shared'
import { createPrng } from '@modaics/shared/testing'

const server = await startServer(loadConfig({ PORT: '0', DATA_DIR: 'data' }), createLogger('warn'))
const signIn = { email: 'someone@example.com', password: 'a long enough password' }
async function openDevice(begin, wardrobeId) {
  const account = await openAccount({ url: server.url })
  await account[begin](signIn)
  return openWardrobe({ name: begin, storage: 'memory', sync: { account }, wardrobeId })
}
const phone = await openDevice('register')
const { id } = await phone.items.add({ name: 'Navy blazer', category: 'top' })
await phone.whenDurable('server')
const tablet = await openDevice('signIn', phone.id)
await tablet.whenSynced()
const rows = await tablet.query('select name from items')
const told = {
  typed: tablet.items.get(id).name,
  rows,
  pending: phone.status().pending,
  missing: generateOutfits({ items: [] }).missing[0].code,
  protocol: typeof PROTOCOL_VERSION,
  random: typeof createPrng,
  docs: (await fetch(server.url + '/docs')).status,
}
await phone.close()
await tablet.close()
await server.stop()
console.log(JSON.stringify(told))
`

/** The program that `npm start` and the image run, not the modules: it is bundled, and its threads and files are elsewhere. */
const PROGRAM = `
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { openAccount, openWardrobe } from '@modaics/client'
import sharp from 'sharp'

const env = { ...process.env, PORT: '0', HOST: '127.0.0.1', DATA_DIR: 'program-data' }
const server = spawn(process.execPath, ['node_modules/@modaics/server/dist/main.js'], { env, stdio: ['ignore', 'pipe', 'inherit'] })
const url = await new Promise((resolve) =>
  createInterface(server.stdout).on('line', (line) => {
    const told = line.startsWith('{') ? JSON.parse(line) : {}
    if (told.msg === 'listening') resolve(told.url)
  }))
const account = await openAccount({ url })
await account.register({ email: 'someone@example.com', password: 'a long enough password' })
const wardrobe = await openWardrobe({ name: 'mine', storage: 'memory', rows: false, sync: { account }, photos: { eyes: true } })
const bytes = await sharp({ create: { width: 300, height: 400, channels: 3, background: '#1f2a44' } }).jpeg().toBuffer()
const item = await wardrobe.items.add({ name: 'Piece' })
const { id } = await wardrobe.photos.add({ bytes, itemId: item.id })
while (!wardrobe.photos.eyes().reason && wardrobe.photos.eyes().state === 'waiting') await new Promise((wait) => wardrobe.on('change', wait))
const eyes = wardrobe.photos.eyes()
while (!['analysed', 'failed'].includes(wardrobe.photos.state(id))) await new Promise((wait) => wardrobe.on('change', wait))
const { analysis } = wardrobe.photos.get(id)
console.log(JSON.stringify({ eyes, by: analysis.analyser, kinds: analysis.kinds.length, failure: wardrobe.photos.failure(id) }))
await wardrobe.close()
server.kill()
`

const TYPES = `
import { type Account, openWardrobe, type Wardrobe } from '@modaics/client'
import { type Config, loadConfig, type RunningServer, startServer } from '@modaics/server'
import { type Item, ModaicsError } from '@modaics/shared'
import { createPrng } from '@modaics/shared/testing'

export async function use(account: Account): Promise<string | null> {
  const wardrobe: Wardrobe = await openWardrobe({ name: 'mine', sync: { account } })
  const item: Item = await wardrobe.items.add({ name: 'Navy blazer', tags: ['linen'] })
  const rows: { name: string }[] = await wardrobe.query<{ name: string }>('select name from items')
  // @ts-expect-error a name is text
  await wardrobe.items.update(item.id, { name: 7 })
  // @ts-expect-error there is no such tier
  await wardrobe.whenDurable('moon')
  return item.name ?? rows[0]?.name ?? null
}
export const config: Config = loadConfig({})
export const start: typeof startServer = startServer
export const stop = (server: RunningServer): Promise<void> => server.stop()
export const isOurs = (error: unknown): boolean => error instanceof ModaicsError && error.code === 'offline'
export const prng = createPrng
`

describe('the packed packages', { timeout: LIMIT_MS }, () => {
  test('hold what they need, and nothing of their tests', () => {
    expect([...tarballs.keys()].sort()).toEqual(['@modaics/client', '@modaics/server', '@modaics/shared'])
    for (const [name, { files }] of tarballs) {
      const paths = files.map(({ path }) => path)
      expect(paths).toEqual(expect.arrayContaining(['package.json', 'dist/index.js', 'dist/index.d.ts']))
      const ofTests = paths.filter((path) =>
        /\.(test|browser)\.|-(fixture|conformance)\.|(^|\/)testing\//.test(path),
      )
      const allowed = name === '@modaics/shared' ? /^dist\/testing\// : /^$/
      expect(ofTests.filter((path) => !allowed.test(path))).toEqual([])
      expect(paths.filter((path) => /(?<!\.d)\.ts$/.test(path))).toEqual([])
    }
    const served = tarballs.get('@modaics/server')?.files.map(({ path }) => path)
    expect(served).toEqual(
      expect.arrayContaining([
        'dist/main.js',
        'dist/program/main.js',
        'dist/program/pglite-worker.js',
        'migrations/0000_initial.sql',
        'migrations/meta/_journal.json',
      ]),
    )
  })

  test('run: a server, two devices, one edit', async () => {
    await writeFile(join(consumer, 'use.mjs'), USE)
    const { stdout } = await run(process.execPath, ['use.mjs'], { cwd: consumer })
    expect(JSON.parse(stdout)).toEqual({
      typed: 'Navy blazer',
      rows: [{ name: 'Navy blazer' }],
      pending: 0,
      missing: 'no-items',
      protocol: 'number',
      random: 'function',
      docs: 200,
    })
  })

  test('[LV1] look at photos: in the program of the server, and on a device', async () => {
    await writeFile(join(consumer, 'program.mjs'), PROGRAM)
    const { stdout } = await run(process.execPath, ['program.mjs'], { cwd: consumer })
    expect(JSON.parse(stdout)).toEqual({
      eyes: { state: 'open', reason: null },
      by: 'local',
      kinds: 3,
      failure: null,
    })
  })

  test('have types that hold without the sources', async () => {
    await writeFile(join(consumer, 'types.ts'), TYPES)
    const compilerOptions = {
      target: 'ES2022',
      lib: ['ES2023', 'DOM'],
      module: 'NodeNext',
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: true,
      noEmit: true,
      types: [],
    }
    await writeFile(join(consumer, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['types.ts'] }))
    const tsc = join(ROOT, 'node_modules/.bin/tsc')
    await run(tsc, ['-p', consumer], { cwd: consumer }).catch((error) => {
      throw new Error(error.stdout || error.message)
    })
  })
})
