import type { Database } from '../db/database.js'

/** What pg-boss asks of a database of one's own. */
export interface BossDatabase {
  executeSql(text: string, values?: readonly unknown[]): Promise<{ rows: never[] }>
  /** Resolves when nothing is running. */
  idle(): Promise<void>
}

/**
 * pg-boss over our database port, so that jobs need no connections of their own and work on PGlite too.
 *
 * pg-boss is written for `pg`; the differences are settled here: no `begin`/`commit` in a script (a pool would spread
 * them over connections, PGlite would stay in a failed transaction; several statements sent at once are one transaction
 * anyway), `undefined` is null, and JSON goes as text with a cast, because engines differ in guessing.
 *
 * @param onError hears every failing statement: pg-boss swallows those of its fetch
 */
export function createBossDatabase(database: Database, onError: (error: unknown) => void): BossDatabase {
  const running = new Set<Promise<unknown>>()
  return {
    executeSql: async (text, values) => {
      const run = execute(database, text, values)
      running.add(run)
      try {
        return { rows: (await run) as never[] }
      } catch (error) {
        onError(error)
        throw error
      } finally {
        running.delete(run)
      }
    },
    idle: async () => {
      while (running.size > 0) await Promise.allSettled(running)
    },
  }
}

const SCRIPT = /^\s*BEGIN;([\s\S]*)COMMIT;\s*$/

async function execute(
  database: Database,
  text: string,
  values: readonly unknown[] | undefined,
): Promise<readonly unknown[]> {
  if (values) {
    return database.query(
      text
        .replace(/(\$\d+)::jsonb\b/g, '$1::text::jsonb')
        .replace('create_queue($1, $2)', 'create_queue($1, $2::text::json)'),
      values.map(toParameter),
    )
  }
  const script = SCRIPT.exec(text)?.[1]
  if (script === undefined) return database.query(text)
  await database.script(script)
  return []
}

function toParameter(value: unknown): unknown {
  if (value === undefined) return null
  const isJson =
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
  return isJson ? JSON.stringify(value) : value
}
