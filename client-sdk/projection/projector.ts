import { ModaicsError } from '@modaics/shared'
import type { ProjectedRecord, Projection } from './projection.js'

/** Takes changes from the start, also while the projection still opens, and writes them in as few steps as it can. */
export interface Projector {
  /**
   * Returns at once. Of several changes of one record that wait, the last is written.
   *
   * @param changes what a record is now, by `KIND ID`; null where it is there no more
   */
  push(changes: Iterable<readonly [key: string, record: ProjectedRecord | null]>): void
  /** Leaves no bytes of what was there before in the files. */
  scrub(): Promise<void>
  /**
   * Resolves when all that was pushed before the call is in the tables. Rejects where it cannot be written; what failed
   * is kept, and tried again by the next `push` or `settled`.
   */
  settled(): Promise<void>
  /** Somebody follows the tables: until the function that it returns is called, changes are written soon. */
  watch(): () => void
  /** Writes what waits, then closes the projection; one that failed to open is closed already. Idempotent. */
  close(): Promise<void>
}

/**
 * How long changes gather before they are written, in ms, unless somebody waits for them. The database works in the same
 * thread: written at once, its milliseconds would go to the promise of the very edit that caused them.
 */
export interface Gathering {
  /** while somebody watches the tables */
  readonly watchedMs: number
  /** while nobody does */
  readonly unwatchedMs: number
}

const GATHERING: Gathering = { watchedMs: 100, unwatchedMs: 1_000 }

export function createProjector(
  opening: Promise<Projection>,
  { watchedMs, unwatchedMs }: Gathering = GATHERING,
): Projector {
  // Whoever waits gets the failure; with nobody waiting it is no unhandled one.
  opening.catch(() => undefined)
  let waiting = new Map<string, ProjectedRecord | null>()
  /** calls of `push`, and how many of these are in the tables */
  let pushed = 0
  let written = 0
  let writing = false
  let waiters: { until: number; resolve(): void; reject(error: unknown): void }[] = []
  let closing: Promise<void> | undefined
  let watchers = 0
  /** ends the gathering */
  let hurry = (): void => {}

  const gather = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      hurry = () => {
        clearTimeout(timer)
        resolve()
      }
    })

  const write = async (): Promise<void> => {
    if (writing) return
    writing = true
    let batch = waiting
    try {
      const projection = await opening
      while (waiting.size > 0) {
        const gatherMs = watchers > 0 ? watchedMs : unwatchedMs
        if (gatherMs > 0 && waiters.length === 0) await gather(gatherMs)
        batch = waiting
        waiting = new Map()
        const until = pushed
        await projection.apply(
          [...batch.values()].filter((record) => record !== null),
          new Set([...batch].flatMap(([key, record]) => (record ? [] : [key]))),
        )
        batch = waiting
        written = until
        for (const waiter of waiters) if (waiter.until <= written) waiter.resolve()
        waiters = waiters.filter((waiter) => waiter.until > written)
      }
    } catch (error) {
      waiting = new Map([...batch, ...waiting])
      for (const waiter of waiters) waiter.reject(error)
      waiters = []
    } finally {
      writing = false
    }
  }

  const settled = async (): Promise<void> => {
    await opening
    if (written >= pushed) return
    const until = pushed
    const done = new Promise<void>((resolve, reject) => waiters.push({ until, resolve, reject }))
    hurry()
    void write()
    await done
  }

  return {
    push(changes) {
      if (closing) throw new ModaicsError('closed', 'the projection is closed')
      let any = false
      for (const [key, record] of changes) {
        waiting.set(key, record)
        any = true
      }
      if (!any) return
      pushed++
      void write()
    },
    settled,
    async scrub() {
      await settled()
      await (await opening).scrub()
    },
    watch() {
      watchers++
      let watching = true
      return () => {
        if (watching) watchers--
        watching = false
      }
    },
    close() {
      closing ??= (async () => {
        const projection = await opening.catch(() => undefined)
        if (!projection) return
        // Nothing is lost by a failure here: the next opening compares with the source.
        await settled().catch(() => undefined)
        await projection.close()
      })()
      return closing
    },
  }
}
