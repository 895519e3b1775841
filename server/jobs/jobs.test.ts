import { ModaicsError } from '@modaics/shared'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { TEST_ENGINES, type TestDatabase } from '../testing/databases.js'
import { createSilentLogger } from '../testing/silent-logger.js'
import type { JobFailure, JobQueue } from './job-queue.js'
import { createJobs, type Jobs } from './jobs.js'

interface Data {
  readonly n: number
}

const patience = { timeout: 60_000, interval: 20 }
let queues = 0

describe.each(TEST_ENGINES)('jobs on $name', (engine) => {
  let opened: TestDatabase
  const logger = createSilentLogger()
  const started: Jobs[] = []
  beforeAll(async () => {
    opened = await engine.open()
  })
  afterEach(async () => {
    for (const jobs of started.splice(0)) await jobs.stop()
  })
  afterAll(() => opened.close())

  const newJobs = (options: { drainMs?: number } = {}): Jobs => {
    const jobs = createJobs({ database: opened.database, logger, pollMs: 50, ...options })
    started.push(jobs)
    return jobs
  }
  const newQueue = (over: Partial<JobQueue<Data>> = {}): JobQueue<Data> => ({
    name: `test-${queues++}`,
    data: z.object({ n: z.number() }),
    retries: 2,
    retrySeconds: 0,
    expireSeconds: 60,
    concurrency: 2,
    ...over,
  })
  const never = async (): Promise<void> => {
    throw new Error('it did not fail')
  }
  const statesOf = async (queue: JobQueue<Data>): Promise<unknown[]> =>
    (
      await opened.database.query('select state::text from pgboss.job where name = $1 order by created_on', [
        queue.name,
      ])
    ).map(({ state }) => state)

  test('a job is done once, and its worker need not exist when it is enqueued', async () => {
    const queue = newQueue()
    const jobs = newJobs()
    await jobs.enqueue(queue, 'a', { n: 7 })
    const done: number[] = []
    jobs.work(queue, async ({ n }) => void done.push(n), never)
    await vi.waitFor(async () => expect(await statesOf(queue)).toEqual(['completed']), patience)
    expect(done).toEqual([7])
  })

  test('while one with a key waits, another is not added', async () => {
    const queue = newQueue()
    const jobs = newJobs()
    await Promise.all([1, 2, 3].map((n) => jobs.enqueue(queue, 'a', { n })))
    await jobs.enqueue(queue, 'b', { n: 4 })
    expect(await statesOf(queue)).toEqual(['created', 'created'])
  })

  test('the waiting one takes over the data where that is wanted', async () => {
    const queue = newQueue()
    const jobs = newJobs()
    await jobs.enqueue(queue, 'a', { n: 1 })
    await jobs.enqueue(queue, 'a', { n: 2 }, { replace: true })
    await jobs.enqueue(queue, 'a', { n: 3 })
    const done: number[] = []
    jobs.work(queue, async ({ n }) => void done.push(n), never)
    await vi.waitFor(async () => expect(await statesOf(queue)).toEqual(['completed']), patience)
    expect(done).toEqual([2])
  })

  test('one enqueued while its twin runs is done after it, never beside it', async () => {
    const queue = newQueue()
    const [jobs, elsewhere] = [newJobs(), newJobs()]
    let now = 0
    let most = 0
    let done = 0
    const handler = async (_: Data): Promise<void> => {
      most = Math.max(most, ++now)
      if (done === 0 && now === 1) {
        await jobs.enqueue(queue, 'a', { n: 2 })
        // until the twin was fetched: it is handed back, or else it runs beside this one
        const fetched = async () => most > 1 || (await statesOf(queue)).includes('retry')
        await vi.waitFor(async () => expect(await fetched()).toBe(true), patience)
      }
      now--
      done++
    }
    jobs.work(queue, handler, never)
    elsewhere.work(queue, handler, never)
    await jobs.enqueue(queue, 'a', { n: 1 })
    await vi.waitFor(() => expect(done).toBe(2), patience)
    expect(most).toBe(1)
  })

  test('what throws is tried again, and then succeeds', async () => {
    const queue = newQueue()
    const jobs = newJobs()
    let tries = 0
    jobs.work(
      queue,
      async () => {
        if (++tries < 3) throw new Error('not yet')
      },
      never,
    )
    await jobs.enqueue(queue, 'a', { n: 1 })
    await vi.waitFor(async () => expect(await statesOf(queue)).toEqual(['completed']), patience)
    expect(tries).toBe(3)
  })

  test('after the last try the failure is told, with its code', async () => {
    const queue = newQueue()
    const jobs = newJobs()
    const told: [number, JobFailure][] = []
    let tries = 0
    jobs.work(
      queue,
      async () => {
        tries++
        throw new ModaicsError('damaged-picture', 'half of it is missing')
      },
      async ({ n }, failure) => void told.push([n, failure]),
    )
    await jobs.enqueue(queue, 'a', { n: 5 })
    await vi.waitFor(() => expect(told).toHaveLength(1), patience)
    expect(told).toEqual([[5, { code: 'damaged-picture', detail: 'half of it is missing' }]])
    expect(tries).toBe(3)
  })

  test('what a stranger threw is told without its words', async () => {
    const queue = newQueue({ retries: 0 })
    const jobs = newJobs()
    const told: JobFailure[] = []
    jobs.work(
      queue,
      async () => {
        throw new Error('connect ECONNREFUSED 10.0.0.7:5432')
      },
      async (_, failure) => void told.push(failure),
    )
    await jobs.enqueue(queue, 'a', { n: 1 })
    await vi.waitFor(() => expect(told).toHaveLength(1), patience)
    expect(told[0]?.code).toBe('internal')
    expect(told[0]?.detail).not.toContain('10.0.0.7')
  })

  test('stop waits for a running job', async () => {
    const queue = newQueue()
    const jobs = newJobs()
    let ended = false
    let letGo = (): void => {}
    const gate = new Promise<void>((open) => {
      letGo = open
    })
    const begun = new Promise<void>((begin) => {
      jobs.work(
        queue,
        async () => {
          begin()
          await gate
          ended = true
        },
        never,
      )
    })
    await jobs.enqueue(queue, 'a', { n: 1 })
    await begun
    const order: string[] = []
    const stopping = jobs
      .stop()
      .then(() => order.push(ended ? 'stopped after the job' : 'stopped before the job'))
    await new Promise(setImmediate)
    expect(order).toEqual([])
    letGo()
    await stopping
    expect(order).toEqual(['stopped after the job'])
    expect(await statesOf(queue)).toEqual(['completed'])
    await expect(jobs.enqueue(queue, 'a', { n: 1 })).rejects.toMatchObject({ code: 'shutting-down' })
  })

  test('stop aborts what does not end, and hands it back untried', async () => {
    const queue = newQueue({ retries: 0 })
    const jobs = newJobs({ drainMs: 10 })
    const begun = new Promise<void>((begin) => {
      jobs.work(
        queue,
        async (_, { signal }) => {
          begin()
          await new Promise((_resolve, reject) =>
            signal.addEventListener('abort', () => reject(signal.reason)),
          )
        },
        never,
      )
    })
    await jobs.enqueue(queue, 'a', { n: 1 })
    await begun
    await jobs.stop()
    expect(await statesOf(queue)).toEqual(['retry'])
    const done: number[] = []
    newJobs().work(queue, async ({ n }) => void done.push(n), never)
    await vi.waitFor(() => expect(done).toEqual([1]), patience)
  })

  test('a job of a process that died is done by the next', async () => {
    const queue = newQueue()
    await newJobs().enqueue(queue, 'a', { n: 9 })
    // as a process leaves it that fetched it and was killed: active, and for PostgreSQL past its time
    await opened.database.query(
      `update pgboss.job set state = 'active', started_on = now() - interval '1 hour' where name = $1`,
      [queue.name],
    )
    const done: number[] = []
    const next = newJobs()
    next.work(queue, async ({ n }) => void done.push(n), never)
    if (engine.name === 'postgres') {
      const { default: PgBoss } = await import('pg-boss')
      const boss = new PgBoss({ connectionString: opened.url!, schedule: false, supervise: false })
      await boss.start()
      await boss.maintain() // what every instance does once a minute
      await boss.stop({ graceful: false })
    }
    await vi.waitFor(() => expect(done).toEqual([9]), patience)
  })

  test('many jobs are all done', async () => {
    const queue = newQueue({ concurrency: 4 })
    const jobs = newJobs()
    const done = new Set<number>()
    jobs.work(queue, async ({ n }) => void done.add(n), never)
    await Promise.all(Array.from({ length: 50 }, (_, n) => jobs.enqueue(queue, `k${n}`, { n })))
    await vi.waitFor(() => expect(done.size).toBe(50), patience)
  })
})
