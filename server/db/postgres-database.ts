import { drizzle } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'
import type { Database, Orm, Row, Runner } from './database.js'
import * as schema from './schema/index.js'

const int8 = {
  to: 20,
  from: [20],
  parse: (text: string) => Number(text),
  serialize: (value: number) => String(value),
}

/** PostgreSQL through postgres.js. */
export function openPostgresDatabase(url: string, options: { readonly connections?: number } = {}): Database {
  const sql = postgres(url, {
    max: options.connections ?? 10,
    onnotice: () => {}, // remarks such as "relation exists, skipping"; errors are thrown all the same
    types: { int8 },
  })
  return {
    engine: 'postgres',
    ...runnerOf(sql),
    transaction: (work) =>
      // drizzle looks at `options`, which the client of a transaction lacks
      sql.begin((transaction) =>
        work(runnerOf(Object.assign(transaction, { options: sql.options }))),
      ) as Promise<never>,
    listen: async (channel, onNotify, onListening) => {
      const { unlisten } = await sql.listen(channel, onNotify, onListening)
      return unlisten
    },
    copyOut: async (select) => {
      const chunks: Uint8Array[] = []
      const rows = await sql.unsafe(`copy (${select}) to stdout (format binary)`).readable()
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
      await sql.unsafe(text).simple()
    },
    close: () => sql.end({ timeout: 5 }),
  }
}

function runnerOf(sql: postgres.Sql | postgres.TransactionSql): Runner {
  return {
    orm: drizzle(sql as postgres.Sql, { schema }) as unknown as Orm,
    query: async <R extends Row>(text: string, params: readonly unknown[] = []) =>
      [...(await sql.unsafe<R[]>(text, [...params] as never[], { prepare: true }))] as unknown as R[],
  }
}
