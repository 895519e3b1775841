import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readJwtSecret } from './jwt-secret.js'

describe('the key of access tokens', () => {
  let dataDir: string
  beforeEach(async () => {
    dataDir = join(await mkdtemp(join(tmpdir(), 'modaics-secret-')), 'data')
  })
  afterEach(() => rm(join(dataDir, '..'), { recursive: true }))

  test('is the setting where there is one', async () => {
    const jwtSecret = 'k'.repeat(40)
    expect(await readJwtSecret({ jwtSecret, dataDir })).toEqual(new TextEncoder().encode(jwtSecret))
    await expect(stat(dataDir)).rejects.toThrow('ENOENT')
  })

  test('is else made once, for its owner only, and kept', async () => {
    const first = await readJwtSecret({ jwtSecret: undefined, dataDir })
    expect(first.length).toBeGreaterThanOrEqual(32)
    expect(await readJwtSecret({ jwtSecret: undefined, dataDir })).toEqual(first)
    if (process.platform !== 'win32')
      expect((await stat(join(dataDir, 'jwt-secret'))).mode & 0o777).toBe(0o600)
  })

  test('is one for several that start at once', async () => {
    const secrets = await Promise.all(
      Array.from({ length: 8 }, () => readJwtSecret({ jwtSecret: undefined, dataDir })),
    )
    expect(new Set(secrets.map(String)).size).toBe(1)
    expect(await readdir(dataDir)).toEqual(['jwt-secret'])
  })

  test('is refused where the file was cut short', async () => {
    await readJwtSecret({ jwtSecret: undefined, dataDir })
    await writeFile(join(dataDir, 'jwt-secret'), 'short')
    await expect(readJwtSecret({ jwtSecret: undefined, dataDir })).rejects.toMatchObject({
      code: 'storage-damaged',
    })
  })
})
