import type { PGlite } from '@electric-sql/pglite'
import { createTablesSql, KIND_NAMES, ModaicsError } from '@modaics/shared'
import { toStorageError } from './failures.js'
import type { Projection, ProjectionDatabase, ProjectionSource } from './projection.js'
import { createProjectionSql, DROP_SQL, PROJECTION_VERSION } from './schema.js'
import { startPglite } from './start-pglite.js'
import { createWriter, type Writer } from './writer.js'

export interface ProjectionOptions {
  /** as PGlite names it: a folder (Node), `idb://NAME` (browser), `memory://` */
  readonly dataDir: string
  readonly wardrobeId: string
  readonly source: ProjectionSource
  /** Deletes all of `dataDir`, which may not exist: it is called where PGlite cannot open what is there. */
  readonly removeData: (dataDir: string) => Promise<void>
  /**
   * An empty data folder of the same PGlite version (`dumpDataDir`), to start from instead of making one (`initdb`, 2–10
   * s). Undefined where there is something to open, or no seed.
   */
  readonly seed?: (dataDir: string) => Promise<Blob | undefined>
  /** after this an opening that has come to no end is taken for damage; default 120 s */
  readonly openWithinMs?: number
}

/**
 * Opens the rows of a wardrobe and makes them equal to the source, writing only what differs. Whatever is wrong with
 * what is there (nothing, another version, another wardrobe, broken files) it is made again, and `rebuilt` says why.
 * PGlite is loaded by the first call.
 *
 * A record that changes after the source was read must be given to `apply`; see `createProjector`, which takes changes
 * from the start. The caller holds the lock of the folder: two processes on one data folder destroy it silently.
 *
 * @throws {ModaicsError} `storage-full`, `storage-failed`: even an empty one could not be made; `unavailable`: PGlite itself
 * could not be loaded
 */
export async function openProjection(options: ProjectionOptions): Promise<Projection> {
  const { seed: _, ...unseeded } = options
  // The last without the seed, which may be what is damaged.
  const attempts = options.seed ? [options, options, unseeded] : [options, options]
  let failure: ModaicsError | undefined
  for (const attempt of attempts) {
    try {
      if (failure) await options.removeData(options.dataDir)
      return await openOnce(attempt, failure ? 'damaged' : null)
    } catch (error) {
      failure = toStorageError(error)
      // Not damage, but no place to write: to delete the rows would not help.
      if (failure.code === 'storage-full' || failure.code === 'unavailable') break
    }
  }
  throw failure
}

async function openOnce(options: ProjectionOptions, why: 'damaged' | null): Promise<Projection> {
  const pglite = await startPglite(options)
  try {
    const rebuilt = why ?? (await prepareTables(pglite, options.wardrobeId))
    if (why) await createTables(pglite, options.wardrobeId)
    const writer = await createWriter(pglite)
    if (!rebuilt) await readEverything(pglite)
    await reconcile(writer, options.source)
    // From here on only the writer writes: an insert by SQL fails, instead of being lost by the next rebuild.
    await pglite.exec('set default_transaction_read_only = on')
    return toProjection(pglite, writer, rebuilt)
  } catch (error) {
    // What is broken may not close either; the error that matters is the first.
    await pglite.close().catch(() => undefined)
    throw error
  }
}

/** Sees to it that the tables are there, made by this version for this wardrobe. */
async function prepareTables(pglite: PGlite, wardrobeId: string): Promise<'missing' | 'stale' | null> {
  const { rows } = await pglite.query<{ made: string | null }>(
    `select to_regclass('projection.made')::text as made`,
  )
  if (!rows[0]?.made) {
    await createTables(pglite, wardrobeId)
    return 'missing'
  }
  const made = await pglite.query<{ version: number; wardrobe_id: string; tables: string }>(
    'select version, wardrobe_id, tables from projection.made',
  )
  const [first] = made.rows
  if (
    first?.version === PROJECTION_VERSION &&
    first.wardrobe_id === wardrobeId &&
    first.tables === createTablesSql()
  )
    return null
  await createTables(pglite, wardrobeId)
  return 'stale'
}

async function createTables(pglite: PGlite, wardrobeId: string): Promise<void> {
  await pglite.transaction(async (tx) => {
    await tx.exec(DROP_SQL)
    await tx.exec(createProjectionSql())
    await tx.query('insert into projection.made values ($1, $2, $3)', [
      PROJECTION_VERSION,
      wardrobeId,
      createTablesSql(),
    ])
  })
}

/** Reads every page of every table, so that PostgreSQL checks them (a broken page is an error of class XX). */
async function readEverything(pglite: PGlite): Promise<void> {
  for (const table of [...KIND_NAMES, 'conflicts']) await pglite.query(`select count(*) from "${table}"`)
}

/** Writes what the source has and the tables have not, and removes what the source does not have. */
async function reconcile(writer: Writer, source: ProjectionSource): Promise<void> {
  const gone = writer.keys()
  const changed = []
  for (const record of source.all()) {
    gone.delete(`${record.kind} ${record.id}`)
    if (!writer.has(record)) changed.push(record)
  }
  await writer.write(changed, gone)
}

function toProjection(
  pglite: ProjectionDatabase,
  writer: Writer,
  rebuilt: Projection['rebuilt'],
): Projection {
  let closing: Promise<void> | undefined
  return {
    pglite,
    rebuilt,
    skipped: () => writer.skipped(),
    async apply(records, gone = new Set()) {
      if (closing) throw new ModaicsError('closed', 'the projection is closed')
      const changed = records.filter((record) => !writer.has(record))
      if (changed.length === 0 && gone.size === 0) return
      try {
        await writer.write(changed, gone)
      } catch (error) {
        const failure = toStorageError(error)
        // If even this cannot be written, the files are broken in a way that the next opening finds.
        if (failure.code === 'storage-damaged') await writer.forget().catch(() => undefined)
        throw failure
      }
    },
    async scrub() {
      if (closing) throw new ModaicsError('closed', 'the projection is closed')
      // What the write-ahead log of the database has goes with its files, which are not kept to be written over.
      for (const statement of [
        'set wal_recycle = off',
        'vacuum (full)',
        'select pg_switch_wal()',
        'checkpoint',
      ])
        await pglite.exec(statement).catch((error: unknown) => {
          throw toStorageError(error)
        })
    },
    close() {
      closing ??= pglite.close()
      return closing
    },
  }
}
