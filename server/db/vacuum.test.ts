import { expect, test, vi } from 'vitest'
import { migrate } from './migrate.js'
import { openPgliteDatabase } from './pglite-database.js'
import { vacuumWorn } from './vacuum.js'

test('the embedded database gets the room of dead rows back, and only where there are many', async () => {
  const database = await openPgliteDatabase('memory://')
  try {
    await migrate(database)
    const size = async (): Promise<number> => {
      const [row] = await database.query<{ bytes: number }>(
        `select pg_relation_size('wardrobes')::float8 as bytes`,
      )
      return row?.bytes ?? 0
    }
    const wear = (): Promise<void> =>
      database.script(
        `insert into wardrobes (id, name) select gen_random_uuid(), 'worn' from generate_series(1, 2000);
         delete from wardrobes`,
      )
    // PostgreSQL counts dead rows a second later.
    const vacuumed = (): Promise<readonly string[]> =>
      vi.waitFor(
        async () => {
          const tables = await vacuumWorn(database)
          expect(tables).not.toEqual([])
          return tables
        },
        { timeout: 60_000, interval: 200 },
      )
    await wear()
    const worn = await size()
    expect(worn).toBeGreaterThan(0)
    expect(await vacuumed()).toEqual(['public.wardrobes'])
    expect(await size()).toBe(0)
    await wear()
    expect(await size()).toBe(worn)
    await vacuumed()
    expect(await vacuumWorn(database)).toEqual([])
  } finally {
    await database.close()
  }
})
