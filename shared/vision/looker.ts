import type { RgbaImage } from '../colour/pixels.js'
import type { Answer, Question } from './look-messages.js'
import type { PhotoAnalysis } from './photo-analysis.js'

/** Looks at pictures on a thread of its own, one after the other, while this one goes on. */
export interface Looker {
  /**
   * @param image upright; longest edge 400 is enough
   * @throws Error where the thread ended; whatever `signal` was aborted with
   */
  look(image: RgbaImage, signal?: AbortSignal): Promise<PhotoAnalysis>
  /** why the last picture was seen without eyes, in its colours only; null where it was not */
  readonly blind: string | null
  /** Ends the thread. Looks that wait for it are rejected. */
  close(): void
}

/** A thread, as its platform has it. */
export interface LookThread {
  post(question: Question): void
  listen(onAnswer: (answer: Answer) => void, onEnd: (error: Error) => void): void
  /** whether the process is to wait for its answer, where a process waits for threads */
  hold?(on: boolean): void
  end(): void
}

/** The thread starts with the first picture, and again with the next one after it broke. */
export function createLooker(start: () => LookThread): Looker {
  let running: ReturnType<typeof run> | undefined
  return {
    get blind() {
      return running?.blind ?? null
    },
    async look(image, signal) {
      signal?.throwIfAborted()
      if (!running || running.ended) running = run(start())
      return running.ask(image, signal)
    },
    close() {
      running?.end(new Error('nobody looks any more'))
      running = undefined
    },
  }
}

function run(thread: LookThread) {
  const waiting = new Map<number, { resolve(value: PhotoAnalysis): void; reject(error: unknown): void }>()
  let lastId = 0
  let ended = false
  let blind: string | null = null
  thread.hold?.(false)

  const end = (error: Error): void => {
    ended = true
    for (const { reject } of [...waiting.values()]) reject(error)
    thread.end()
  }
  thread.listen((answer) => {
    const asker = waiting.get(answer.id)
    if (answer.ok) {
      blind = answer.blind ?? null
      asker?.resolve(answer.value)
    } else asker?.reject(Object.assign(new Error(answer.message), { stack: answer.stack }))
  }, end)

  return {
    get ended() {
      return ended
    },
    get blind() {
      return blind
    },
    end,
    ask(image: RgbaImage, signal: AbortSignal | undefined): Promise<PhotoAnalysis> {
      const id = ++lastId
      const asked = new Promise<PhotoAnalysis>((resolve, reject) => {
        const abort = (): void => {
          done()
          reject(signal?.reason)
        }
        signal?.addEventListener('abort', abort, { once: true })
        const done = (): void => {
          waiting.delete(id)
          signal?.removeEventListener('abort', abort)
          if (waiting.size === 0) thread.hold?.(false)
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
      thread.hold?.(true)
      thread.post({ id, image })
      return asked
    },
  }
}
