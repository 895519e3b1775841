import { ModaicsError } from '@modaics/shared'
import type { Database, Subscription } from './database.js'

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

export function createSql(database: Database): Sql {
  const subscriptions = new Set<Subscription>()
  let closed = false

  const requireOpen = (): void => {
    if (closed) throw new ModaicsError('closed', 'the wardrobe is closed')
  }

  return {
    async query<Row>(text: string, params: readonly unknown[] = []) {
      requireOpen()
      return (await database.query<Row>(text, params, 'objects')).rows
    },
    async live<Row>(text: string, params: readonly unknown[], onRows: (rows: Row[]) => void) {
      requireOpen()
      // A live query becomes part of a larger statement, made with the right to write: it must be one that only reads.
      await database.query(`select from (${withoutEnd(text)}\n) as checked limit 0`, params, 'objects')
      requireOpen()
      const live = await database.live<Row>(withoutEnd(text), params, onRows)
      const subscription: Subscription = {
        async unsubscribe() {
          if (subscriptions.delete(subscription)) await live.unsubscribe()
        },
      }
      subscriptions.add(subscription)
      if (closed) await subscription.unsubscribe()
      return subscription
    },
    async close() {
      closed = true
      await Promise.all([...subscriptions].map((subscription) => subscription.unsubscribe()))
    },
  }
}

function withoutEnd(text: string): string {
  return text.replace(/[\s;]+$/, '')
}
