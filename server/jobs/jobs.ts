import { isErrorCode, ModaicsError } from '@modaics/shared'
import type PgBoss from 'pg-boss'
import type { Database } from '../db/database.js'
import { type BossDatabase, createBossDatabase } from './boss-database.js'
import type { JobContext, JobFailure, JobLogger, JobQueue } from './job-queue.js'
import { createWorker, type Worker } from './worker.js'

export type { JobLogger }

export interface JobsOptions {
  readonly database: Database
  readonly logger: JobLogger
  /** how often to look for jobs that another instance enqueued, or whose retry is due; 5 s unless told */
  readonly pollMs?: number
  /** how long `stop` waits for running jobs before it aborts them; 10 s unless told */
  readonly drainMs?: number
}

/**
 * Durable jobs in the canonical database, through pg-boss. Every job is done at least once: a handler must be able to
 * run again after a crash at any point.
 */
export interface Jobs {
  /**
   * Resolves when the job is durable. While one with this key waits, another is not added: the waiting one will see
   * all that has been committed until it starts. With `replace` the waiting one takes over the data.
   */
  enqueue<T extends object>(
    queue: JobQueue<T>,
    key: string,
    data: T,
    options?: { readonly replace?: boolean },
  ): Promise<void>
  /**
   * Runs the jobs of a queue; one with the same key as a running one waits for it. What throws is tried again, and
   * after the last time given to `failed`, itself a job.
   */
  work<T extends object>(
    queue: JobQueue<T>,
    handler: (data: T, context: JobContext) => Promise<void>,
    failed: (data: T, failure: JobFailure) => Promise<void>,
  ): void
  /** Takes no more jobs, waits for those that run, aborts and hands back what takes too long. */
  stop(): Promise<void>
}

const SCHEMA = 'pgboss'
/** Any number, as long as every instance uses the same. */
const LOCK = 7_306_102_027
/** Expired and finished jobs are looked after this often. */
const MAINTENANCE_SECONDS = 60

/** Loads and starts pg-boss at the first use, in the background: a start of the server does not wait for it. */
export function createJobs({ database, logger, pollMs = 5_000, drainMs = 10_000 }: JobsOptions): Jobs {
  const workers: Worker[] = []
  const created = new Map<string, Promise<void>>()
  let starting: Promise<Boss> | undefined
  let stopping: Promise<void> | undefined

  function started(): Promise<Boss> {
    starting ??= startBoss(database, logger).catch((error) => {
      starting = undefined // the next use tries again
      throw error
    })
    return starting
  }

  function ready(queue: JobQueue<never> | JobQueue<object>): Promise<void> {
    let creation = created.get(queue.name)
    if (!creation) {
      creation = started().then(() => createQueues(database, queue as JobQueue<object>))
      creation.catch(() => created.delete(queue.name))
      created.set(queue.name, creation)
    }
    return creation
  }

  return {
    enqueue: async (queue, key, data, { replace = false } = {}) => {
      if (stopping) throw new ModaicsError('shutting-down', 'no more jobs are taken')
      await ready(queue)
      const { boss } = await started()
      const options = sendOptions(queue, key)
      // a job waiting for its retry will do too; pg-boss looks only at those that have not been tried
      if (!replace && (await isTriedAgain(database, queue.name, key))) return
      for (let attempt = 0; ; attempt++) {
        if ((await boss.send(queue.name, data, options)) !== null || !replace) break
        if (await replaceData(database, queue.name, key, data)) break
        // it was fetched just now, which makes room for another
        if (attempt === 10) throw new ModaicsError('unavailable', 'the job can neither be added nor replaced')
      }
      for (const worker of workers) if (worker.queue === queue.name) worker.wake()
    },

    work: (queue, handler, failed) => {
      if (stopping) throw new ModaicsError('shutting-down', 'no more jobs are taken')
      const shared = {
        boss: () =>
          ready(queue)
            .then(started)
            .then(({ boss }) => boss),
        database,
        logger,
        pollMs,
        drainMs,
      }
      const failures = createWorker({
        ...shared,
        queue: failedName(queue),
        concurrency: 1,
        expireSeconds: queue.expireSeconds,
        run: async ({ data, output }) => failed(queue.data.parse(data), toFailure(output)),
      })
      const worker = createWorker({
        ...shared,
        queue: queue.name,
        concurrency: queue.concurrency,
        expireSeconds: queue.expireSeconds,
        run: ({ data }, context) => handler(queue.data.parse(data), context),
        onFailed: () => failures.wake(),
      })
      workers.push(worker, failures)
    },

    stop: () => {
      stopping ??= (async () => {
        await Promise.all(workers.map((worker) => worker.stop()))
        const running = await starting?.catch(() => undefined)
        if (!running) return
        await running.boss.stop({ graceful: false, close: false })
        await running.sql.idle()
      })()
      return stopping
    },
  }
}

