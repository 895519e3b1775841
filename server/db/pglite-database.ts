import { PGlite, types } from '@electric-sql/pglite'
import { drizzle } from 'drizzle-orm/pglite'
import type { Database, Orm, Row, Runner } from './database.js'
import * as schema from './schema/index.js'

const parsers = {
  [types.INT8]: (text: string) => Number(text),
  // PGlite's own go byte by byte through strings: 400 ms for the log of a wardrobe of 10,000 pieces.
  [types.BYTEA]: (text: string) => Buffer.from(text.slice(2), 'hex'),
}
const serializers = {
  [types.BYTEA]: (bytes: Uint8Array) =>
    `\\x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')}`,
}

/** PGlite in a folder (the caller holds its lock), or in memory for `memory://`. */
export async function openPgliteDatabase(dataDir: string): Promise<Database> {
  const pglite = await PGlite.create({ dataDir, parsers, serializers })
  const orm = drizzle(pglite, { schema }) as unknown as Orm
  return {
    engine: 'pglite',
    orm,
    query: async <R extends Row>(text: string, params: readonly unknown[] = []) =>
      (await pglite.query<R>(text, [...params])).rows,
    transaction: (work) =>
      // drizzle's own transaction runs on the same single connection: one runner serves raw and typed statements.
      pglite.transaction(async (transaction) => {
        const runner: Runner = {
          orm: drizzle(transaction as unknown as PGlite, { schema }) as unknown as Orm,
          query: async <R extends Row>(text: string, params: readonly unknown[] = []) =>
            (await transaction.query<R>(text, [...params])).rows,
        }
        return work(runner)
      }),
    listen: (channel, onNotify) => pglite.listen(channel, onNotify),
    script: async (text) => {
      await pglite.exec(text)
    },
    close: () => pglite.close(),
  }
}
