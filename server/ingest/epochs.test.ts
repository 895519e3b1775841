import {
  createCompaction,
  createId,
  type EditTuple,
  encodeDeletes,
  encodeEdits,
  msToHlc,
} from '@modaics/shared'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLocalHub } from '../hub/local-hub.js'
import { TEST_ENGINES, type TestDatabase } from '../testing/databases.js'
import { createCompactor } from './compactor.js'
import { createEpochs, type Epochs, pastClocks } from './epochs.js'
import { createIngest } from './ingest.js'
import { createSqlCommitStore } from './sql-commit-store.js'
import { createSqlEpochStore } from './sql-epoch-store.js'

const NOW = Date.UTC(2026, 0, 1)
const DEVICE = 'phone-0001'
const AUTHOR = { userId: 'ada', device: DEVICE }
const fail = (error: unknown): void => expect.fail(String(error))

describe.each(TEST_ENGINES)('epochs on $name', (engine) => {
  let opened: TestDatabase
  beforeAll(async () => {
    opened = await engine.open()
  })
  afterAll(() => opened?.close())

  let client = 100
  async function wardrobe(over: Partial<TestDatabase['database']> = {}) {
    const id = createId()
    await opened.database.query(`insert into wardrobes (id, name) values ($1, 'test')`, [id])
    const store = createSqlCommitStore(opened.database)
    const randomClient = (): number => 3_000_000_000 + ++client
    const ingest = createIngest({
      store,
      hub: createLocalHub(),
      now: () => NOW,
      randomClient,
      onError: fail,
    })
    const epochs = (percent = 20): Epochs =>
      createEpochs({
        epochStore: createSqlEpochStore({ ...opened.database, ...over }),
        store,
        mailbox: ingest.mailbox,
        randomClient,
        deadPercent: percent,
        minBytes: 0,
      })
    const writer = ++client
    let clock = 0
    let stamp = msToHlc(NOW)
    const submit = (update: Uint8Array) =>
      ingest.mailbox(id).submit({ update, author: AUTHOR, now: NOW }, null)
    return {
      id,
      store,
      epochs,
      writer,
      async add(item: string, name: string, over?: EditTuple[5]) {
        const edit: EditTuple = [++stamp, `${DEVICE}/w`, 'items', item, { name }, over ?? {}]
        expect(await submit(encodeEdits(writer, clock++, [edit]))).toMatchObject({ ok: true })
        return edit
      },
      remove: (at: number) => submit(encodeDeletes([{ client: writer, clock: at, length: 1 }])),
      names: async () => {
        const bag = createCompaction()
        for (const { updates } of await store.read(id, 0)) for (const update of updates) bag.add(update)
        return [...bag.live()].map(({ value }) => (value as EditTuple)[4].name).sort()
      },
    }
  }

  test('[EP6] the fresh bag holds the live edits and nothing else; numbers go on; the old state vector is kept', async () => {
    const { id, store, epochs, writer, add, names } = await wardrobe()
    const first = await add('a', 'old')
    await add('a', 'new', { name: [[first[0], first[1]]] })
    await add('b', 'other')
    expect(await names()).toEqual(['new', 'old', 'other'])
    expect(await epochs().begin(id)).toBe(true)
    expect(await names()).toEqual(['new', 'other'])
    const state = await store.load(id)
    expect(state).toMatchObject({ epoch: 1, head: 4 })
    expect(state?.writers.has(writer)).toBe(false)
    expect((await store.read(id, 3))[0]?.snapshot).toEqual({ epoch: 1 })
    expect(await pastClocks(createSqlEpochStore(opened.database), id, [writer, 5])).toEqual([[writer, 3]])
  })

  test('[EP6] of two at once each is whole, and commits meanwhile are in it or after it', async () => {
    const { id, store, epochs, add, names } = await wardrobe()
    await add('first', 'first')
    const turning = Promise.all([epochs().begin(id), epochs().begin(id)])
    // Refused where the epoch came first: it follows on from a struct of the old one.
    await add('second', 'second').catch(() => {})
    await turning
    const state = await store.load(id)
    expect(state?.epoch).toBeGreaterThan(0)
    const [row] = await opened.database.query<{ count: number }>(
      'select count(*)::int as count from items where wardrobe_id = $1',
      [id],
    )
    expect(await names()).toHaveLength(row?.count ?? 0)
  })

  test('[EP6] one that is cut off changes nothing', async () => {
    let left = Number.POSITIVE_INFINITY
    const query = async (...args: Parameters<TestDatabase['database']['query']>): Promise<never> => {
      if (left-- === 0) throw new Error('cut off')
      return opened.database.query(...args) as Promise<never>
    }
    const { id, store, epochs, add, names } = await wardrobe({ query } as never)
    await add('a', 'one')
    const before = await store.load(id)
    for (let statements = 0; ; statements++) {
      left = statements
      const done = await epochs()
        .begin(id)
        .catch((error: Error) => error.message)
      if (done === true) {
        expect(statements).toBeGreaterThan(1)
        break
      }
      expect(done).toBe('cut off')
      expect(await store.load(id)).toEqual(before)
      expect(await names()).toEqual(['one'])
    }
    expect(await names()).toEqual(['one'])
  })

  test('[EP6] begins when dead weight is more than its share, and not before', async () => {
    const { id, store, epochs, add, remove } = await wardrobe()
    const compactor = createCompactor({ database: opened.database, minBytes: 1, onError: fail })
    let last = await add('a', 'name 0')
    for (let n = 1; n < 40; n++) {
      last = await add('a', `name ${n}`, { name: [[last[0], last[1]]] })
      if (n % 2) await remove(n - 1)
    }
    const compacted = await compactor.compact(id)
    if (!compacted) throw new Error('nothing was compacted')
    expect(await epochs(10_000).consider(id, compacted)).toBe(false)
    expect((await store.load(id))?.epoch).toBe(0)
    expect(await epochs(20).consider(id, compacted)).toBe(true)
    expect((await store.load(id))?.epoch).toBe(1)
  })

  test('[EP11] an edit that was deleted though nothing beats it comes back', async () => {
    const { id, store, epochs, add, remove, names } = await wardrobe()
    const compactor = createCompactor({ database: opened.database, minBytes: 1, onError: fail })
    await add('a', 'kept')
    await add('b', 'deleted')
    expect(await remove(1)).toMatchObject({ ok: true })
    expect(await names()).toEqual(['kept'])
    const compacted = await compactor.compact(id)
    if (!compacted) throw new Error('nothing was compacted')
    expect(await epochs(10_000).consider(id, compacted)).toBe(true)
    expect(await names()).toEqual(['deleted', 'kept'])
    expect((await store.load(id))?.epoch).toBe(1)
  })
})
