import { ModaicsError } from '@modaics/shared'
import type { Projection, ProjectionDatabase } from '../projection/projection.js'

/** A running live query. */
export interface Subscription {
  /** No call of the callback begins after it. Idempotent. */
  unsubscribe(): Promise<void>
}

/**
 * SQL over the rows of a wardrobe. Usable at once: a query waits until the rows are there, and sees everything that was
 * written before it was called.
 *
 * It reads. A statement that would write is refused with `forbidden`: rows come from edits, and what SQL wrote would be
 * lost with the next rebuild. Mistakes in the SQL reject with PostgreSQL's own error (`code` is its SQLSTATE).
 */
export interface Sql {
  /**
   * @param text one statement, parameters as `$1`, `$2`, …
   * @returns rows as objects by column; `timestamptz` as `Date`, `jsonb` parsed, `bigint` as number where it is safe
   */
  query<Row>(text: string, params?: readonly unknown[]): Promise<Row[]>
  /**
   * Runs a `select` now and again after every change of a table that it reads.
   *
   * @param onRows called with all rows, the first time before the promise resolves
   */
  live<Row>(text: string, params: readonly unknown[], onRows: (rows: Row[]) => void): Promise<Subscription>
  /** Ends all live queries. Afterwards everything is refused with `closed`. */
  close(): Promise<void>
}

/**
 * @param ready the projection, when it is open
 * @param settled resolves when everything written before the call is projected
 */
export function createSql(ready: Promise<Projection>, settled: () => Promise<void>): Sql {
  ready.catch(() => undefined)
  const subscriptions = new Set<Subscription>()
  let closed = false

  const database = async (): Promise<ProjectionDatabase> => {
    if (closed) throw closedError()
    const { pglite } = await ready
    await settled()
    if (closed) throw closedError()
    return pglite
  }

  return {
    async query<Row>(text: string, params: readonly unknown[] = []) {
      const pglite = await database()
      return (await pglite.query<Row>(text, [...params]).catch(refuseWrite)).rows
    },
    async live<Row>(text: string, params: readonly unknown[], onRows: (rows: Row[]) => void) {
      const pglite = await database()
      // A live query becomes part of a larger statement, made with the right to write: it must be one that only reads.
      await pglite
        .query(`select from (${withoutEnd(text)}\n) as checked limit 0`, [...params])
        .catch(refuseWrite)
      let active = true
      const query = await pglite.live.query<Row>(withoutEnd(text), [...params], ({ rows }) => {
        if (active) onRows(rows)
      })
      const subscription: Subscription = {
        async unsubscribe() {
          if (!active) return
          active = false
          subscriptions.delete(subscription)
          await query.unsubscribe()
        },
      }
      subscriptions.add(subscription)
      return subscription
    },
    async close() {
      closed = true
      await Promise.all([...subscriptions].map((subscription) => subscription.unsubscribe()))
    },
  }
}

/** `read_only_sql_transaction` of PostgreSQL as ours; any other error as it is. */
export function refuseWrite(error: unknown): never {
  if ((error as { code?: unknown }).code !== '25006') throw error
  throw new ModaicsError('forbidden', 'rows are made from edits: write through the wardrobe, read with SQL', {
    cause: error,
  })
}

export function closedError(): ModaicsError {
  return new ModaicsError('closed', 'the wardrobe is closed')
}

function withoutEnd(text: string): string {
  return text.replace(/[\s;]+$/, '')
}
