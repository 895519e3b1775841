import {
  addFingerprints,
  type Edit,
  type EditTuple,
  EMPTY_FINGERPRINT,
  fingerprintToHex,
  type HistoryEntry,
  historyOf,
  recordFingerprint,
  tupleToEdit,
} from '@modaics/shared'
import type { Database } from '../db/database.js'
import { fingerprintOfRecord, int8ToHex, type RecordKey } from '../fold/fold-records.js'

/** Where a wardrobe stands, and what it holds there. */
export interface StateOfWardrobe {
  readonly epoch: number
  /** sequence number of the newest commit */
  readonly seq: number
  /** 16 hexadecimal digits, see `recordFingerprint` of `@modaics/shared` */
  readonly fingerprint: string
  /** of all kinds, removed ones included */
  readonly records: number
}

/** An edit that is beaten, and since when (ms since 1970). */
export type PastEdit = readonly [beatenAt: number, edit: EditTuple]

export interface DumpedRecord extends RecordKey {
  readonly edits: readonly EditTuple[]
  readonly past: readonly PastEdit[]
}

export interface Dump {
  readonly name: string
  readonly epoch: number
  readonly seq: number
  readonly fingerprint: string
  /** by kind and id */
  readonly records: readonly DumpedRecord[]
}

/** What was beaten, beside what is live. The caller has waited until the rows are settled. */
export interface History {
  /** Latest first; empty for a record that there is not. */
  read(wardrobeId: string, key: RecordKey): Promise<HistoryEntry[]>
  /** null where there is no such wardrobe */
  state(wardrobeId: string): Promise<StateOfWardrobe | null>
  /** Everything of a wardrobe as it is at one moment; null where there is no such wardrobe. */
  dump(wardrobeId: string): Promise<Dump | null>
  /** Takes what was beaten elsewhere; what is there already stays. */
  add(wardrobeId: string, past: readonly PastEdit[]): Promise<void>
  /** Forgets what was beaten before `before` (ms since 1970). Returns how many edits. */
  prune(before: number): Promise<number>
}

/** Records whose fingerprint is computed in one go, where there is none yet. */
const CHUNK = 500

export function createHistory(database: Database): History {
  /** For records that were folded by a version that made none. */
  async function fillIn(wardrobeId: string): Promise<void> {
    for (;;) {
      const rows = await database.query<{ kind: string; id: string; live: readonly EditTuple[] }>(
        'select kind, id, live from folds where wardrobe_id = $1 and fingerprint is null limit $2',
        [wardrobeId, CHUNK],
      )
      if (rows.length === 0) return
      const made = rows.map(({ kind, id, live }) => ({
        kind,
        id,
        live,
        fingerprint: fingerprintOfRecord({ kind, id }, live.map(tupleToEdit)),
      }))
      // Only where nobody has written it meanwhile: that commit has set a fingerprint of its own.
      await database.query(
        `update folds f set fingerprint = m.fingerprint
           from jsonb_to_recordset($2::text::jsonb) as m(kind text, id text, live jsonb, fingerprint bigint)
          where f.wardrobe_id = $1 and f.kind = m.kind and f.id = m.id and f.fingerprint is null and f.live = m.live`,
        [wardrobeId, JSON.stringify(made)],
      )
    }
  }

  return {
    async read(wardrobeId, { kind, id }) {
      const [fold] = await database.query<{ live: readonly EditTuple[] }>(
        'select live from folds where wardrobe_id = $1 and kind = $2 and id = $3',
        [wardrobeId, kind, id],
      )
      const rows = await database.query<{ edit: EditTuple }>(
        'select edit from history where wardrobe_id = $1 and kind = $2 and id = $3',
        [wardrobeId, kind, id],
      )
      const live: Edit[] = (fold?.live ?? []).map(tupleToEdit)
      return historyOf(
        live,
        rows.map(({ edit }) => tupleToEdit(edit)),
      )
    },

    async state(wardrobeId) {
      await fillIn(wardrobeId)
      const [row] = await database.query<{
        epoch: number
        head_seq: number
        fingerprint: string
        records: number
      }>(
        `select w.epoch, w.head_seq, coalesce(bit_xor(f.fingerprint), 0)::text as fingerprint, count(f.id)::int as records
           from wardrobes w left join folds f on f.wardrobe_id = w.id where w.id = $1 group by w.id`,
        [wardrobeId],
      )
      if (!row) return null
      const { epoch, head_seq, fingerprint, records } = row
      return { epoch, seq: head_seq, fingerprint: int8ToHex(fingerprint), records }
    },

    async dump(wardrobeId) {
      const rows = await database.query<DumpRow>(
        `select w.name, w.epoch, w.head_seq, f.kind, f.id, f.live,
           (select jsonb_agg(jsonb_build_array(round(extract(epoch from h.beaten_at) * 1000), h.edit) order by h.hlc, h.by)
              from history h where h.wardrobe_id = f.wardrobe_id and h.kind = f.kind and h.id = f.id) as past
           from wardrobes w left join folds f on f.wardrobe_id = w.id where w.id = $1 order by f.kind, f.id`,
        [wardrobeId],
      )
      const [first] = rows
      if (!first) return null
      let sum = EMPTY_FINGERPRINT
      const records: DumpedRecord[] = []
      for (const { kind, id, live, past } of rows) {
        if (kind === null || id === null || live === null) continue
        sum = addFingerprints(sum, recordFingerprint(kind, id, live.map(tupleToEdit)))
        records.push({ kind, id, edits: live, past: past ?? [] })
      }
      return {
        name: first.name,
        epoch: first.epoch,
        seq: first.head_seq,
        fingerprint: fingerprintToHex(sum),
        records,
      }
    },

    async add(wardrobeId, past) {
      const rows = past.map(([beatenAt, edit]) => ({
        kind: edit[2],
        id: edit[3],
        hlc: edit[0],
        by: edit[1],
        edit,
        beaten_at: new Date(beatenAt).toISOString(),
      }))
      await database.query(
        `insert into history (wardrobe_id, kind, id, hlc, by, edit, beaten_at)
           select $1, r.kind, r.id, r.hlc, r.by, r.edit, r.beaten_at
             from jsonb_to_recordset($2::text::jsonb)
               as r(kind text, id text, hlc bigint, by text, edit jsonb, beaten_at timestamptz)
         on conflict do nothing`,
        [wardrobeId, JSON.stringify(rows)],
      )
    },

    async prune(before) {
      const [row] = await database.query<{ pruned: number }>(
        `with pruned as (delete from history where beaten_at < to_timestamp($1::float8 / 1000) returning 1)
         select count(*)::int as pruned from pruned`,
        [before],
      )
      return row?.pruned ?? 0
    },
  }
}

interface DumpRow extends Record<string, unknown> {
  readonly name: string
  readonly epoch: number
  readonly head_seq: number
  readonly kind: string | null
  readonly id: string | null
  readonly live: readonly EditTuple[] | null
  readonly past: readonly PastEdit[] | null
}
