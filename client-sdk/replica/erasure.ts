import type { PhotoFiles } from '../photos/photo-files.js'
import type { Past } from './past.js'
import type { Replica } from './replica.js'

export interface ErasureOptions {
  readonly replica: Pick<Replica, 'index' | 'meta' | 'journaled' | 'finishErasing'>
  readonly past: Past
  readonly pictures: Pick<PhotoFiles, 'delete'>
  /** leaves no bytes of what is not there any more in the rows; waits for them */
  readonly rows: () => Promise<void>
}

/**
 * Leaves nothing of erased records on this device: the journal is without them when it is told, and history, pictures and
 * rows follow. What is not done when the program ends is done by the next. [ER4]
 */
export interface Erasure {
  /** Returns at once. */
  wake(): void
  close(): Promise<void>
}

/** After a failure: where the storage was full or failed. */
const RETRY_MS = 30_000

export function createErasure({ replica, past, pictures, rows }: ErasureOptions): Erasure {
  const { index } = replica
  let running: Promise<void> | null = null
  let again = false
  let closed = false
  let timer: ReturnType<typeof setTimeout> | null = null
  let end = (): void => {}
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })

  async function run(): Promise<void> {
    const hashes = replica.meta().erasing
    if (hashes === null) return
    await replica.journaled()
    await past.erase((key) => index.live(key).length > 0)
    const shown = new Set(index.list('photos').map(({ hash }) => hash))
    for (const hash of hashes) if (!shown.has(hash)) await pictures.delete(hash)
    // A tab that has no rows waits until it has, or ends: the one that has them is told, too.
    await Promise.race([rows(), ended])
    if (!again && !closed) await replica.finishErasing()
  }

  function wake(): void {
    if (timer) clearTimeout(timer)
    timer = null
    again = running !== null
    if (running || closed) return
    running = run()
      .catch(() => {
        // It is noted in the journal, and tried again.
        if (closed) return
        timer = setTimeout(wake, RETRY_MS)
        ;(timer as { unref?: () => void }).unref?.()
      })
      .finally(() => {
        running = null
        if (again && !closed) wake()
      })
  }

  wake() // what the last program did not come to

  return {
    wake,
    async close() {
      closed = true
      end()
      if (timer) clearTimeout(timer)
      await running
    },
  }
}
