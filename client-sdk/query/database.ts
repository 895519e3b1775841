import { ModaicsError } from '@modaics/shared'
import type { Projection } from '../projection/projection.js'

/** `objects`: rows by column, values as PGlite parses them. `texts`: rows as arrays, for drizzle, which parses itself. */
export type RowShape = 'objects' | 'texts'

export interface Results<Row> {
  readonly rows: Row[]
}

/** A running live query. */
export interface Subscription {
  /** No call of the callback begins after it. Idempotent. */
  unsubscribe(): Promise<void>
}

/** Reads the rows, here or in the tab that has them. Waits for them, and sees everything that was written before the call. */
export interface Database {
  query<Row>(text: string, params: readonly unknown[], shape: RowShape): Promise<Results<Row>>
  /** Calls back with all rows: once before it resolves, and after every change that may concern them. */
  live<Row>(text: string, params: readonly unknown[], onRows: (rows: Row[]) => void): Promise<Subscription>
}

/**
 * @param ready the projection, when it is open
 * @param settled resolves when everything written before the call is projected
 * @param watch says that somebody follows the tables, until the function that it returns is called
 */
export function createDatabase(
  ready: Promise<Projection>,
  settled: () => Promise<void>,
  watch: () => () => void,
): Database {
  ready.catch(() => undefined)
  return {
    async query<Row>(text: string, params: readonly unknown[], shape: RowShape) {
      const { pglite } = await ready
      await settled()
      const options = shape === 'texts' ? { rowMode: 'array' as const, parsers: AS_TEXT } : {}
      return pglite.query<Row>(text, [...params], options).catch(refuseWrite)
    },
    async live<Row>(text: string, params: readonly unknown[], onRows: (rows: Row[]) => void) {
      const { pglite } = await ready
      await settled()
      const leave = watch()
      try {
        let active = true
        const query = await pglite.live.query<Row>(text, [...params], ({ rows }) => {
          if (active) onRows(rows)
        })
        return {
          async unsubscribe() {
            if (!active) return
            active = false
            leave()
            await query.unsubscribe()
          },
        }
      } catch (error) {
        leave()
        throw error
      }
    },
  }
}

/** Types that drizzle parses itself, from PostgreSQL's own text, by oid. */
const AS_TEXT = Object.fromEntries(
  // json, jsonb: a parsed text would be parsed once more, and "2024" become 2024; dates and times likewise.
  [114, 3802, 1082, 1114, 1184, 1186, 1115, 1182, 1185, 1187, 1231].map((oid) => [
    oid,
    (text: string) => text,
  ]),
)

/** `read_only_sql_transaction` of PostgreSQL as ours; any other error as it is. */
function refuseWrite(error: unknown): never {
  if ((error as { code?: unknown }).code !== '25006') throw error
  throw new ModaicsError('forbidden', 'rows are made from edits: write through the wardrobe, read with SQL', {
    cause: error,
  })
}
