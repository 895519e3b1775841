import { createId } from '@modaics/shared'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { TEST_ENGINES, type TestDatabase } from '../testing/databases.js'
import { createPostgresHub } from './postgres-hub.js'

const NEVER_MS = 2_000_000_000
const WITHIN = { timeout: 30_000, interval: 20 }

describe('instances on one PostgreSQL', () => {
  let opened: TestDatabase
  beforeAll(async () => {
    const postgres = TEST_ENGINES.find(({ name }) => name === 'postgres')
    opened = await postgres!.open()
  })
  afterAll(() => opened?.close())

  async function wardrobe(): Promise<string> {
    const id = createId()
    await opened.database.query(`insert into wardrobes (id, name) values ($1, 'test')`, [id])
    return id
  }
  /** A commit of which nobody is told. */
  const moveOn = (id: string, head: number) =>
    opened.database.query('update wardrobes set head_seq = $2 where id = $1', [id, head])
  const hub = (instance: string, pollMs: number) =>
    createPostgresHub({ database: opened.database, instance, onError: () => {}, pollMs })

  test('[SV8] a notification reaches the others, and not its sender', async () => {
    const [here, there] = [await hub('here', NEVER_MS), await hub('there', NEVER_MS)]
    const heard: string[] = []
    here.subscribe(
      (id) => void heard.push(`here ${id}`),
      () => new Map(),
    )
    there.subscribe(
      (id) => void heard.push(`there ${id}`),
      () => new Map(),
    )
    const id = await wardrobe()
    here.publish(id, 1)
    await vi.waitFor(() => expect(heard).toEqual([`there ${id}`]), WITHIN)
    await Promise.all([here.close(), there.close()])
  })

  test('[SV8] what was missed while the connection was lost is found when it is back', async () => {
    const here = await hub('here', NEVER_MS)
    const [read, unread] = [await wardrobe(), await wardrobe()]
    const heard: string[] = []
    here.subscribe(
      (id) => void heard.push(id),
      () => new Map([[read, 3], [unread, 3]]), // biome-ignore format: a table
    )
    await moveOn(read, 3)
    await moveOn(unread, 4)
    const [killed] = await opened.database.query<{ count: number }>(
      `select count(pg_terminate_backend(pid))::int as count from pg_stat_activity where query ilike 'listen%'`,
    )
    expect(killed?.count).toBeGreaterThan(0)
    await vi.waitFor(() => expect(heard).toContain(unread), WITHIN)
    expect(new Set(heard)).toEqual(new Set([unread]))
    await here.close()
  })

  test('[SV8] what nobody was told of is found at the next look', async () => {
    const here = await hub('here', 20)
    const id = await wardrobe()
    let known = 0
    const heard: string[] = []
    here.subscribe(
      (moved) => {
        heard.push(moved)
        known = 1
      },
      () => new Map([[id, known]]),
    )
    await moveOn(id, 1)
    await vi.waitFor(() => expect(heard).toEqual([id]), WITHIN)
    await here.close()
  })
})
