import { PGlite } from '@electric-sql/pglite'
import { vector } from '@electric-sql/pglite-pgvector'
import { createId, type Json, type JsonObject, lookalikes } from '@modaics/shared'
import { createPrng } from '@modaics/shared/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database, Row } from '../db/database.js'
import { TEST_ENGINES } from '../testing/databases.js'
import { createLookalikes } from './lookalikes.js'

interface Place {
  readonly name: string
  readonly vectors: boolean
  open(): Promise<{ readonly database: Pick<Database, 'query'>; close(): Promise<void> }>
}

/** As a PostgreSQL that has pgvector to offer: the extension is there, and not yet created. */
async function openWithVectors() {
  const pglite = await PGlite.create({ extensions: { vector } })
  await pglite.exec(
    'create table photos (wardrobe_id uuid, id text, item_id text, analysis jsonb, deleted_at timestamptz, updated_at timestamptz, extra jsonb)',
  )
  const query = async <R extends Row>(text: string, params: readonly unknown[] = []): Promise<R[]> =>
    (await pglite.query<R>(text, [...params])).rows
  return { database: { query }, close: () => pglite.close() }
}

const PLACES: readonly Place[] = [
  ...TEST_ENGINES.map(({ name, open }) => ({ name: `${name} as it comes`, vectors: false, open })),
  { name: 'pgvector', vectors: true, open: openWithVectors },
]

describe.each(PLACES)('photos that look alike, on $name', ({ vectors, open }) => {
  let place: Awaited<ReturnType<Place['open']>>
  beforeAll(async () => {
    place = await open()
  })
  afterAll(() => place.close())

  interface Photo {
    readonly itemId: string | null
    readonly analysis: Json
    readonly deletedAt: number | null
  }

  async function insert(wardrobeId: string, photos: readonly Photo[]): Promise<void> {
    for (const { itemId, analysis, deletedAt } of photos)
      await place.database.query(
        `insert into photos (wardrobe_id, id, item_id, analysis, deleted_at, updated_at, extra)
         values ($1, $2, $3, $4::text::jsonb, to_timestamp($5::float8), now(), '{}')`,
        [wardrobeId, createId(), itemId, JSON.stringify(analysis), deletedAt],
      )
  }

  /** rows hold what a person wrote, of whatever type */
  const asRead = (photo: Photo) => ({ ...photo, analysis: photo.analysis as JsonObject | null })

  const rounded = (found: ReadonlyMap<string, number>) =>
    [...found].map(([id, likeness]) => [id, Number(likeness.toFixed(4))] as const).sort()

  test('[FI4] the database says what a device says, of this wardrobe only, whatever is written there', async () => {
    const { below, chance } = createPrng(4)
    const vectorOf = (): number[] => Array.from({ length: 23 }, () => below(255) - 127)
    const photos: Photo[] = Array.from({ length: 60 }, (_, i) => ({
      itemId: i === 50 ? null : `item-${i % 25}`,
      analysis: { features: { eyes: chance(0.8) ? 'new' : 'old', values: vectorOf() } },
      deletedAt: chance(0.1) ? 1 : null,
    }))
    const odd: Json[] = [null, 'x', 7, {}, [], ['1'], [null], [1e300], [[1]], [0, 0, 0], [1, 2], true]
    const strange = odd.map((values, i) => ({
      itemId: `odd-${i}`,
      analysis: { features: { eyes: 'new', values } },
      deletedAt: null,
    }))
    const bare = [null, 'x', 3, [], { features: 'x' }, { features: null }, { features: { values: [1] } }].map(
      (analysis) => ({ itemId: 'bare', analysis, deletedAt: null }),
    )
    const [mine, other] = [createId(), createId()]
    await insert(mine, [...photos, ...strange, ...bare])
    await insert(other, [{ ...photos[0]!, itemId: 'of another' }, ...photos.slice(1, 3)])

    const found = createLookalikes(place.database)
    for (const id of ['item-0', 'item-7', 'odd-10', 'bare', 'nobody']) {
      const expected = lookalikes([...photos, ...strange, ...bare].map(asRead), id)
      expect(rounded(await found(mine, id)), id).toEqual(rounded(expected))
    }
    expect((await found(mine, 'item-0')).size).toBeGreaterThan(10)
    expect((await found(other, 'of another')).has('item-5')).toBe(false)
  })

  test(`[FI4] ${vectors ? 'pgvector compares where the database offers it' : 'without pgvector it is compared in memory'}`, async () => {
    const said: string[] = []
    const query: Database['query'] = (text, params) => {
      said.push(text)
      return place.database.query(text, params)
    }
    await createLookalikes({ query })(createId(), 'nobody')
    expect(said.at(-1)?.includes('<=>')).toBe(vectors)
  })

  test.runIf(vectors)('[FI4] a user who may not create the extension compares in memory', async () => {
    await place.database.query('drop extension if exists vector')
    const query: Database['query'] = async (text, params) => {
      if (text.startsWith('create extension'))
        throw Object.assign(new Error('permission denied to create extension "vector"'), { code: '42501' })
      return place.database.query(text, params)
    }
    const id = createId()
    const analysis = (value: number) => ({ features: { eyes: 'x', values: [value] } })
    await insert(id, [
      { itemId: 'a', analysis: analysis(1), deletedAt: null },
      { itemId: 'b', analysis: analysis(2), deletedAt: null },
    ])
    expect([...(await createLookalikes({ query })(id, 'a'))]).toEqual([['b', 1]])
  })
})
