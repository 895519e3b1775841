import type { PGlite, Transaction } from '@electric-sql/pglite'
import { columnsOf, hlcToMs, type Json, KIND_NAMES, type Kind } from '@modaics/shared'
import { isRefusal } from './failures.js'
import type { ProjectedRecord, SkippedRecord } from './projection.js'

/** Rows per statement: larger ones are slower (measured on PGlite). */
const CHUNK = 1_000

/** Writes records into the tables, and knows which revisions are there. */
export interface Writer {
  /** True where the tables hold this revision of the record. */
  has(record: ProjectedRecord): boolean
  /** `KIND ID` of all records in the tables: a set of its own. */
  keys(): Set<string>
  /** Writes these and removes those, in one transaction. Of several of one record the last counts. */
  write(records: readonly ProjectedRecord[], gone: ReadonlySet<string>): Promise<void>
  /** Lets the next opening make all rows anew. */
  forget(): Promise<void>
  skipped(): SkippedRecord[]
}

export async function createWriter(pglite: PGlite): Promise<Writer> {
  const revisions = new Map<string, string>()
  const stored = await pglite.query<[string, string, string]>(
    'select kind, id, revision from projection.revisions',
    [],
    { rowMode: 'array' },
  )
  for (const [kind, id, revision] of stored.rows) revisions.set(`${kind} ${id}`, revision)
  /** records that have conflict rows: the others need no delete */
  const conflicted = new Set<string>()
  const conflicts = await pglite.query<[string, string]>(
    'select distinct kind, record_id from conflicts',
    [],
    {
      rowMode: 'array',
    },
  )
  for (const [kind, id] of conflicts.rows) conflicted.add(`${kind} ${id}`)
  const skipped = new Map<string, SkippedRecord>()

  const write = (records: readonly ProjectedRecord[], gone: ReadonlySet<string>): Promise<void> => {
    const latest = new Map(records.map((record) => [keyOf(record), record]))
    const refused = new Map<string, SkippedRecord>()
    return pglite
      .transaction(async (tx) => {
        await readWrite(tx)
        refused.clear()
        await remove(tx, gone)
        for (const kind of KIND_NAMES) {
          const ofKind = [...latest.values()].filter((record) => record.kind === kind)
          for (let at = 0; at < ofKind.length; at += CHUNK)
            await writeOrSplit(tx, kind, ofKind.slice(at, at + CHUNK), conflicted, refused)
        }
      })
      .then(() => {
        for (const key of gone) {
          revisions.delete(key)
          conflicted.delete(key)
          skipped.delete(key)
        }
        for (const [key, record] of latest) {
          const refusal = refused.get(key)
          if (refusal) {
            skipped.set(key, refusal)
            revisions.delete(key)
          } else {
            skipped.delete(key)
            revisions.set(key, record.revision)
          }
          if (record.conflicts.length > 0 && !refusal) conflicted.add(key)
          else conflicted.delete(key)
        }
      })
  }

  return {
    has: (record) => revisions.get(keyOf(record)) === record.revision,
    keys: () => new Set(revisions.keys()),
    write,
    async forget() {
      await pglite.transaction(async (tx) => {
        await readWrite(tx)
        await tx.exec('update projection.made set version = 0')
      })
    },
    skipped: () => [...skipped.values()],
  }
}

/** For the first statement of a transaction: the session is read-only, this transaction is not. */
export async function readWrite(tx: Transaction): Promise<void> {
  await tx.exec('set transaction read write')
}

/** Writes a chunk; where PostgreSQL refuses it, halves it until the record that is to blame stands alone. */
async function writeOrSplit(
  tx: Transaction,
  kind: Kind,
  records: readonly ProjectedRecord[],
  conflicted: ReadonlySet<string>,
  refused: Map<string, SkippedRecord>,
): Promise<void> {
  await tx.exec('savepoint chunk')
  try {
    await writeChunk(tx, kind, records, conflicted)
    await tx.exec('release savepoint chunk')
    return
  } catch (error) {
    if (!isRefusal(error)) throw error
    await tx.exec('rollback to savepoint chunk; release savepoint chunk')
    const [record] = records
    if (records.length === 1 && record) {
      refused.set(keyOf(record), { kind, id: record.id, reason: (error as Error).message })
      // Its old row is not true any more either.
      await remove(tx, new Set([keyOf(record)]))
      return
    }
  }
  const half = records.length >> 1
  await writeOrSplit(tx, kind, records.slice(0, half), conflicted, refused)
  await writeOrSplit(tx, kind, records.slice(half), conflicted, refused)
}

async function writeChunk(
  tx: Transaction,
  kind: Kind,
  records: readonly ProjectedRecord[],
  conflicted: ReadonlySet<string>,
): Promise<void> {
  // The text goes as `text` and is made jsonb there: PGlite would otherwise encode it as JSON once more.
  await tx.query(UPSERT[kind], [JSON.stringify(records.map(({ row }) => row))])
  await tx.query(UPSERT_REVISIONS, [
    JSON.stringify(records.map(({ id, revision }) => ({ kind, id, revision }))),
  ])
  const before = records.filter((record) => conflicted.has(keyOf(record)))
  if (before.length > 0)
    await tx.query('delete from conflicts where kind = $1 and record_id = any($2)', [
      kind,
      before.map(({ id }) => id),
    ])
  const rows = records.flatMap(conflictRows)
  if (rows.length > 0) await tx.query(INSERT_CONFLICTS, [JSON.stringify(rows)])
}

async function remove(tx: Transaction, keys: ReadonlySet<string>): Promise<void> {
  for (const kind of KIND_NAMES) {
    const ids = [...keys].flatMap((key) => (key.startsWith(`${kind} `) ? [key.slice(kind.length + 1)] : []))
    if (ids.length === 0) continue
    await tx.query(`delete from "${kind}" where id = any($1)`, [ids])
    await tx.query('delete from conflicts where kind = $1 and record_id = any($2)', [kind, ids])
    await tx.query('delete from projection.revisions where kind = $1 and id = any($2)', [kind, ids])
  }
}

function conflictRows({ kind, id, row, conflicts }: ProjectedRecord): Json[] {
  return conflicts.flatMap(({ field, winner, losers }) =>
    losers.map(({ value, name: [hlc, by] }) => ({
      wardrobe_id: row.wardrobe_id ?? null,
      kind,
      record_id: id,
      field,
      hlc,
      by,
      value,
      winner_value: winner.value,
      written_at: new Date(hlcToMs(hlc)).toISOString(),
    })),
  )
}

function keyOf({ kind, id }: Pick<ProjectedRecord, 'kind' | 'id'>): string {
  return `${kind} ${id}`
}

const UPSERT = Object.fromEntries(
  KIND_NAMES.map((kind) => {
    const columns = columnsOf(kind)
      .map(([column]) => column)
      .filter((column) => column !== 'wardrobe_id' && column !== 'id')
    return [
      kind,
      `insert into "${kind}" select * from jsonb_populate_recordset(null::"${kind}", $1::text::jsonb)
       on conflict (wardrobe_id, id) do update set ${columns
         .map((column) => `"${column}" = excluded."${column}"`)
         .join(', ')}`,
    ]
  }),
) as Record<Kind, string>

const UPSERT_REVISIONS = `insert into projection.revisions
  select * from jsonb_populate_recordset(null::projection.revisions, $1::text::jsonb)
  on conflict (kind, id) do update set revision = excluded.revision`

const INSERT_CONFLICTS = `insert into conflicts
  select * from jsonb_populate_recordset(null::conflicts, $1::text::jsonb)`
