import { mkdir } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
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

type DatabaseConfig = Pick<Config, 'databaseUrl' | 'dataDir'>

/** The database of these settings; see `beginOpening`. */
export async function openDatabase(config: DatabaseConfig): Promise<OpenedDatabase> {
  return (await beginOpening(config)).opened
}

/**
 * Resolves when the data folder is ours and the engine has begun to open, which takes a thread of its own most of a
 * start: this one may load the rest meanwhile. Only the engine that is used is loaded.
 *
 * @param thread one for the embedded database that was started before
 * @throws ModaicsError `storage-locked` where another process has the folder; `opened` rejects with `storage-damaged`
 */
export async function beginOpening(
  { databaseUrl, dataDir }: DatabaseConfig,
  thread?: PgliteThread,
): Promise<{ readonly opened: Promise<OpenedDatabase> }> {
  const folder = resolve(dataDir)
  await mkdir(folder, { recursive: true })
  if (databaseUrl) return { opened: openPostgres(databaseUrl) }
  const lock = await lockFolder(folder)
  const path = join(folder, 'database')
  thread?.open(path).catch(() => {}) // said by `opened`
  return { opened: openEmbedded(path, lock, thread) }
}

async function openPostgres(url: string): Promise<OpenedDatabase> {
  const { openPostgresDatabase } = await import('./postgres-database.js')
  const database = openPostgresDatabase(url)
  return { database, close: () => database.close() }
}

async function openEmbedded(
  path: string,
  lock: { release(): Promise<void> },
  thread: PgliteThread | undefined,
): Promise<OpenedDatabase> {
  try {
    const { openPgliteDatabase } = await import('./pglite-database.js')
    const database = await openPgliteDatabase(path, thread)
    return { database, close: () => database.close().finally(() => lock.release()) }
  } catch (cause) {
    await lock.release()
    const detail = `the database in ${dirname(path)} cannot be opened: ${String(cause)}`
    throw new ModaicsError('storage-damaged', detail, { cause })
  }
}
