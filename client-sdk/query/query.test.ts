import { conflicts, items, outfitItems } from '@modaics/shared'
import { and, arrayContains, desc, eq, sql as fragment, gt } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, expectTypeOf, test, vi } from 'vitest'
import type { Projection } from '../projection/projection.js'
import {
  keyed,
  makeRecord,
  makeSource,
  openTestProjection,
  WARDROBE,
} from '../projection/projection-fixture.js'
import { createProjector, type Projector } from '../projection/projector.js'
import { createDatabase } from './database.js'
import { createOrm, type Orm } from './orm.js'
import { createSql, type Sql } from './sql.js'

const CREATED = Date.UTC(2024, 5, 1, 10, 30)

let projection: Projection
let projector: Projector
let sql: Sql
let orm: Orm

beforeAll(async () => {
  const opening = openTestProjection(
    makeSource(
      makeRecord('items', 'i1', {
        name: 'Coat',
        price: 300,
        'tags.wool': true,
        createdAt: CREATED,
        colors: [{ hex: '#000000', name: 'black', share: 1 }],
      }),
      makeRecord(
        'items',
        'i2',
        { name: 'Shirt', price: 40, 'tags.linen': true, 'tags.blue': true },
        {
          conflicts: [
            {
              kind: 'items',
              id: 'i2',
              field: 'name',
              winner: { value: 'Shirt', name: [8_192_000, 'a/1'] },
              losers: [{ value: '2024', name: [4_096_000, 'b/1'] }],
            },
          ],
        },
      ),
      makeRecord('outfit_items', 'o:i1', { outfitId: 'o', itemId: 'i1' }),
    ),
  )
  projector = createProjector(opening)
  // Made before PGlite is open: both wait.
  sql = createSql(createDatabase(opening, projector.settled, projector.watch))
  orm = createOrm(createDatabase(opening, projector.settled, projector.watch))
  expect(await sql.query<{ n: number }>('select count(*)::int as n from items')).toEqual([{ n: 2 }])
  projection = await opening
})
afterAll(() => projector.close())

describe('SQL', () => {
  test('answers with rows, takes parameters, and passes on mistakes as they are', async () => {
    const rows = await sql.query<{ name: string; created_at: Date; tags: string[] }>(
      'select name, created_at, tags from items where price > $1',
      [100],
    )
    expect(rows).toEqual([{ name: 'Coat', created_at: new Date(CREATED), tags: ['wool'] }])
    await expect(sql.query('select nothing from nowhere')).rejects.toMatchObject({ code: '42P01' })
  })

  test.each([
    `delete from items`,
    `update items set name = 'x'`,
    `insert into items (wardrobe_id, id, tags) values ('${WARDROBE}', 'x', '{}')`,
    `with gone as (delete from items returning *) select * from gone`,
    `create table mine (id int)`,
    `drop table items`,
    `truncate items`,
  ])('refuses to write: %s', async (text) => {
    await expect(sql.query(text)).rejects.toMatchObject({ code: 'forbidden' })
    expect(await sql.query('select count(*)::int as n from items')).toEqual([{ n: 2 }])
  })

  test('[PR1] sees everything that was pushed before it was called', async () => {
    for (let i = 0; i < 50; i++) {
      projector.push(keyed(makeRecord('wears', `w${i}`, { itemId: 'i1' })))
      expect(await sql.query('select count(*)::int as n from wears')).toEqual([{ n: i + 1 }])
    }
  })
})

