import { cp, mkdtemp, readdir, readFile, rm, stat, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createNodeSeed, PGLITE_VERSION, removeNodeData } from './node-seed.js'
import { makeRecord, makeSource, openTestProjection, testSeed } from './projection-fixture.js'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modaics-seed-'))
})
afterEach(() => rm(folder, { recursive: true }))

const open = async (seed: (dataDir: string) => Promise<Blob | undefined>, dataDir = 'memory://') => {
  const projection = await openTestProjection(makeSource(makeRecord('items', 'i', { name: 'Coat' })), {
    seed,
    dataDir,
    removeData: removeNodeData,
  })
  const { rows } = await projection.pglite.query('select name from items')
  await projection.close()
  return { rows, rebuilt: projection.rebuilt }
}

test('is of the PGlite that is installed', async () => {
  const entry = new URL(import.meta.resolve('@electric-sql/pglite'))
  const { name, version } = JSON.parse(await readFile(new URL('../package.json', entry), 'utf8'))
  expect({ name, version }).toEqual({ name: '@electric-sql/pglite', version: PGLITE_VERSION })
})

test('is made once and kept; one that is damaged is made again', async () => {
  const cache = join(folder, 'cache')
  const kept = join(cache, `pglite-${PGLITE_VERSION}.tar.gz`)
  expect(await open(createNodeSeed(cache))).toEqual({ rows: [{ name: 'Coat' }], rebuilt: 'missing' })
  await vi.waitFor(async () => expect(await readdir(cache)).toEqual([`pglite-${PGLITE_VERSION}.tar.gz`]), {
    timeout: 60_000,
  })
  const { size } = await stat(kept)
  const other = join(folder, 'other')
  await cp(cache, other, { recursive: true })
  const damaged = join(other, `pglite-${PGLITE_VERSION}.tar.gz`)
  await truncate(damaged, size - 1_000)
  expect(await open(createNodeSeed(other))).toEqual({ rows: [{ name: 'Coat' }], rebuilt: 'missing' })
  await vi.waitFor(async () => expect(gunzipSync(await readFile(damaged)).length).toBeGreaterThan(size), {
    timeout: 60_000,
  })
})

test('one that PGlite cannot open does not keep a projection from opening', async () => {
  expect(await open(async () => new Blob(['no tar']))).toMatchObject({ rows: [{ name: 'Coat' }] })
})

test('is not asked for where there is a database', async () => {
  const dataDir = join(folder, 'pglite')
  expect(await testSeed(dataDir)).toBeInstanceOf(Blob)
  await open(testSeed, dataDir)
  expect(await testSeed(dataDir)).toBeUndefined()
  expect((await open(testSeed, dataDir)).rebuilt).toBeNull()
  await removeNodeData(dataDir)
  await expect(stat(dataDir)).rejects.toMatchObject({ code: 'ENOENT' })
})
