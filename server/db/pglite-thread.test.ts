import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { startPgliteThread } from './pglite-thread.js'

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modaics-cluster-'))
  path = join(folder, 'database')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function answers(): Promise<boolean> {
  const thread = startPgliteThread()
  try {
    await thread.open(path)
    const question = { op: 'query', transaction: null, text: 'select 1', params: [] } as const
    await thread.ask({ ...question, rowMode: 'array', asText: [] })
    await thread.close()
    return true
  } finally {
    await thread.terminate()
  }
}

test('[SV14] a database that was being made when its process was killed is made anew', async () => {
  // The files as a kill leaves them: another thread begins, and ends as soon as there are some.
  const draft = `${path}.new`
  const url = new URL('./pglite-worker.ts', import.meta.url).href
  const worker = new Worker(
    `import('tsx/esm/api').then(({ register }) => { register(); return import(${JSON.stringify(url)}) })`,
    { eval: true },
  )
  worker.postMessage({ op: 'open', dataDir: draft, id: 1 })
  await vi.waitUntil(() => existsSync(join(draft, 'PG_VERSION')), { timeout: 60_000, interval: 1 })
  await worker.terminate()
  expect(await answers()).toBe(true)
  expect(await readdir(folder)).toEqual(['database'])
  expect(await answers()).toBe(true)
})

test('[SV14] none is made in a folder that holds something else', async () => {
  await mkdir(path)
  await writeFile(join(path, 'base'), 'what is left of a database')
  await expect(answers()).rejects.toThrow('holds no database')
  expect(await readdir(path)).toEqual(['base'])
})
