import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { ModaicsError } from '@modaics/shared'
import { lockFolder } from '@modaics/shared/node'
import type { Config } from '../config/config.js'
import type { Database } from './database.js'
import type { PgliteThread } from './pglite-thread.js'

export interface OpenedDatabase {
  readonly database: Database
  /** Closes it, and gives the folder free. */
  close(): Promise<void>
}

/**
 * The database of these settings. Only the engine that is used is loaded.
 *
 * @param thread one for the embedded database that was started before
 * @throws ModaicsError `storage-locked` where another process has the folder, `storage-damaged`
 */
export async function openDatabase(
  { databaseUrl, dataDir }: Pick<Config, 'databaseUrl' | 'dataDir'>,
  thread?: PgliteThread,
): Promise<OpenedDatabase> {
  const folder = resolve(dataDir)
  await mkdir(folder, { recursive: true })
  if (databaseUrl) {
    const { openPostgresDatabase } = await import('./postgres-database.js')
    const database = openPostgresDatabase(databaseUrl)
    return { database, close: () => database.close() }
  }
  const lock = await lockFolder(folder)
  try {
    const { openPgliteDatabase } = await import('./pglite-database.js')
    const database = await openPgliteDatabase(join(folder, 'database'), thread)
    return { database, close: () => database.close().finally(() => lock.release()) }
  } catch (cause) {
    await lock.release()
    const detail = `the database in ${folder} cannot be opened: ${String(cause)}`
    throw new ModaicsError('storage-damaged', detail, { cause })
  }
}
