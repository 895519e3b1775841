import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TEST_ENGINES, type TestDatabase } from '../testing/databases.js'
import { readCopyBinary } from './copy-binary.js'
import { isUniqueViolation } from './database.js'
import { migrate } from './migrate.js'
import { users } from './schema/index.js'

describe.each(TEST_ENGINES)('database contract on $name', (engine) => {
  let opened: TestDatabase
  beforeAll(async () => {
    opened = await engine.open()
  })
  afterAll(() => opened.close())

  test('answers with the same JavaScript types', async () => {
    const rows = await opened.database.query(
      `select 9007199254740991::int8 as big, '\\x0102'::bytea as bytes, $1::text::jsonb as json, extract(epoch from timestamptz '2026-01-01T00:00Z') * 1000 as at, array['a','b'] as list`,
      [JSON.stringify({ a: [1, 'x', null] })],
    )
    const row = rows[0]!
    expect(row.big).toBe(9007199254740991)
    expect(Buffer.from(row.bytes as Uint8Array).toString('hex')).toBe('0102')
    expect(row.json).toEqual({ a: [1, 'x', null] })
    expect(Number(row.at)).toBe(1767225600000)
    expect(row.list).toEqual(['a', 'b'])
  })

  test('takes bytes as a parameter and gives them back', async () => {
    const bytes = Uint8Array.from({ length: 300 }, (_, i) => i % 256)
    const [row] = await opened.database.query('select $1::bytea as bytes', [bytes])
    expect(new Uint8Array(row!.bytes as Uint8Array)).toEqual(bytes)
  })

  test('copies rows out as bytes', async () => {
    const copied = await opened.database.copyOut(
      `select n::int8, case when n = 2 then null else decode(repeat('0aff', n * 100000), 'hex') end
         from generate_series(1, 3) as n order by n`,
    )
    const rows = readCopyBinary(copied)
    expect(rows.map(([n, bytes]) => [Number(n!.readBigInt64BE()), bytes?.length ?? null])).toEqual([
      [1, 200_000],
      [2, null],
      [3, 600_000],
    ])
    expect(rows[0]![1]!.subarray(0, 4).toString('hex')).toBe('0aff0aff')
    expect(readCopyBinary(await opened.database.copyOut('select 1 where false'))).toEqual([])
    await expect(opened.database.copyOut('select nonsense')).rejects.toThrow(/nonsense/)
    expect(await opened.database.query('select 1 as one')).toEqual([{ one: 1 }])
  })

  test('bytes that are no copy, or cut off, are refused', async () => {
    expect(() => readCopyBinary(Buffer.from('hello hello hello hello'))).toThrow('not COPY')
    const copied = await opened.database.copyOut(`select decode(repeat('00', 100), 'hex')`)
    expect(() => readCopyBinary(copied.subarray(0, 60))).toThrow('cut off')
  })

  test('drizzle writes and reads dates, and a unique violation is told apart', async () => {
    const id = '00000000-0000-7000-8000-000000000001'
    const { orm } = opened.database
    await orm.insert(users).values({ id, email: 'a@b.example', passwordHash: 'x' })
    const [user] = await orm.select().from(users).where(eq(users.id, id))
    expect(user?.createdAt).toBeInstanceOf(Date)
    const twice = orm.insert(users).values({ id, email: 'a@b.example', passwordHash: 'x' })
    await expect(twice.then(() => null, isUniqueViolation)).resolves.toBe(true)
  })

  test('a transaction that throws leaves nothing', async () => {
    const id = '00000000-0000-7000-8000-000000000002'
    const failing = opened.database.transaction(async (runner) => {
      await runner.orm.insert(users).values({ id, email: 'c@d.example', passwordHash: 'x' })
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(await opened.database.query('select 1 from users where id = $1', [id])).toEqual([])
  })

  test('large copies leave every connection usable', async () => {
    const rows = `select decode(repeat('ab', 60000), 'hex') as bytes`
    for (let n = 0; n < 12; n++) {
      expect((await opened.database.copyOut(rows)).byteLength).toBeGreaterThan(60_000)
      await Promise.all(Array.from({ length: 12 }, () => opened.database.query('select 1 as one')))
    }
  })

  test('migrations run once', async () => {
    expect(await migrate(opened.database)).toEqual([])
  })

  test('a notification arrives', async () => {
    const heard = new Promise<string>(
      (resolve) =>
        void opened.database
          .listen('modaics_test', resolve)
          .then(() => opened.database.query(`select pg_notify('modaics_test', 'hello')`)),
    )
    expect(await heard).toBe('hello')
  })
})
