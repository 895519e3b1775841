import { createId } from '@modaics/shared'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLocalHub } from '../hub/local-hub.js'
import { createEpochs } from '../ingest/epochs.js'
import { createIngest, type Ingest } from '../ingest/ingest.js'
import { createSqlCommitStore } from '../ingest/sql-commit-store.js'
import { createSqlEpochStore } from '../ingest/sql-epoch-store.js'
import { TEST_ENGINES, type TestDatabase } from '../testing/databases.js'
import { createEraser } from './eraser.js'
import { createPurges } from './purges.js'
import { readErased } from './tombstones.js'

const DAY = 86_400_000
const AUTHOR = { source: 'user', device: 'phone-0001' } as const
const silent = { info() {}, warn() {}, error() {} }

describe.each(TEST_ENGINES)('the eraser on $name', (engine) => {
  let opened: TestDatabase
  beforeAll(async () => {
    opened = await engine.open()
  })
  afterAll(() => opened?.close())

  let client = 3_000_000_000
  async function wardrobe() {
    const id = createId()
    const { database } = opened
    let time = Date.UTC(2026, 0, 1)
    const now = (): number => time
    const randomClient = (): number => ++client
    await database.query(`insert into wardrobes (id, name) values ($1, 'test')`, [id])
    /** One more instance on the same database. */
    const instance = (): Ingest =>
      createIngest({
        store: createSqlCommitStore(database),
        hub: createLocalHub(),
        now,
        randomClient,
        erased: (wardrobeId) => readErased(database, wardrobeId),
      })
    const ingest = instance()
    const store = createSqlCommitStore(database)
    const mailbox = ingest.mailbox
    const epochStore = createSqlEpochStore(database)
    const epochs = createEpochs({ epochStore, store, mailbox, randomClient, deadPercent: 100, minBytes: 0 })
    const purges = createPurges(database, now)
    const pictures: string[] = []
    let fault: Error | null = null
    const eraser = createEraser({
      database,
      epochs,
      purges,
      photos: { erase: async (_, hash) => void pictures.push(hash) },
      forgetStored() {
        if (fault) throw fault
      },
      afterMs: DAY,
      rewriteBytes: 1e9,
      now,
      logger: silent,
    })
    const set = (kind: string, record: string, fields: Record<string, string | number | null>) =>
      ingest.write(id, AUTHOR, [{ kind, id: record, set: fields }])
    return {
      id,
      instance,
      purges,
      eraser,
      pictures,
      set,
      async piece(name: string): Promise<string> {
        const record = createId()
        await set('items', record, { name })
        await set('items', record, { name: `${name} again` })
        return record
      },
      async purge(record: string): Promise<void> {
        await set('items', record, { deletedAt: time })
        expect(await purges.ask(id, { kind: 'items', id: record }, createId())).toBe(time)
      },
      pass: (ms: number) => {
        time += ms
      },
      failing: (with_: Error | null) => {
        fault = with_
      },
      /** of which records there is something in any table */
      async names(): Promise<string[]> {
        const rows = await database.query<{ id: string }>(
          `select id from folds where wardrobe_id = $1 union select id from history where wardrobe_id = $1
           union select id from items where wardrobe_id = $1 union select id from photos where wardrobe_id = $1
           union select record_id from conflicts where wardrobe_id = $1`,
          [id],
        )
        return rows.map(({ id: record }) => record).sort()
      },
    }
  }

  test('[ER1] [ER5] takes a record out of every table when its time has passed, and not before', async () => {
    const { id, eraser, purge, purges, piece, pass, names } = await wardrobe()
    const [coat, hat] = [await piece('Coat'), await piece('Hat')]
    await purge(coat)
    pass(DAY - 1)
    expect(await eraser.run()).toBe(0)
    expect(await names()).toEqual([coat, hat].sort())
    pass(1)
    expect(await eraser.run()).toBe(1)
    expect(await names()).toEqual([hat])
    expect(await purges.list(id)).toEqual([])
    const [left] = await opened.database.query<{ key: string }>(
      'select key from tombstones where wardrobe_id = $1',
      [id],
    )
    expect(left?.key).toMatch(/^[0-9a-f]{64}$/)
  })

  test('[ER2] what is not removed is not purged, and what is restored in time stays, also when it is removed again', async () => {
    const { id, eraser, purge, purges, piece, pass, set, names } = await wardrobe()
    const coat = await piece('Coat')
    expect(await purges.ask(id, { kind: 'items', id: coat }, createId())).toBeNull()
    expect(await purges.ask(id, { kind: 'items', id: 'nothing' }, createId())).toBeNull()
    await purge(coat)
    pass(DAY / 2)
    await set('items', coat, { deletedAt: null })
    await set('items', coat, { deletedAt: Date.UTC(2026, 0, 1) + DAY / 2 })
    pass(DAY)
    expect(await eraser.run()).toBe(0)
    expect(await names()).toEqual([coat])
    expect(await purges.list(id)).toEqual([])
  })

  test('[ER2] asking again keeps the first time', async () => {
    const { id, purge, purges, piece, pass } = await wardrobe()
    const coat = await piece('Coat')
    await purge(coat)
    pass(1_000)
    expect(await purges.ask(id, { kind: 'items', id: coat }, createId())).toBe(Date.UTC(2026, 0, 1))
  })

  test('[ER1] of a piece the photos go too, and their pictures where no other record shows them', async () => {
    const { eraser, purge, piece, pass, set, names, pictures } = await wardrobe()
    const [coat, hat] = [await piece('Coat'), await piece('Hat')]
    await set('photos', 'p1', { itemId: coat, hash: 'only' })
    await set('photos', 'p2', { itemId: coat, hash: 'shared' })
    await set('photos', 'p3', { itemId: hat, hash: 'shared' })
    await purge(coat)
    pass(DAY)
    await eraser.run()
    expect(await names()).toEqual([hat, 'p3'].sort())
    expect(pictures).toEqual(['only'])
  })

  test('[ER3] nobody writes to what was erased, on whichever instance; others are written', async () => {
    const { id, instance, eraser, purge, piece, pass, set } = await wardrobe()
    const [coat, hat] = [await piece('Coat'), await piece('Hat')]
    const other = instance()
    // It knows the wardrobe as it was.
    await other.write(id, AUTHOR, [{ kind: 'items', id: coat, set: { brand: 'Norr' } }])
    await purge(coat)
    pass(DAY)
    await eraser.run()
    for (const write of [other.write, instance().write])
      expect(await write(id, AUTHOR, [{ kind: 'items', id: coat, set: { name: 'Back' } }])).toMatchObject({
        ok: false,
        code: 'erased',
      })
    expect(await set('items', coat, { name: 'Back' })).toMatchObject({ ok: false, code: 'erased' })
    expect(
      await other.write(id, { source: 'vision' }, [{ kind: 'items', id: coat, set: { category: 'top' } }]),
    ).toMatchObject({ ok: false, code: 'erased' })
    expect(await other.write(id, AUTHOR, [{ kind: 'items', id: hat, set: { name: 'Cap' } }])).toMatchObject({
      ok: true,
    })
  })

  test('[ER1] what it did not come to the end of is taken up by the next run', async () => {
    const { id, eraser, purge, purges, piece, pass, failing, names } = await wardrobe()
    const coat = await piece('Coat')
    await purge(coat)
    pass(DAY)
    failing(new Error('the program ends here'))
    await expect(eraser.run()).rejects.toThrow('ends here')
    expect(await names()).toEqual([])
    expect(await purges.list(id)).toHaveLength(1)
    failing(null)
    expect(await eraser.run()).toBe(0)
    expect(await purges.list(id)).toEqual([])
  })
})
