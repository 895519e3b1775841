import { Worker } from 'node:worker_threads'
import type { PGlite } from '@electric-sql/pglite'
import { drizzle } from 'drizzle-orm/pglite'
import type { Database, Orm, Row, Runner } from './database.js'
import type { Answer, Question, SentError } from './pglite-messages.js'
import * as schema from './schema/index.js'

interface Result {
  readonly rows: Row[]
}

/**
 * PGlite in a folder (the caller holds its lock), or in memory for `memory://`. It runs on a thread of its own: a large
 * write would hold up every socket otherwise, and at a start it opens while the rest of the server is loaded.
 */
export async function openPgliteDatabase(dataDir: string): Promise<Database> {
  const thread = startThread(dataDir)
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
    async listen(channel, onNotify) {
      const others = thread.heard.get(channel)
      const listeners = others ?? new Set()
      thread.heard.set(channel, listeners.add(onNotify))
      if (!others) await thread.ask({ op: 'listen', channel })
      return async () => {
        listeners.delete(onNotify)
        if (listeners.size > 0 || thread.heard.get(channel) !== listeners) return
        thread.heard.delete(channel)
        await thread.ask({ op: 'unlisten', channel })
      }
    },
    async script(text) {
      await thread.ask({ op: 'script', text })
    },
    close: () => thread.close(),
  }
  try {
    await database.query('select 1')
    return database
  } catch (error) {
    await thread.terminate()
    throw error
  }
}

interface Thread {
  ask(question: Question): Promise<unknown>
  /** who hears the notifications of a channel */
  readonly heard: Map<string, Set<(payload: string) => void>>
  close(): Promise<void>
  terminate(): Promise<void>
}

function startThread(dataDir: string): Thread {
  const worker = startWorker({ dataDir })
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  const heard = new Map<string, Set<(payload: string) => void>>()
  let lastId = 0
  let ended: Error | null = null
  let closing: Promise<void> | undefined

  function end(error: Error): void {
    ended ??= error
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
  }

  worker.on('message', (answer: Answer) => {
    if ('channel' in answer) {
      for (const listener of heard.get(answer.channel) ?? []) listener(answer.payload)
      return
    }
    const asker = waiting.get(answer.id)
    waiting.delete(answer.id)
    if (answer.ok) asker?.resolve(answer.value)
    else asker?.reject(received(answer.error))
  })
  worker.on('error', end)
  worker.on('exit', (code) => end(new Error(`the thread of the database ended with ${code}`)))

  function ask(question: Question): Promise<unknown> {
    if (ended) return Promise.reject(ended)
    return new Promise((resolve, reject) => {
      const id = ++lastId
      waiting.set(id, { resolve, reject })
      worker.postMessage({ ...question, id })
    })
  }

  return {
    ask,
    heard,
    close() {
      closing ??= ask({ op: 'close' }).then(async () => {
        await worker.terminate()
      })
      return closing
    },
    async terminate() {
      await worker.terminate()
    },
  }
}

/** From source (tests, `npm run dev`) the thread must be able to read TypeScript, which its parent's loader does not see to. */
function startWorker(workerData: { readonly dataDir: string }): Worker {
  if (!import.meta.url.endsWith('.ts'))
    return new Worker(new URL('./pglite-worker.js', import.meta.url), { workerData })
  const url = new URL('./pglite-worker.ts', import.meta.url).href
  const bootstrap = `import('tsx/esm/api').then(({ register }) => { register(); return import(${JSON.stringify(url)}) })`
  return new Worker(bootstrap, { eval: true, workerData })
}

function received({ message, stack, code }: SentError): Error {
  return Object.assign(new Error(message), { stack, ...(code === undefined ? {} : { code }) })
}

function runnerOn(thread: Thread, transaction: number | null): Runner {
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
