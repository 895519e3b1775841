import {
  createCompaction,
  createId,
  type EditTuple,
  encodeDeletes,
  encodeEdits,
  msToHlc,
} from '@modaics/shared'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TEST_ENGINES, type TestDatabase } from '../testing/databases.js'
import type { LogEntry } from './commit-store.js'
import { type Compactor, createCompactor } from './compactor.js'
import { createMailbox, type Delivery, type Mailbox, type Subscriber } from './mailbox.js'
import { createSqlCommitStore } from './sql-commit-store.js'

const NOW = Date.UTC(2026, 0, 1)
const DEVICE = 'phone-0001'
const AUTHOR = { userId: 'ada', device: DEVICE }
const fail = (error: unknown): void => expect.fail(String(error))

describe.each(TEST_ENGINES)('compaction on $name', (engine) => {
  let opened: TestDatabase
  beforeAll(async () => {
    opened = await engine.open()
  })
  afterAll(() => opened?.close())

  const compactor = (): Compactor =>
    createCompactor({ database: opened.database, minBytes: 1, onError: fail })

  async function wardrobe() {
    const id = createId()
    await opened.database.query(`insert into wardrobes (id, name) values ($1, 'test')`, [id])
    const store = createSqlCommitStore(opened.database)
    const mailbox = (): Mailbox =>
      createMailbox({ store, wardrobeId: id, onCommitted: () => {}, onIdle: () => {} })
    let stamp = msToHlc(NOW)
    const clocks = new Map<number, number>()
    return {
      id,
      store,
      mailbox,
      /** One commit: another name for an item, and the struct before it of the same client deleted. */
      async rename(box: Mailbox, client: number, item: string, name: string) {
        const clock = clocks.get(client) ?? 0
        const edit: EditTuple = [++stamp, `${DEVICE}/w${client}`, 'items', item, { name }]
        clocks.set(client, clock + 1)
        const submit = (update: Uint8Array) => box.submit({ update, author: AUTHOR, now: NOW }, null)
        expect(await submit(encodeEdits(client, clock, [edit]))).toMatchObject({ ok: true })
        if (clock > 0)
          expect(await submit(encodeDeletes([{ client, clock: clock - 1, length: 1 }]))).toMatchObject({
            ok: true,
          })
      },
      rows: async () => {
        const [log] = await opened.database.query<{ count: number }>(
          'select count(*)::int as count from log where wardrobe_id = $1',
          [id],
        )
        return log?.count ?? 0
      },
    }
  }

  /** The live values of a log, as a device comes to know them. */
  function bagOf(entries: readonly LogEntry[]): string[] {
    const bag = createCompaction()
    for (const { updates } of entries) for (const update of updates) bag.add(update)
    return [...bag.live()].map((live) => JSON.stringify(live)).sort()
  }

  test('[EP3] a snapshot takes the place of the log: who reads from the start gets the same edits', async () => {
    const { id, store, mailbox, rename, rows } = await wardrobe()
    const box = mailbox()
    for (let n = 0; n < 30; n++) await rename(box, 1 + (n % 3), `item-${n % 5}`, `name ${n}`)
    const before = await store.read(id, 0)
    const compacted = await compactor().compact(id)
    expect(compacted).toMatchObject({ epoch: 0, seq: before.at(-1)?.seq })
    expect(await rows()).toBeLessThan(3)
    const after = await store.read(id, 0)
    expect(after[0]?.snapshot).toEqual({ epoch: 0 })
    expect(bagOf(after)).toEqual(bagOf(before))
    // Nothing new: nothing to do.
    expect(await compactor().compact(id)).toBeNull()
    await rename(box, 1, 'item-1', 'later')
    await rename(mailbox(), 9, 'item-9', 'of a new device')
    const whole = bagOf(await store.read(id, 0))
    expect(await compactor().compact(id)).not.toBeNull()
    expect(bagOf(await store.read(id, 0))).toEqual(whole)
  })

  test('[EP3] a cursor that the log reaches gets commits; an older one gets the snapshot and what follows', async () => {
    const { id, store, mailbox, rename } = await wardrobe()
    const box = mailbox()
    for (let n = 0; n < 400; n++) await rename(box, 1 + (n % 40), `item-${n}`, `name ${n} ${'x'.repeat(50)}`)
    const head = (await store.load(id))?.head ?? 0
    await compactor().compact(id)
    expect(await store.read(id, head)).toEqual([])
    expect((await store.read(id, head - 2)).map(({ seq, snapshot }) => [seq, snapshot])).toEqual([
      [head - 1, undefined],
      [head, undefined],
    ])
    await rename(box, 1, 'item-0', 'later')
    expect((await store.read(id, 3)).map(({ seq, snapshot }) => [seq, snapshot])).toEqual([
      [head, { epoch: 0 }],
      [head + 1, undefined],
      [head + 2, undefined],
    ])
  })

  test('[EP4] commits go on while it runs, and of two at once one does it', async () => {
    const { id, store, mailbox, rename } = await wardrobe()
    const box = mailbox()
    const names = new Map<string, string>()
    let going = true
    const writing = (async () => {
      for (let n = 0; going || n < 60; n++) {
        await rename(box, 1 + (n % 4), `item-${n % 4}`, `name ${n}`)
        names.set(`item-${n % 4}`, `name ${n}`)
      }
    })()
    let done = 0
    for (let round = 0; round < 6; round++) {
      const both = await Promise.all([compactor().compact(id), compactor().compact(id)])
      done += both.filter(Boolean).length
    }
    going = false
    await writing
    expect(done).toBeGreaterThan(0)
    const shown = new Map(
      bagOf(await store.read(id, 0)).map((text) => {
        const [, , , item, { name }] = JSON.parse(text).value
        return [item, name]
      }),
    )
    for (const [item, name] of names) expect([...shown.entries()]).toContainEqual([item, name])
    expect(await store.load(id)).toMatchObject({ epoch: 0 })
  })

  test('[EP4] a compaction that another one overtakes gives way; a log with a gap is an error', async () => {
    const { id, mailbox, rename } = await wardrobe()
    const box = mailbox()
    for (let n = 0; n < 20; n++) await rename(box, 1, 'item', `name ${n}`)
    /** Runs `between` after the place is known and before the log is read. */
    const overtaken = (between: () => Promise<unknown>): Compactor => {
      let first = true
      const query = async (...args: Parameters<typeof opened.database.query>) => {
        const rows = await opened.database.query(...args)
        if (first) {
          first = false
          await between()
        }
        return rows
      }
      const database = { ...opened.database, query } as typeof opened.database
      return createCompactor({ database, minBytes: 1, onError: fail })
    }
    const other = async (): Promise<void> => {
      expect(await compactor().compact(id)).not.toBeNull()
      await rename(box, 1, 'item', 'later')
    }
    expect(await overtaken(other).compact(id)).toBeNull()

    for (let n = 0; n < 20; n++) await rename(box, 1, 'item', `name ${n} again`)
    await opened.database.query(
      `delete from log l using wardrobes w where w.id = $1 and l.wardrobe_id = w.id and l.seq = w.head_seq - 9`,
      [id],
    )
    await expect(compactor().compact(id)).rejects.toThrow('structs are missing in the log')
    // Another test looks through all wardrobes.
    await opened.database.query('delete from wardrobes where id = $1', [id])
  })

  test('[EP4] a compaction that is cut off at any statement leaves the log as it was', async () => {
    const { id, store, mailbox, rename, rows } = await wardrobe()
    const box = mailbox()
    for (let n = 0; n < 10; n++) await rename(box, 1, 'item', `name ${n}`)
    const [before, count] = [await store.read(id, 0), await rows()]
    for (let statements = 0; ; statements++) {
      let left = statements
      const database = {
        ...opened.database,
        query: async (...args: Parameters<typeof opened.database.query>) => {
          if (left-- === 0) throw new Error('cut off')
          return opened.database.query(...args)
        },
      } as typeof opened.database
      const outcome = await createCompactor({ database, minBytes: 1, onError: fail })
        .compact(id)
        .catch((error: Error) => error.message)
      if (outcome !== 'cut off') {
        expect(statements).toBeGreaterThan(2)
        break
      }
      expect(await rows()).toBe(count)
      expect(await store.read(id, 0)).toEqual(before)
    }
    expect(bagOf(await store.read(id, 0))).toEqual(bagOf(before))
  })

  test('[EP5] a subscriber of an instance that is behind hears what was compacted away meanwhile', async () => {
    const { id, store, mailbox, rename } = await wardrobe()
    const [here, there] = [mailbox(), mailbox()]
    const heard: Delivery[] = []
    const reader: Subscriber = { deliver: (commit) => void heard.push(commit), outdated: fail }
    await rename(there, 1, 'item', 'first')
    const joined = await here.join(reader, () => 0)
    for (let n = 0; n < 20; n++) await rename(there, 2, `item-${n % 2}`, `name ${n}`)
    await compactor().compact(id)
    await rename(there, 3, 'item-3', 'last')
    await here.refresh()
    expect(heard.at(-1)?.seq).toBe((await store.load(id))?.head)
    const all = await store.read(id, 0)
    expect(bagOf([...joined.entries, ...heard])).toEqual(bagOf(all))
    // Who joins after it, with what it deleted long ago, makes no commit.
    const deletion = encodeDeletes([{ client: 2, clock: 0, length: 3 }])
    expect(await here.submit({ update: deletion, author: AUTHOR, now: NOW }, null)).toMatchObject({
      ok: true,
    })
    expect(await store.read(id, 0)).toHaveLength(all.length)
  })

  test('[EP4] what gathers is compacted in the background, also what an earlier process left', async () => {
    const { id, mailbox, rename, rows } = await wardrobe()
    for (let n = 0; n < 10; n++) await rename(mailbox(), 1, 'item', `name ${n}`)
    const background = (): { compactor: Compactor; done: Promise<string> } => {
      let resolve = (_id: string): void => {}
      const done = new Promise<string>((r) => {
        resolve = r
      })
      return {
        done,
        compactor: createCompactor({
          database: opened.database,
          minBytes: 1,
          onError: fail,
          gatherMs: 1,
          onCompacted: async (wardrobeId) => {
            if (wardrobeId === id) resolve(wardrobeId)
          },
        }),
      }
    }
    const first = background()
    first.compactor.start()
    await first.done
    await first.compactor.stop()
    expect(await rows()).toBeLessThan(2)
    const second = background()
    for (let n = 0; n < 10; n++) await rename(mailbox(), 2, 'item', `name ${n}`)
    second.compactor.touched(id)
    await second.done
    await second.compactor.stop()
    expect(await rows()).toBeLessThan(2)
  })
})
