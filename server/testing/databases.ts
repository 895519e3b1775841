import type { Database } from '../db/database.js'
import { migrate } from '../db/migrate.js'
import { openPgliteDatabase } from '../db/pglite-database.js'
import { openPostgresDatabase } from '../db/postgres-database.js'
import { startPostgres } from './postgres.js'

export interface TestDatabase {
  readonly database: Database
  /** where PostgreSQL listens; undefined for PGlite */
  readonly url: string | undefined
  close(): Promise<void>
}

export interface TestEngine {
  readonly name: 'pglite' | 'postgres'
  open(): Promise<TestDatabase>
}

/** Every test of the server's storage runs on both. */
export const TEST_ENGINES: readonly TestEngine[] = [
  { name: 'pglite', open: openPglite },
  { name: 'postgres', open: openPostgres },
]

async function openPglite(): Promise<TestDatabase> {
  const database = await openPgliteDatabase('memory://')
  await migrate(database)
  return { database, url: undefined, close: () => database.close() }
}

async function openPostgres(): Promise<TestDatabase> {
  const cluster = await startPostgres()
  const database = openPostgresDatabase(cluster.url)
  await migrate(database)
  return {
    database,
    url: cluster.url,
    close: async () => {
      await database.close()
      await cluster.stop()
    },
  }
}
