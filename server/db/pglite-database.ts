import type { PGlite } from '@electric-sql/pglite'
import { drizzle } from 'drizzle-orm/pglite'
import type { Database, Orm, Row, Runner } from './database.js'
import { type PgliteThread, startPgliteThread } from './pglite-thread.js'
import * as schema from './schema/index.js'

interface Result {
  readonly rows: Row[]
}

/**
 * PGlite in a folder (the caller holds its lock), or in memory for `memory://`. It runs on a thread of its own: a large
 * write would hold up every socket otherwise.
 *
 * @param thread one that was started before, to save time
 */
export async function openPgliteDatabase(
  dataDir: string,
  thread: PgliteThread = startPgliteThread(),
): Promise<Database> {
  const database: Database = {
    engine: 'pglite',
    ...runnerOn(thread, null),
    async transaction(work) {
      const transaction = (await thread.ask({ op: 'begin' })) as number
      const end = (commit: boolean): Promise<unknown> => thread.ask({ op: 'end', transaction, commit })
      let value: Awaited<ReturnType<typeof work>>
      try {
        value = await work(runnerOn(thread, transaction))
      } catch (error) {
        await end(false)
        throw error
      }
      await end(true)
      return value
    },
    async listen(channel, onNotify, onListening) {
      const others = thread.heard.get(channel)
      const listeners = others ?? new Set()
      thread.heard.set(channel, listeners.add(onNotify))
      if (!others) await thread.ask({ op: 'listen', channel })
      onListening?.()
      return async () => {
        listeners.delete(onNotify)
        if (listeners.size > 0 || thread.heard.get(channel) !== listeners) return
        thread.heard.delete(channel)
        await thread.ask({ op: 'unlisten', channel })
      }
    },
    copyOut: async (select) => (await thread.ask({ op: 'copyOut', select })) as Uint8Array,
    async script(text) {
      await thread.ask({ op: 'script', text })
    },
    close: () => thread.close(),
  }
  try {
    await thread.open(dataDir)
    return database
  } catch (error) {
    await thread.terminate()
    throw error
  }
}

function runnerOn(thread: PgliteThread, transaction: number | null): Runner {
  const query = async (
    text: string,
    params: readonly unknown[] = [],
    options: {
      readonly rowMode?: 'object' | 'array'
      readonly parsers?: Readonly<Record<string, unknown>>
    } = {},
  ): Promise<Result> => {
    const { rowMode = 'object', parsers = {} } = options
    // drizzle's own parsers leave a value as the text that it is: functions cannot cross, their types can.
    const asText = Object.keys(parsers).map(Number)
    return (await thread.ask({ op: 'query', transaction, text, params, rowMode, asText })) as Result
  }
  return {
    query: async <R extends Row>(text: string, params: readonly unknown[] = []) =>
      (await query(text, params)).rows as R[],
    // `query` is all that drizzle's driver uses of a PGlite
    orm: drizzle({ query } as unknown as PGlite, { schema }) as unknown as Orm,
  }
}
