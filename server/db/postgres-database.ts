import { ModaicsError } from '@modaics/shared'
import { drizzle } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'
import { type Database, isUnreachable, type Orm, type Row, type Runner } from './database.js'
import * as schema from './schema/index.js'

const int8 = {
  to: 20,
  from: [20],
  parse: (text: string) => Number(text),
  serialize: (value: number) => String(value),
}

/** A pool that has lost a connection ends what it still does, and whatever hangs in it is given up after this, in seconds. */
const RETIRED_SECONDS = 20

/** A connection that has failed has closed after this. */
const CLOSING_MS = 250

/**
 * PostgreSQL through postgres.js 3.4.9, whose connections cannot be trusted once they were lost: what was to be sent, the
 * last error and the last query stay with them, and what a transaction sends on one after its end, its own `rollback` say,
 * is thrown where nobody can catch it (porsager/postgres#1208). So a pool that loses one is replaced as a whole, and a
 * transaction sends nothing any more.
 */
export function openPostgresDatabase(url: string, options: { readonly connections?: number } = {}): Database {
  const settings = { onnotice: () => {}, types: { int8 } } // remarks such as "relation exists, skipping"; errors are thrown all the same
  let closing = false
  let pool = openPool()
  // A pool of its own: it listens again by itself.
  const listening = postgres(url, { ...settings, max: 1 })

  function openPool(): postgres.Sql<{ int8: number }> {
    const sql: postgres.Sql<{ int8: number }> = postgres(url, {
      ...settings,
      max: options.connections ?? 10,
      max_lifetime: null, // what closes has been lost
      onclose() {
        if (closing || pool !== sql) return
        pool = openPool()
        void sql.end({ timeout: RETIRED_SECONDS })
      },
    })
    return sql
  }

  return {
    engine: 'postgres',
    ...runnerOf({ options: pool.options, unsafe: (...statement) => pool.unsafe(...statement) }),
    transaction: (work) => transact(pool, work),
    listen: async (channel, onNotify, onListening) => {
      const { unlisten } = await listening.listen(channel, onNotify, onListening)
      return unlisten
    },
    copyOut: async (select) => {
      const chunks: Uint8Array[] = []
      const rows = await pool.unsafe(`copy (${select}) to stdout (format binary)`).readable()
      try {
        for await (const chunk of rows) chunks.push(chunk as Uint8Array)
      } finally {
        // postgres.js pauses its socket when the stream is full, and asks the stream no more after the last chunk: where
        // both meet, the connection would answer nothing any more.
        rows._read(0)
      }
      return Buffer.concat(chunks)
    },
    script: async (text) => {
      await pool.unsafe(text).simple()
    },
    async close() {
      closing = true
      await Promise.all([pool.end({ timeout: 5 }), listening.end({ timeout: 5 })])
    },
  }
}

/** What drizzle and we need of a pool or a transaction. */
type Client = Pick<postgres.Sql, 'unsafe' | 'options'>

async function transact<T>(sql: postgres.Sql, work: (runner: Runner) => Promise<T>): Promise<T> {
  let ended = false
  try {
    return (await sql.begin(async (transaction) => {
      const guarded: Client = {
        options: sql.options,
        unsafe(...statement) {
          if (ended) throw new ModaicsError('unavailable', 'The connection of this transaction was lost')
          return transaction.unsafe(...statement)
        },
      }
      try {
        return await work(runnerOf(guarded))
      } catch (error) {
        // A socket tells of its error before it closes. `begin` sends `rollback` where work fails, and fails by itself when
        // the connection closes: then nothing may be sent.
        if (!ended && isUnreachable(error)) await new Promise((resolve) => setTimeout(resolve, CLOSING_MS))
        if (ended) return await new Promise<never>(() => {})
        throw error
      }
    })) as T
  } finally {
    ended = true
  }
}

function runnerOf(sql: Client): Runner {
  return {
    orm: drizzle(sql as postgres.Sql, { schema }) as unknown as Orm,
    query: async <R extends Row>(text: string, params: readonly unknown[] = []) =>
      [...(await sql.unsafe<R[]>(text, [...params] as never[], { prepare: true }))] as unknown as R[],
  }
}
