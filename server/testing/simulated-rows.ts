import type { Database } from '../db/database.js'
import { migrate } from '../db/migrate.js'
import { openPgliteDatabase } from '../db/pglite-database.js'
import { createSqlCommitStore } from '../ingest/sql-commit-store.js'

export type { Database }
export { createSqlCommitStore, migrate, openPgliteDatabase }
