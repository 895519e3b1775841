import { mkdir, mkdtemp, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Projection } from './projection.js'
import { makeRecord, makeSource, openTestProjection, WARDROBE } from './projection-fixture.js'

const conflict = (id: string, loser: string) => ({
  kind: 'items',
  id,
  field: 'name',
  winner: { value: 'Coat', name: [8_000_000, 'a/1'] as const },
  losers: [{ value: loser, name: [4_096_000, 'b/1'] as const }],
})

const open = new Set<Projection>()
const opened = async (opening: Promise<Projection>): Promise<Projection> => {
  const projection = await opening
  open.add(projection)
  return projection
}
const close = async (projection: Projection) => {
  open.delete(projection)
  await projection.close()
}
afterEach(async () => {
  for (const projection of open) await close(projection)
})

const names = async ({ pglite }: Projection) =>
  (await pglite.query<{ id: string; name: string }>('select id, name from items order by id')).rows.map(
    ({ id, name }) => `${id}:${name}`,
  )

describe.each(['memory', 'folder'] as const)('a projection in %s', (storage) => {
  let folder: string
  let place: { dataDir: string; removeData(dataDir: string): Promise<void> }
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'modaics-projection-'))
    const dataDir = storage === 'memory' ? 'memory://' : join(folder, 'pglite')
    place = { dataDir, removeData: (path) => rm(path, { recursive: true, force: true }) }
  })
  afterEach(() => rm(folder, { recursive: true }))

  test('[PR1] holds a row for each record, with the values of every type, and follows changes', async () => {
    const purchasedAt = Date.UTC(2024, 1, 29, 12)
    const source = makeSource(
      makeRecord('items', 'i1', {
        name: `It's a "coat" \\ 🧥`,
        'tags.linen': true,
        'tags.a,b {c}': true,
        colors: [{ hex: '#112233', share: 0.5 }],
        price: 12.5,
        favorite: false,
        purchasedAt,
        unknown: { deep: [1, null] },
      }),
      makeRecord('outfit_items', 'o1:i1', { outfitId: 'o1', itemId: 'i1', position: 0 }),
    )
    const projection = await opened(openTestProjection(source, place))
    expect(projection.rebuilt).toBe('missing')
    const { rows } = await projection.pglite.query('select * from items')
    expect(rows).toMatchObject([
      {
        wardrobe_id: WARDROBE,
        id: 'i1',
        name: `It's a "coat" \\ 🧥`,
        tags: ['a,b {c}', 'linen'],
        seasons: [],
        colors: [{ hex: '#112233', share: 0.5 }],
        price: 12.5,
        favorite: false,
        brand: null,
        purchased_at: new Date(purchasedAt),
        extra: { unknown: { deep: [1, null] } },
      },
    ])
    await projection.apply([
      makeRecord('items', 'i1', { name: 'first' }, { at: 1_800_000_000_000 }),
      makeRecord('items', 'i2', { name: 'New' }),
      makeRecord('items', 'i1', { name: 'last' }, { at: 1_800_000_000_001 }),
    ])
    expect(await names(projection)).toEqual(['i1:last', 'i2:New'])
    expect((await projection.pglite.query('select count(*)::int as n from outfit_items')).rows).toEqual([
      { n: 1 },
    ])
  })

  test('[PR5] lists conflicts, and drops them when they are settled', async () => {
    const source = makeSource(
      makeRecord('items', 'i1', { name: 'Coat' }, { conflicts: [conflict('i1', '2024')] }),
      makeRecord('items', 'i2', { name: 'Coat' }, { conflicts: [conflict('i2', 'Jacket')] }),
    )
    const projection = await opened(openTestProjection(source, place))
    const select = 'select record_id, field, hlc, by, value, winner_value from conflicts order by record_id'
    const row = { field: 'name', hlc: 4_096_000, by: 'b/1', winner_value: 'Coat' }
    expect((await projection.pglite.query(select)).rows).toEqual([
      { record_id: 'i1', value: '2024', ...row },
      { record_id: 'i2', value: 'Jacket', ...row },
    ])
    await projection.apply([
      makeRecord('items', 'i1', { name: 'Coat' }),
      makeRecord('items', 'i2', { name: 'Coat' }, { conflicts: [conflict('i2', 'Parka')] }),
    ])
    expect((await projection.pglite.query(select)).rows).toEqual([
      { record_id: 'i2', value: 'Parka', ...row },
    ])
  })

  test('writes many records of all kinds at once', async () => {
    const source = makeSource(
      ...Array.from({ length: 2_300 }, (_, i) => makeRecord('items', `i${i}`, { name: `n${i}` })),
      ...Array.from({ length: 1_001 }, (_, i) => makeRecord('wears', `w${i}`, { itemId: `i${i}` })),
      makeRecord('outfits', 'o', { rating: 5 }),
      makeRecord('feedback', 'f', { itemIds: ['i1'] }),
      makeRecord('photos', 'p', { bytes: 5 }),
      makeRecord('profile', 'me', { preferences: { theme: 'dark' } }),
    )
    const projection = await opened(openTestProjection(source, place))
    const { rows } = await projection.pglite.query(`select (select count(*) from items)::int as items,
      (select count(*) from wears)::int as wears, (select rating from outfits) as rating,
      (select item_ids from feedback) as ids, (select preferences from profile) as preferences`)
    expect(rows).toEqual([
      { items: 2_300, wears: 1_001, rating: 5, ids: ['i1'], preferences: { theme: 'dark' } },
    ])
  })

  test('[PR3] a record that PostgreSQL refuses is skipped and named; the others are there', async () => {
    const bad = makeRecord('items', 'i5', { price: 'much' })
    const source = makeSource(
      ...Array.from({ length: 10 }, (_, i) => makeRecord('items', `i${i}`, { name: `n${i}` })),
      bad,
    )
    const projection = await opened(openTestProjection(source, place))
    expect((await names(projection)).map((name) => name.slice(0, 2))).toEqual(
      [0, 1, 2, 3, 4, 6, 7, 8, 9].map((i) => `i${i}`),
    )
    expect(projection.skipped()).toMatchObject([{ kind: 'items', id: 'i5' }])
    await projection.apply([makeRecord('items', 'i5', { name: 'good' })])
    expect(await names(projection)).toContain('i5:good')
    expect(projection.skipped()).toEqual([])
  })

  test('[PR4] refuses to be written by SQL', async () => {
    const projection = await opened(openTestProjection(makeSource(), place))
    await expect(projection.pglite.query('delete from items')).rejects.toMatchObject({ code: '25006' })
  })

  test('after close it refuses with `closed`', async () => {
    const projection = await openTestProjection(makeSource(), place)
    await projection.close()
    await projection.close()
    await expect(projection.apply([makeRecord('items', 'i1', {})])).rejects.toMatchObject({ code: 'closed' })
  })
})

