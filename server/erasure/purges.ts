import { type EditTuple, isKind, type Kind, LIMITS, recordOf, tupleToEdit } from '@modaics/shared'
import type { Database } from '../db/database.js'
import type { RecordKey } from '../fold/fold-records.js'
import type { Erased } from '../ingest/epoch-store.js'
import { tombstoneOf } from './tombstones.js'

/** A record that an owner wants erased. */
export interface Purge extends RecordKey {
  /** ms since 1970 */
  readonly askedAt: number
}

/** What owners want erased, until it is. The caller has checked the role, and waited until the rows are settled. */
export interface Purges {
  /**
   * Takes a removed record; one that waits already keeps its time. Resolves to when it was first asked, ms since 1970; null
   * where there is no such record, or it is not removed.
   */
  ask(
    wardrobeId: string,
    key: { readonly kind: Kind; readonly id: string },
    userId: string,
  ): Promise<number | null>
  /** The earliest first. */
  list(wardrobeId: string): Promise<readonly Purge[]>
  /** False where it did not wait. */
  cancel(wardrobeId: string, key: RecordKey): Promise<boolean>
  /** Wardrobes where something was asked at this time (ms since 1970) or before. */
  due(before: number): Promise<readonly string[]>
  /**
   * What goes of a wardrobe with them: these records and the photos of pieces among them. Of those that were restored
   * meanwhile, the wish is dropped, also where they have been removed again.
   */
  select(wardrobeId: string, before: number): Promise<readonly Erased[]>
  /** Nothing is left of the records that were asked for until then and are gone: they need not wait any more. */
  done(wardrobeId: string, before: number): Promise<void>
}

export function createPurges(database: Database, now: () => number): Purges {
  /** When the record was removed, ms since 1970; null where it is not, undefined where there is none. */
  async function removedAt(wardrobeId: string, { kind, id }: RecordKey): Promise<number | null | undefined> {
    const [fold] = await database.query<{ live: readonly EditTuple[] }>(
      'select live from folds where wardrobe_id = $1 and kind = $2 and id = $3',
      [wardrobeId, kind, id],
    )
    return fold && isKind(kind) ? recordOf(kind, id, fold.live.map(tupleToEdit)).deletedAt : undefined
  }

  async function cancel(wardrobeId: string, { kind, id }: RecordKey): Promise<boolean> {
    const rows = await database.query(
      'delete from purges where wardrobe_id = $1 and kind = $2 and id = $3 returning id',
      [wardrobeId, kind, id],
    )
    return rows.length > 0
  }

  return {
    async ask(wardrobeId, key, userId) {
      if (typeof (await removedAt(wardrobeId, key)) !== 'number') return null
      const [row] = await database.query<{ at: number }>(
        `insert into purges (wardrobe_id, kind, id, user_id, asked_at)
           values ($1, $2, $3, $4, to_timestamp($5::float8 / 1000))
         on conflict (wardrobe_id, kind, id) do update set asked_at = purges.asked_at
         returning (extract(epoch from asked_at) * 1000)::float8 as at`,
        [wardrobeId, key.kind, key.id, userId, now()],
      )
      return row ? Math.round(row.at) : null
    },
    async list(wardrobeId) {
      const rows = await database.query<{ kind: string; id: string; at: number }>(
        `select kind, id, (extract(epoch from asked_at) * 1000)::float8 as at
           from purges where wardrobe_id = $1 order by asked_at, kind, id`,
        [wardrobeId],
      )
      return rows.map(({ kind, id, at }) => ({ kind, id, askedAt: Math.round(at) }))
    },
    cancel,
    async due(before) {
      const rows = await database.query<{ id: string }>(
        `select distinct wardrobe_id::text as id from purges where asked_at <= to_timestamp($1::float8 / 1000)`,
        [before],
      )
      return rows.map(({ id }) => id)
    },
    async select(wardrobeId, before) {
      const wanted = await database.query<{ kind: string; id: string; at: number }>(
        `select kind, id, (extract(epoch from asked_at) * 1000)::float8 as at
           from purges where wardrobe_id = $1 and asked_at <= to_timestamp($2::float8 / 1000)`,
        [wardrobeId, before],
      )
      const gone = new Map<string, RecordKey>()
      const add = (key: RecordKey): void => void gone.set(`${key.kind} ${key.id}`, key)
      for (const { kind, id, at } of wanted) {
        const removed = await removedAt(wardrobeId, { kind, id })
        if (removed === undefined) continue
        // By the clock of the device that removed it.
        if (removed !== null && removed <= at + LIMITS.clockAheadMs) add({ kind, id })
        else await cancel(wardrobeId, { kind, id })
      }
      const pieces = [...gone.values()].filter(({ kind }) => kind === 'items').map(({ id }) => id)
      const shown = await database.query<{ id: string }>(
        'select id from photos where wardrobe_id = $1 and item_id = any($2::text[])',
        [wardrobeId, pieces],
      )
      for (const { id } of shown) add({ kind: 'photos', id })
      return [...gone.values()].map((key) => ({ ...key, key: tombstoneOf(wardrobeId, key) }))
    },
    async done(wardrobeId, before) {
      await database.query(
        `delete from purges p where wardrobe_id = $1 and asked_at <= to_timestamp($2::float8 / 1000) and not exists (
           select 1 from folds f where f.wardrobe_id = p.wardrobe_id and f.kind = p.kind and f.id = p.id)`,
        [wardrobeId, before],
      )
    },
  }
}