interface Boss {
  readonly boss: PgBoss
  readonly sql: BossDatabase
}

async function startBoss(database: Database, logger: JobLogger): Promise<Boss> {
  const { default: PgBossClass } = await import('pg-boss')
  const sql = createBossDatabase(database, (error) =>
    logger.warn({ error }, 'a statement of the job queue failed'),
  )
  const boss = new PgBossClass({
    db: sql,
    schema: SCHEMA,
    schedule: false,
    maintenanceIntervalSeconds: MAINTENANCE_SECONDS,
    archiveCompletedAfterSeconds: 600, // the table stays small: it is asked at each enqueue
    archiveFailedAfterSeconds: 7 * 24 * 3_600,
    deleteAfterHours: 1,
  })
  boss.on('error', (error) => logger.warn({ error }, 'the job queue reports an error'))
  await boss.start()
  if (database.engine === 'pglite') {
    // this process is the only one: what is active was cut off with the last
    await database.query(
      `update ${SCHEMA}.job set state = 'retry', start_after = now() where state = 'active'`,
    )
  }
  return { boss, sql }
}

const failedName = (queue: { readonly name: string }): string => `${queue.name}-failed`

/** One instance at a time: making a queue locks tables in an order in which two would block each other. */
async function createQueues(database: Database, queue: JobQueue<object>): Promise<void> {
  await database.transaction(async ({ query }) => {
    await query('select pg_advisory_xact_lock($1)', [LOCK])
    const create = (name: string, options: object): Promise<unknown> =>
      query(`select ${SCHEMA}.create_queue($1, $2::text::json)`, [name, JSON.stringify(options)])
    // telling the owner of a failure is tried for half a day
    await create(failedName(queue), {
      policy: 'standard',
      retryLimit: 12,
      retryDelay: 10,
      retryBackoff: true,
      expireInSeconds: queue.expireSeconds,
    })
    await create(queue.name, { policy: 'short' })
  })
}

/** With each job rather than with the queue, whose options stay as they were when it was made. */
function sendOptions(queue: JobQueue<never> | JobQueue<object>, key: string): PgBoss.SendOptions {
  return {
    singletonKey: key,
    retryLimit: queue.retries,
    retryDelay: queue.retrySeconds,
    retryBackoff: queue.retrySeconds > 0,
    expireInSeconds: queue.expireSeconds,
    deadLetter: failedName(queue),
  }
}

async function replaceData(database: Database, queue: string, key: string, data: object): Promise<boolean> {
  const replaced = await database.query(
    `update ${SCHEMA}.job set data = $3::text::jsonb
     where name = $1 and singleton_key = $2 and state = 'created' returning id`,
    [queue, key, JSON.stringify(data)],
  )
  return replaced.length > 0
}

async function isTriedAgain(database: Database, queue: string, key: string): Promise<boolean> {
  const waiting = await database.query(
    `select 1 from ${SCHEMA}.job where name = $1 and singleton_key = $2 and state = 'retry'`,
    [queue, key],
  )
  return waiting.length > 0
}

/** pg-boss keeps what was thrown as JSON; a time-out is its own. */
function toFailure(output: unknown): JobFailure {
  const thrown = (output ?? {}) as { code?: unknown; detail?: unknown; message?: unknown }
  const code = typeof thrown.code === 'string' && isErrorCode(thrown.code) ? thrown.code : 'internal'
  const detail = code === 'internal' ? 'it failed every time; the log of the server says why' : thrown.detail
  return { code, detail: typeof detail === 'string' ? detail : '' }
}
