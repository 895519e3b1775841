import type PgBoss from 'pg-boss'
import type { Database } from '../db/database.js'
import type { JobContext, JobLogger } from './job-queue.js'

export interface WorkerOptions {
  readonly boss: () => Promise<PgBoss>
  readonly database: Database
  readonly logger: JobLogger
  readonly queue: string
  readonly concurrency: number
  readonly expireSeconds: number
  readonly pollMs: number
  readonly drainMs: number
  readonly run: (job: PgBoss.JobWithMetadata, context: JobContext) => Promise<void>
  /** a job has failed for the last time */
  readonly onFailed?: () => void
}

export interface Worker {
  readonly queue: string
  /** Looks for jobs now rather than at the next poll. */
  wake(): void
  stop(): Promise<void>
}

/** How long a job waits for one with the same key that runs in another process. */
const BUSY_SECONDS = 1

/**
 * Fetches and runs jobs of one queue. pg-boss has a worker of its own, but that one does not wait for its last words
 * (a completion may fail unheard after the database is closed) and cannot be woken by an enqueue.
 */
export function createWorker(options: WorkerOptions): Worker {
  const { queue, logger, pollMs } = options
  const running = new Map<Promise<void>, { readonly id: string; readonly abort: AbortController }>()
  let stopping = false
  let awake = false
  let ring: (() => void) | undefined
  const wake = (): void => {
    awake = true
    ring?.()
  }

  async function loop(): Promise<void> {
    while (!stopping) {
      awake = false
      const took = await take().catch((error) => {
        logger.warn({ error, queue }, 'cannot fetch jobs; trying on')
        return 0
      })
      if (took === 0 && !awake && !stopping) await sleep()
    }
  }

  async function take(): Promise<number> {
    const room = options.concurrency - running.size
    if (room < 1) return 0
    const boss = await options.boss()
    const jobs = await boss.fetch<object>(queue, { batchSize: room, includeMetadata: true })
    for (const job of jobs) {
      const abort = new AbortController()
      const run: Promise<void> = perform(boss, job, abort).finally(() => {
        running.delete(run)
        wake()
      })
      running.set(run, { id: job.id, abort })
    }
    return jobs.length
  }

  async function perform(boss: PgBoss, job: PgBoss.JobWithMetadata, abort: AbortController): Promise<void> {
    const expired = AbortSignal.timeout(Math.max(1, options.expireSeconds - 5) * 1_000)
    try {
      if (await runsAlready(job)) return await handBack(job, BUSY_SECONDS)
      await options.run(job, { signal: AbortSignal.any([abort.signal, expired]) })
      await boss.complete(queue, job.id)
    } catch (error) {
      // a job that was cut off by our own stop has not failed
      if (abort.signal.aborted)
        return handBack(job, 0).catch((cause) =>
          logger.error({ error: cause, queue }, 'a job could not be handed back'),
        )
      const last = job.retryCount >= job.retryLimit
      logger[last ? 'error' : 'warn']({ error, queue, job: job.id, data: job.data }, 'a job failed')
      try {
        await boss.fail(queue, job.id, error as object)
        if (last) options.onFailed?.()
      } catch (cause) {
        // it stays active, expires, and is then tried again
        logger.error({ error: cause, queue, job: job.id }, 'a failed job could not be noted')
      }
    }
  }

  /** One with this key that started before, here or in another process, and has not expired. */
  async function runsAlready(job: PgBoss.JobWithMetadata): Promise<boolean> {
    if (job.singletonKey === null) return false
    const earlier = await options.database.query(
      `select 1 from pgboss.job mine join pgboss.job other
         on other.name = mine.name and other.singleton_key = mine.singleton_key and other.state = 'active'
       where mine.name = $1 and mine.id = $2::uuid and other.started_on + other.expire_in > now()
         and (other.started_on, other.id) < (mine.started_on, mine.id)`,
      [queue, job.id],
    )
    return earlier.length > 0
  }

  /** As if it had not been tried. */
  async function handBack(job: PgBoss.JobWithMetadata, seconds: number): Promise<void> {
    await options.database.query(
      `update pgboss.job set state = 'retry', started_on = null, start_after = now() + $3::int * interval '1s'
       where name = $1 and id = $2::uuid and state = 'active'`,
      [queue, job.id, seconds],
    )
  }

  function sleep(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, pollMs)
      ring = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  const looping = loop()
  return {
    queue,
    wake,
    stop: async () => {
      stopping = true
      wake()
      await looping
      const patience = setTimeout(() => {
        for (const { abort } of running.values()) abort.abort(new Error('the server is stopping'))
      }, options.drainMs)
      while (running.size > 0) await Promise.allSettled(running.keys())
      clearTimeout(patience)
    },
  }
}
