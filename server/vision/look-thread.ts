import { Worker } from 'node:worker_threads'
import type { PhotoAnalysis } from '@modaics/shared'
import type { Answer, Question } from './look-messages.js'

/** A thread that looks at pictures, one after the other, while this one goes on. */
export interface LookThread {
  /**
   * @param bytes a picture, in any format that sharp reads
   * @throws Error where the picture cannot be read, or the thread ended; whatever `signal` was aborted with
   */
  look(bytes: Uint8Array, signal: AbortSignal): Promise<PhotoAnalysis>
}

/** The thread starts with the first picture, again with the next one after it broke, and does not keep the process. */
export function createLookThread(start: () => Worker = startWorker): LookThread {
  let thread: ReturnType<typeof run> | undefined
  return {
    async look(bytes, signal) {
      signal.throwIfAborted()
      if (!thread || thread.ended) thread = run(start())
      return thread.ask(bytes, signal)
    },
  }
}

function run(worker: Worker) {
  const waiting = new Map<number, { resolve(value: PhotoAnalysis): void; reject(error: unknown): void }>()
  let lastId = 0
  let ended = false
  worker.unref()

  worker.on('message', (answer: Answer) => {
    const asker = waiting.get(answer.id)
    if (answer.ok) asker?.resolve(answer.value)
    else asker?.reject(Object.assign(new Error(answer.message), { stack: answer.stack }))
  })
  const end = (error: Error): void => {
    ended = true
    for (const { reject } of waiting.values()) reject(error)
  }
  worker.on('error', end)
  worker.on('exit', (code) => end(new Error(`the thread that looks at pictures ended with ${code}`)))

  return {
    get ended() {
      return ended
    },
    ask(bytes: Uint8Array, signal: AbortSignal): Promise<PhotoAnalysis> {
      const id = ++lastId
      const asked = new Promise<PhotoAnalysis>((resolve, reject) => {
        const abort = (): void => reject(signal.reason)
        signal.addEventListener('abort', abort, { once: true })
        const done = (): void => {
          waiting.delete(id)
          signal.removeEventListener('abort', abort)
          // a process may end while nobody waits
          if (waiting.size === 0) worker.unref()
        }
        waiting.set(id, {
          resolve(value) {
            done()
            resolve(value)
          },
          reject(error) {
            done()
            reject(error)
          },
        })
      })
      worker.ref()
      const question: Question = { id, bytes }
      worker.postMessage(question)
      return asked
    },
  }
}

/** From source (tests, `npm run dev`) the thread must be able to read TypeScript, which its parent's loader does not see to. */
function startWorker(): Worker {
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL('./look-worker.js', import.meta.url))
  const url = new URL('./look-worker.ts', import.meta.url).href
  const bootstrap = `import('tsx/esm/api').then(({ register }) => { register(); return import(${JSON.stringify(url)}) })`
  return new Worker(bootstrap, { eval: true, execArgv: ['--conditions=@modaics/source'] })
}
