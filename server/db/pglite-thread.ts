import { readdir, rename, rm } from 'node:fs/promises'
import { Worker } from 'node:worker_threads'
import type { Answer, Question, SentError } from './pglite-messages.js'

/** The thread that PGlite runs on. It starts empty, and is given a data folder with `open`. */
export interface PgliteThread {
  /** Opens the data folder, made where it is missing or empty; where that has begun already, waits for it. */
  open(dataDir: string): Promise<void>
  ask(question: Question): Promise<unknown>
  /** who hears the notifications of a channel */
  readonly heard: Map<string, Set<(payload: string) => void>>
  close(): Promise<void>
  terminate(): Promise<void>
}

/** Loads PGlite on a thread of its own, while this one goes on. */
export function startPgliteThread(): PgliteThread {
  const worker = startWorker()
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  const heard = new Map<string, Set<(payload: string) => void>>()
  let lastId = 0
  let ended: Error | null = null
  let opening: Promise<void> | undefined
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
    open(dataDir) {
      opening ??= (async () => {
        if (!dataDir.startsWith('memory:') && (await isEmpty(dataDir))) await createCluster(dataDir)
        await ask({ op: 'open', dataDir })
      })()
      return opening
    },
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

/** @throws where there is something, but no database: another one must not be made in its place */
async function isEmpty(dataDir: string): Promise<boolean> {
  const names: string[] = await readdir(dataDir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  if (names.length > 0 && !names.includes('PG_VERSION')) throw new Error(`${dataDir} holds no database`)
  return names.length === 0
}

/**
 * A new database is made beside its place and moved there when it is whole, so that a start that was killed is begun
 * anew. Making it (`initdb`, in PGlite) takes half a gigabyte, which its thread would keep: so it has one that ends.
 */
async function createCluster(dataDir: string): Promise<void> {
  const draft = `${dataDir}.new`
  await rm(draft, { recursive: true, force: true })
  const thread = startPgliteThread()
  try {
    await thread.ask({ op: 'open', dataDir: draft })
    await thread.close()
  } finally {
    await thread.terminate()
  }
  await rm(dataDir, { recursive: true, force: true }) // empty
  await rename(draft, dataDir)
}

/** From source (tests, `npm run dev`) the thread must be able to read TypeScript, which its parent's loader does not see to. */
function startWorker(): Worker {
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL('./pglite-worker.js', import.meta.url))
  const url = new URL('./pglite-worker.ts', import.meta.url).href
  const bootstrap = `import('tsx/esm/api').then(({ register }) => { register(); return import(${JSON.stringify(url)}) })`
  return new Worker(bootstrap, { eval: true })
}

function received({ message, stack, code }: SentError): Error {
  return Object.assign(new Error(message), { stack, ...(code === undefined ? {} : { code }) })
}
