import type { Database } from './database.js'

/** Tables that hold what people wrote, or where they wrote it. */
const TABLES = [
  'analyses',
  'analysis_costs',
  'conflicts',
  'epochs',
  'feedback',
  'folds',
  'history',
  'items',
  'log',
  'outfit_items',
  'outfits',
  'photo_files',
  'photo_quarantine',
  'photos',
  'profile',
  'purges',
  'snapshots',
  'wears',
  'writers',
] as const

/** As `autovacuum` decides: so many dead rows, and so many for each live one. */
const DEAD_ROWS = 50
const DEAD_SHARE = 0.2

/**
 * What PostgreSQL's own autovacuum does, which PGlite lacks: frees the room of dead rows, where there are many, one table at a time.
 * Returns the tables.
 */
export async function vacuumWorn(database: Database): Promise<readonly string[]> {
  const worn = await database.query<{ name: string }>(
    `select format('%I.%I', schemaname, relname) as name from pg_stat_user_tables
      where n_dead_tup > $1::float8 + $2::float8 * n_live_tup order by n_dead_tup desc`,
    [DEAD_ROWS, DEAD_SHARE],
  )
  for (const { name } of worn) await database.script(`vacuum (analyze) ${name}`)
  return worn.map(({ name }) => name)
}

/**
 * Leaves no bytes of deleted rows in the files of the tables: each is written anew, which locks it meanwhile (a second for some
 * 100 MB), or, where it is larger than `rewriteBytes`, only cleaned, which leaves bytes in free room until other rows take it.
 * Also the samples of their values that the planner keeps, and the embedded database's own log. PostgreSQL's log is its
 * own affair. Returns the tables that were only cleaned.
 */
export async function scrub(database: Database, rewriteBytes: number): Promise<readonly string[]> {
  const sizes = await database.query<{ name: string; bytes: number }>(
    `select relname as name, pg_total_relation_size(oid)::float8 as bytes from pg_class
      where relkind = 'r' and relnamespace = 'public'::regnamespace
        and relname in (select jsonb_array_elements_text($1::text::jsonb))`,
    [JSON.stringify(TABLES)],
  )
  const cleaned: string[] = []
  for (const { name, bytes } of sizes) {
    const full = bytes <= rewriteBytes
    if (!full) cleaned.push(name)
    await database.script(`vacuum (analyze${full ? ', full' : ''}) "${name}"`)
  }
  // A user who does not own the database is warned, and the samples stay until the next ones.
  await database.script('vacuum (full) pg_statistic')
  if (database.engine === 'pglite') {
    await database.query('select pg_switch_wal()')
    await database.script('checkpoint')
  }
  return cleaned
}
