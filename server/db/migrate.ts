import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { ModaicsError } from '@modaics/shared'
import type { Database } from './database.js'

/** The SQL files: beside `server/` in the repository, and copied beside `dist/` in the package. */
const FOLDER = new URL('../../migrations/', import.meta.url)

/** Any number, as long as every instance uses the same. */
const LOCK = 7_306_102_026

interface Migration {
  readonly tag: string
  readonly sql: string
  readonly hash: string
}

/**
 * Brings the schema up to date, one instance at a time. drizzle's own migrator takes no lock, and skips without a word
 * what is older than the newest applied; this one checks every hash. (docs/decisions)
 *
 * @returns the tags that were applied now
 * @throws ModaicsError `storage-damaged` where the database has migrations that this version does not, or others
 */
export async function migrate(database: Database): Promise<string[]> {
  const migrations = await readMigrations()
  await database.script(
    'create table if not exists modaics_migrations (idx integer primary key, tag text not null, hash text not null, applied_at timestamptz not null default now())',
  )
  return database.transaction(async (runner) => {
    await runner.query('select pg_advisory_xact_lock($1)', [LOCK])
    const applied = await runner.query<{ idx: number; tag: string; hash: string }>(
      'select idx, tag, hash from modaics_migrations order by idx',
    )
    for (const { idx, tag, hash } of applied) {
      const known = migrations[idx]
      if (!known)
        throw new ModaicsError(
          'storage-damaged',
          `the database has migration ${tag}, which is newer than this server`,
        )
      if (known.hash !== hash)
        throw new ModaicsError('storage-damaged', `migration ${tag} was applied with other contents`)
    }
    const now: string[] = []
    for (const [idx, migration] of migrations.entries()) {
      if (idx < applied.length) continue
      for (const statement of migration.sql.split('--> statement-breakpoint')) await runner.query(statement)
      await runner.query('insert into modaics_migrations (idx, tag, hash) values ($1, $2, $3)', [
        idx,
        migration.tag,
        migration.hash,
      ])
      now.push(migration.tag)
    }
    return now
  })
}

async function readMigrations(): Promise<Migration[]> {
  const journal = JSON.parse(await readFile(new URL('meta/_journal.json', FOLDER), 'utf8')) as {
    entries: { idx: number; tag: string }[]
  }
  return Promise.all(
    journal.entries.map(async ({ tag }) => {
      const sql = await readFile(new URL(`${tag}.sql`, FOLDER), 'utf8')
      return { tag, sql, hash: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}
