import { packFrames } from '@modaics/shared'
import * as Y from 'yjs'
import type { Database } from '../db/database.js'
import type { EpochStore, LiveRecord } from './epoch-store.js'

type Row = Pick<LiveRecord, 'kind' | 'id' | 'live'>

/** Epochs in SQL, on either engine: a turn is one statement, `modaics_erase` (the newest of `migrations/`). */
export function createSqlEpochStore(database: Database): EpochStore {
  return {
    page: (wardrobeId, { kind, id }, count) =>
      database.query<Row>(
        `select kind, id, live from folds where wardrobe_id = $1 and (kind, id) > ($2, $3)
          order by kind, id limit $4`,
        [wardrobeId, kind, id, count],
      ),
    live: (wardrobeId, keys) =>
      database.query<Row>(
        `select f.kind, f.id, f.live from folds f
           join jsonb_to_recordset($2::text::jsonb) as k(kind text, id text) on f.kind = k.kind and f.id = k.id
          where f.wardrobe_id = $1`,
        [wardrobeId, JSON.stringify(keys)],
      ),
    async turn({ wardrobeId, expectedEpoch, expectedHead, ended, client, length, pieces, gone }) {
      const [row] = await database.query<{ done: boolean }>(
        `select modaics_erase($1::uuid, $2::integer, $3::bigint, $4::bytea, $5::bigint, $6::bigint, $7::bytea,
           $8::text::jsonb) as done`,
        [
          wardrobeId,
          expectedEpoch,
          expectedHead,
          Y.encodeStateVector(new Map(ended)),
          client,
          length,
          packFrames(pieces),
          JSON.stringify(gone),
        ],
      )
      return row?.done ?? false
    },
    async ended(wardrobeId) {
      const rows = await database.query<{ clocks: Uint8Array }>(
        'select clocks from epochs where wardrobe_id = $1 order by epoch desc',
        [wardrobeId],
      )
      return rows.map(({ clocks }) => clocks)
    },
  }
}
