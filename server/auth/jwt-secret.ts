import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ModaicsError } from '@modaics/shared'
import type { Config } from '../config/config.js'

/** The key of the access tokens: the setting, or else one made at the first start and kept in the data folder. */
export async function readJwtSecret(config: Pick<Config, 'jwtSecret' | 'dataDir'>): Promise<Uint8Array> {
  if (config.jwtSecret !== undefined) return new TextEncoder().encode(config.jwtSecret)
  await mkdir(config.dataDir, { recursive: true })
  const path = join(config.dataDir, 'jwt-secret')
  await makeOnce(path)
  const secret = (await readFile(path, 'utf8')).trim()
  if (secret.length < 32)
    throw new ModaicsError('storage-damaged', `${path} holds no secret; remove it to have a new one made`)
  return new TextEncoder().encode(secret)
}

/** Written beside its place and linked there whole, by the first of several processes; a kill leaves none, or all of it. */
async function makeOnce(path: string): Promise<void> {
  if (existsSync(path)) return
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  try {
    await writeFile(draft, `${randomBytes(48).toString('base64url')}\n`, { mode: 0o600, flush: true })
    await link(draft, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await rm(draft, { force: true })
  }
}
