import { type Edit, type EditTuple, type HistoryEntry, historyOf, tupleToEdit } from '@modaics/shared'
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

/** What was beaten, beside what is live. The caller has waited until the rows are settled. */
export interface History {
  /** Latest first; empty for a record that there is not. */
  read(wardrobeId: string, key: RecordKey): Promise<HistoryEntry[]>
  /** null where there is no such wardrobe */
  state(wardrobeId: string): Promise<StateOfWardrobe | null>
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
