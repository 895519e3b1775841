import { type Edit, type EditTuple, isUuid, packFrames, unpackFrames } from '@modaics/shared'
import { readCopyBinary } from '../db/copy-binary.js'
import type { Database } from '../db/database.js'
import { createFoldCache } from '../fold/fold-cache.js'
import {
  createFoldWrites,
  type FoldedRecord,
  type Folds,
  foldRecord,
  groupByRecord,
  liveFromJson,
  type RecordKey,
  recordKey,
} from '../fold/fold-records.js'
import { inTurns } from '../fold/in-turns.js'
import type { CommitStore, LogEntry } from './commit-store.js'
import type { Writer } from './judge.js'

/** Records over all wardrobes whose live edits stay in memory: about a kilobyte each. */
const CACHED_RECORDS = 10_000

export interface SqlCommitStoreOptions {
  /** false: what is beaten is not stored in `history`; true unless told */
  readonly keepsHistory?: boolean
}

/** The store in SQL, on either engine: a commit is one statement, `modaics_commit` (the newest of `migrations/`). */
export function createSqlCommitStore(
  database: Database,
  { keepsHistory = true }: SqlCommitStoreOptions = {},
): CommitStore {
  const cache = createFoldCache(CACHED_RECORDS)

  async function folds(wardrobeId: string, keys: readonly RecordKey[]): Promise<Folds> {
    const folds = new Map<string, readonly Edit[]>()
    const missing = new Map<string, RecordKey>()
    for (const { kind, id } of keys) {
      const key = recordKey({ kind, id })
      const known = cache.get(wardrobeId, key)
      if (known) folds.set(key, known)
      else missing.set(key, { kind, id })
    }
    if (missing.size === 0) return folds
    const rows = await database.query<{ kind: string; id: string; live: readonly EditTuple[] }>(
      `select f.kind, f.id, f.live from folds f
         join jsonb_to_recordset($2::text::jsonb) as k(kind text, id text) on f.kind = k.kind and f.id = k.id
        where f.wardrobe_id = $1`,
      [wardrobeId, JSON.stringify([...missing.values()])],
    )
    for (const row of rows) folds.set(recordKey(row), liveFromJson(row.live))
    for (const key of missing.keys()) cache.set(wardrobeId, key, folds.get(key) ?? [])
    return folds
  }

  return {
    async load(wardrobeId) {
      // Asked for when another instance may have written: then what is remembered is old.
      cache.forget(wardrobeId)
      // One statement sees one state: no new epoch comes between its parts.
      const rows = await database.query<{
        epoch: number
        head_seq: number
        client: number | null
        clock: number
        owner: string
      }>(
        `select w.epoch, w.head_seq, v.client, v.clock, v.owner
           from wardrobes w left join writers v on v.wardrobe_id = w.id where w.id = $1`,
        [wardrobeId],
      )
      const [wardrobe] = rows
      if (!wardrobe) return null
      const writers = new Map<number, Writer>()
      for (const { client, clock, owner } of rows) if (client !== null) writers.set(client, { clock, owner })
      return { epoch: wardrobe.epoch, head: wardrobe.head_seq, writers }
    },

    folds,

    async newestStamps(wardrobeId, writers) {
      const rows = await database.query<{ by: string; hlc: number }>(
        `select e.edit->>1 as by, max((e.edit->>0)::bigint) as hlc
           from folds f cross join jsonb_array_elements(f.live) as e(edit)
           join jsonb_array_elements_text($2::text::jsonb) as w(by) on w.by = e.edit->>1
          where f.wardrobe_id = $1 group by 1`,
        [wardrobeId, JSON.stringify(writers)],
      )
      return new Map(rows.map(({ by, hlc }) => [by, hlc]))
    },

    async commit({ wardrobeId, expectedHead, head, updates, writers, edits }) {
      const before = await folds(wardrobeId, edits)
      const records: FoldedRecord[] = []
      const writes = createFoldWrites(wardrobeId, keepsHistory)
      await inTurns(groupByRecord(edits), (group) => {
        const record = foldRecord(before, group)
        records.push(record)
        writes.add(record)
      })
      const written = [...writers].map(([client, { clock, owner }]) => ({ client, clock, owner }))
      const [row] = await database.query<{ done: boolean }>(
        `select modaics_commit($1::uuid, $2::bigint, $3::bigint, $4::bytea, $5::text::jsonb, $6::text::jsonb,
           $7::text::jsonb, $8::text::jsonb) as done`,
        [
          wardrobeId,
          expectedHead,
          head,
          packFrames(updates),
          JSON.stringify(written),
          writes.folded(),
          writes.changed(),
          writes.contested(),
        ],
      )
      const done = row?.done ?? false
      if (done) for (const record of records) cache.set(wardrobeId, recordKey(record), record.live)
      else cache.forget(wardrobeId)
      return done
    },

    async read(wardrobeId, after) {
      // COPY takes no parameters; what is no uuid names no wardrobe.
      if (!isUuid(wardrobeId)) return []
      const from = Math.trunc(after)
      // One statement sees one state: no compaction comes between its parts.
      const rows = await database.copyOut(
        `with w as (select * from wardrobes where id = '${wardrobeId}')
         select s.seq, s.updates, w.epoch::int8
           from w join snapshots s on s.wardrobe_id = w.id where ${from} < w.log_start
         union all
         select l.seq, l.updates, -1::int8
           from w join log l on l.wardrobe_id = w.id
          where l.seq > case when ${from} < w.log_start then w.snapshot_seq else ${from} end
          order by seq`,
      )
      return readCopyBinary(rows).map(([seq, updates, epoch]) => ({
        seq: Number(required(seq).readBigInt64BE()),
        updates: unpackFrames(required(updates)),
        ...snapshotOf(Number(required(epoch).readBigInt64BE())),
      }))
    },

    settled: async () => {},
  }
}

function required<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('the log has a row without a value')
  return value
}

/** The column says the epoch of a snapshot, or -1 for a commit. */
const snapshotOf = (epoch: number): Pick<LogEntry, 'snapshot'> => (epoch < 0 ? {} : { snapshot: { epoch } })
