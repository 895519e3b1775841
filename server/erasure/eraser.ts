import type { Database } from '../db/database.js'
import { scrub } from '../db/vacuum.js'
import type { Epochs } from '../ingest/epochs.js'
import type { Logger } from '../observe/logger.js'
import { readPicturesOnlyOf } from '../photos/photo-rows.js'
import type { PhotoService } from '../photos/photo-service.js'
import type { Purges } from './purges.js'

export interface EraserOptions {
  readonly database: Database
  readonly epochs: Pick<Epochs, 'erase'>
  readonly purges: Purges
  readonly photos: Pick<PhotoService, 'erase'>
  /** leaves nothing in the write-ahead log that is in the database */
  readonly forgetStored: () => void
  /** how long a purged record can be restored, in ms */
  readonly afterMs: number
  /** see `scrub` */
  readonly rewriteBytes: number
  /** ms since 1970 */
  readonly now: () => number
  readonly logger: Pick<Logger, 'info' | 'warn' | 'error'>
}

/** Erases what was purged, once its time has passed: from rows, folds, history, log, snapshot, files and photos. */
export interface Eraser {
  /** Erases what is due. Resolves to how many records. Whatever it fails at is tried again by the next. */
  run(): Promise<number>
  /** Looks soon. */
  wake(): void
  /** Looks now and every hour. */
  start(): void
  stop(): Promise<void>
}

const ROUND_MS = 3_600_000

export function createEraser(options: EraserOptions): Eraser {
  const { database, epochs, purges, photos, forgetStored, afterMs, rewriteBytes, now, logger } = options
  let timer: NodeJS.Timeout | null = null
  let running: Promise<number> | null = null
  let again = false
  let stopped = false

  async function erase(wardrobeId: string, before: number): Promise<number> {
    let pictures: readonly string[] = []
    const gone = await epochs.erase(wardrobeId, async () => {
      const chosen = await purges.select(wardrobeId, before)
      const shown = chosen.filter(({ kind }) => kind === 'photos').map(({ id }) => id)
      pictures = await readPicturesOnlyOf(database, wardrobeId, shown)
      return chosen
    })
    // Where this comes to no end, the sweep of the photos finds pictures that nothing shows.
    if (gone.length > 0) for (const hash of pictures) await photos.erase(wardrobeId, hash)
    return gone.length
  }

  async function run(): Promise<number> {
    const before = now() - afterMs
    const wardrobes = await purges.due(before)
    if (wardrobes.length === 0) return 0
    let records = 0
    for (const wardrobeId of wardrobes) records += await erase(wardrobeId, before)
    // Also after a run that ended before it came to this: until then its purges stand there.
    forgetStored()
    const cleaned = await scrub(database, rewriteBytes)
    if (cleaned.length > 0)
      logger.warn(
        { tables: cleaned, rewriteBytes },
        'tables are too large to be written anew after an erasure',
      )
    for (const wardrobeId of wardrobes) await purges.done(wardrobeId, before)
    logger.info({ records, wardrobes: wardrobes.length }, 'purged records were erased')
    return records
  }

  function next(): void {
    if (stopped || running) {
      again = true
      return
    }
    again = false
    running = run().catch((error: unknown) => {
      logger.error({ err: error }, 'purged records could not be erased')
      return 0
    })
    void running.finally(() => {
      running = null
      if (again && !stopped) next()
    })
  }

  return {
    run,
    wake: next,
    start() {
      timer = setInterval(next, ROUND_MS)
      timer.unref()
      next()
    },
    async stop() {
      stopped = true
      if (timer) clearInterval(timer)
      await running
    },
  }
}