describe('live queries', () => {
  const rename = (name: string) => projector.push(keyed(makeRecord('items', 'i1', { name, price: 300 })))

  test('run at once and after every change of what they read, until they are ended', async () => {
    const seen: string[][] = []
    const subscription = await sql.live<{ name: string }>(
      'select name from items where price > $1 order by name;',
      [100],
      (rows) => seen.push(rows.map(({ name }) => name)),
    )
    expect(seen).toEqual([['Coat']])
    rename('Parka')
    await vi.waitFor(() => expect(seen.at(-1)).toEqual(['Parka']), { timeout: 30_000 })
    await subscription.unsubscribe()
    await subscription.unsubscribe()
    const before = seen.length
    rename('Anorak')
    expect(await sql.query(`select name from items where id = 'i1'`)).toEqual([{ name: 'Anorak' }])
    expect(seen).toHaveLength(before)
  })

  test.each([
    'delete from items returning *',
    'with gone as (delete from items returning *) select * from gone',
    'select 1; drop table items',
    'select 1) as a; drop table items; select * from (select 1',
    'select * from nowhere',
  ])('refuses what is no single select: %s', async (text) => {
    await expect(sql.live(text, [], () => undefined)).rejects.toThrow()
    expect(await sql.query('select count(*)::int as n from items')).toEqual([{ n: 2 }])
  })
})

describe('drizzle', () => {
  test('selects typed rows', async () => {
    const rows = await orm.select().from(items).where(eq(items.id, 'i2'))
    expectTypeOf(rows).toEqualTypeOf<(typeof items.$inferSelect)[]>()
    expect(rows).toMatchObject([
      { wardrobeId: WARDROBE, id: 'i2', name: 'Shirt', tags: ['blue', 'linen'], brand: null, extra: {} },
    ])
    expect(rows[0]?.updatedAt).toBeInstanceOf(Date)
  })

  test('filters by every kind of value', async () => {
    projector.push(
      keyed(makeRecord('items', 'i1', { name: 'Coat', price: 300, createdAt: CREATED, 'tags.wool': true })),
    )
    const some = await orm
      .select({ name: items.name, createdAt: items.createdAt })
      .from(items)
      .where(
        and(
          arrayContains(items.tags, ['wool']),
          gt(items.price, 10),
          eq(items.createdAt, new Date(CREATED)),
          eq(items.wardrobeId, WARDROBE),
        ),
      )
      .orderBy(desc(items.name))
    expect(some).toEqual([{ name: 'Coat', createdAt: new Date(CREATED) }])
  })

  test('joins, counts, and queries by table', async () => {
    expect(
      await orm
        .select({ item: items.id, outfit: outfitItems.outfitId })
        .from(items)
        .leftJoin(outfitItems, eq(outfitItems.itemId, items.id))
        .orderBy(items.id),
    ).toEqual([
      { item: 'i1', outfit: 'o' },
      { item: 'i2', outfit: null },
    ])
    expect(await orm.$count(items)).toBe(2)
    expect(await orm.query.items.findFirst({ where: eq(items.id, 'i2'), columns: { name: true } })).toEqual({
      name: 'Shirt',
    })
  })

  test('a conflict shows the values as they were written', async () => {
    const [row] = await orm.select().from(conflicts)
    expect(row).toMatchObject({
      recordId: 'i2',
      field: 'name',
      value: '2024',
      winnerValue: 'Shirt',
      by: 'b/1',
    })
    expect(row?.hlc).toBe(4_096_000)
  })

  test('[PR4] refuses to write', async () => {
    await expect(orm.execute(fragment`delete from items`)).rejects.toMatchObject({
      cause: { code: 'forbidden' },
    })
    expectTypeOf<Orm>().not.toHaveProperty('insert')
  })
})

describe('closing and failing', () => {
  test('close ends live queries, and what comes later is refused with `closed`', async () => {
    const mine = createSql(createDatabase(Promise.resolve(projection), projector.settled, projector.watch))
    const seen: unknown[] = []
    await mine.live('select name from items', [], (rows) => seen.push(rows))
    await mine.close()
    projector.push(keyed(makeRecord('items', 'i1', { name: 'Cape', price: 300 })))
    await projector.settled()
    expect(seen).toHaveLength(1)
    await expect(mine.query('select 1')).rejects.toMatchObject({ code: 'closed' })
    await expect(mine.live('select 1', [], () => undefined)).rejects.toMatchObject({ code: 'closed' })
  })

  test('a projection that does not open fails the query that waits for it', async () => {
    const failing = Promise.reject(new Error('no place'))
    const mine = createSql(
      createDatabase(
        failing,
        async () => undefined,
        () => () => undefined,
      ),
    )
    await expect(mine.query('select 1')).rejects.toThrow('no place')
  })
})
