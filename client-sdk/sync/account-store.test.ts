import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { IDBFactory } from 'fake-indexeddb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AccountStore } from './account.js'
import { createFileAccountStore } from './file-account-store.js'
import { createIndexedDbAccountStore } from './indexeddb-account-store.js'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modaics-account-'))
})
afterAll(() => rm(folder, { recursive: true }))

const factory = new IDBFactory()
const stores: { name: string; open: () => AccountStore }[] = [
  { name: 'file', open: () => createFileAccountStore(join(folder, 'deep', 'me.account')) },
  { name: 'IndexedDB', open: () => createIndexedDbAccountStore('modaics-account-me', factory) },
]

describe.each(stores)('an account store: $name', ({ open }) => {
  test('gives back what was saved last, also to another one on the same place', async () => {
    const [one, other] = [open(), open()]
    expect(await one.load()).toBeNull()
    await one.save('first')
    expect(await other.load()).toBe('first')
    await other.save('second')
    expect(await one.load()).toBe('second')
    await one.save(null)
    await one.save(null)
    expect(await other.load()).toBeNull()
  })
})

test('the file of an account is its owner’s only, also where it was not', async () => {
  const path = join(folder, 'open.account')
  await writeFile(`${path}.draft`, 'x', { mode: 0o644 })
  await createFileAccountStore(path).save('secret')
  expect((await stat(path)).mode & 0o777).toBe(0o600)
})