describe('a projection that is opened again', () => {
  let folder: string
  let dataDir: string
  const options = () => ({
    dataDir,
    removeData: (path: string) => rm(path, { recursive: true, force: true }),
  })
  const source = makeSource(
    makeRecord('items', 'i1', { name: 'One' }),
    makeRecord('items', 'i2', { name: 'Two' }),
    makeRecord('items', 'i3', { name: 'Three' }),
  )

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'modaics-projection-'))
    dataDir = join(folder, 'pglite')
    await close(await opened(openTestProjection(source, options())))
  })
  afterEach(() => rm(folder, { recursive: true }))

  test('writes only what differs: new, changed and gone records', async () => {
    const changed = makeSource(
      makeRecord('items', 'i1', { name: 'One' }),
      makeRecord('items', 'i2', { name: 'Deux' }, { conflicts: [conflict('i2', 'Zwei')] }),
      makeRecord('items', 'i4', { name: 'Four' }),
    )
    const first = await opened(openTestProjection(source, options()))
    expect(first.rebuilt).toBeNull()
    const version = async (projection: Projection) =>
      (await projection.pglite.query(`select xmin::text from items where id = 'i1'`)).rows
    const before = await version(first)
    await close(first)
    const second = await opened(openTestProjection(changed, options()))
    expect(second.rebuilt).toBeNull()
    expect(await names(second)).toEqual(['i1:One', 'i2:Deux', 'i4:Four'])
    expect(await version(second)).toEqual(before)
    await close(second)
    const third = await opened(openTestProjection(makeSource(), options()))
    expect(await names(third)).toEqual([])
    expect((await third.pglite.query('select * from conflicts')).rows).toEqual([])
  })

  test('[PR2] another version of the tables is `stale`', async () => {
    const { PGlite } = await import('@electric-sql/pglite')
    const raw = await PGlite.create(dataDir)
    await raw.exec(
      'update projection.made set version = 0; drop table wears; alter table items drop column name',
    )
    await raw.close()
    const projection = await opened(openTestProjection(source, options()))
    expect(projection.rebuilt).toBe('stale')
    expect(await names(projection)).toEqual(['i1:One', 'i2:Two', 'i3:Three'])
  })

  test('[PR2] another wardrobe is `stale`, and nothing of the first one is left', async () => {
    const other = await opened(
      openTestProjection(makeSource(makeRecord('items', 'x', { name: 'Mine' })), {
        ...options(),
        wardrobeId: '0190c0de-0000-7000-8000-000000000002',
      }),
    )
    expect(other.rebuilt).toBe('stale')
    expect(await names(other)).toEqual(['x:Mine'])
  })

  const garbage = new Uint8Array(8192).map((_, i) => (i * 73 + 11) & 255)
  const base = async () => (await readdir(join(dataDir, 'base'))).map((name) => join(dataDir, 'base', name))
  const files = async (): Promise<string[]> => {
    const all: string[] = []
    for (const folder of await base())
      for (const name of await readdir(folder)) {
        const path = join(folder, name)
        if ((await stat(path)).isFile()) all.push(path)
      }
    return all
  }
  const DAMAGES: Record<string, () => Promise<void>> = {
    'no pg_control': () => rm(join(dataDir, 'global', 'pg_control')),
    'pg_control of garbage': () => writeFile(join(dataDir, 'global', 'pg_control'), garbage),
    'an empty pg_control': () => truncate(join(dataDir, 'global', 'pg_control'), 0),
    'PG_VERSION of an older PostgreSQL': () => writeFile(join(dataDir, 'PG_VERSION'), '16\n'),
    'no write-ahead log': async () => {
      await rm(join(dataDir, 'pg_wal'), { recursive: true })
      await mkdir(join(dataDir, 'pg_wal'))
    },
    'all tables of garbage': async () => {
      for (const path of await files()) await writeFile(path, garbage)
    },
    'all tables cut off': async () => {
      for (const path of await files()) await truncate(path, 100)
    },
    'no base folder': () => rm(join(dataDir, 'base'), { recursive: true }),
    'a file in place of the folder': async () => {
      await rm(dataDir, { recursive: true })
      await writeFile(dataDir, garbage)
    },
  }
  test.each(Object.keys(DAMAGES))('[PR2] %s: the rows are made again', async (name) => {
    await DAMAGES[name]?.()
    const projection = await opened(openTestProjection(source, options()))
    expect(projection.rebuilt).toBe('damaged')
    expect(await names(projection)).toEqual(['i1:One', 'i2:Two', 'i3:Three'])
  })

  test('a creation that did not get as far as PG_VERSION is `missing`, and made anew', async () => {
    await rm(join(dataDir, 'PG_VERSION'))
    const projection = await opened(openTestProjection(source, options()))
    expect(projection.rebuilt).toBe('missing')
    expect(await names(projection)).toEqual(['i1:One', 'i2:Two', 'i3:Three'])
  })

  test('[PR2] garbage in the pages of one table only is found on opening', async () => {
    const { PGlite } = await import('@electric-sql/pglite')
    const raw = await PGlite.create(dataDir)
    const { rows } = await raw.query<{ path: string }>(`select pg_relation_filepath('items') as path`)
    await raw.close()
    await writeFile(join(dataDir, rows[0]?.path ?? ''), garbage)
    const projection = await opened(openTestProjection(source, options()))
    expect(projection.rebuilt).toBe('damaged')
    expect(await names(projection)).toEqual(['i1:One', 'i2:Two', 'i3:Three'])
  })
})
