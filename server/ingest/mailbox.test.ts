import { createId, type EditTuple, encodeDeletes, encodeEdits, ModaicsError, msToHlc } from '@modaics/shared'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { TEST_ENGINES, type TestDatabase } from '../testing/databases.js'
import type { CommitStore } from './commit-store.js'
import { createMailbox, type Delivery, type Mailbox, type Outcome, type Subscriber } from './mailbox.js'
import { createSqlCommitStore } from './sql-commit-store.js'

const NOW = Date.UTC(2026, 0, 1)
const DEVICE = 'phone-0001'
const AUTHOR = { userId: 'ada', device: DEVICE }

let stamp = msToHlc(NOW)
const edit = (id: string, name: string): EditTuple => [++stamp, `${DEVICE}/w`, 'items', id, { name }]

/** One writer of a wardrobe: its updates follow on from each other. */
function createWriter(client: number) {
  let clock = 0
  return {
    next: (...edits: EditTuple[]) => {
      const update = encodeEdits(client, clock, edits)
      clock += edits.length
      return { update, author: AUTHOR, now: NOW }
    },
  }
}

interface Listener extends Subscriber {
  readonly heard: Delivery[]
}
const createListener = (): Listener => {
  const heard: Delivery[] = []
  return { heard, deliver: (commit) => void heard.push(commit), outdated: () => {} }
}
const updatesOf = (listener: Listener): Uint8Array[] => listener.heard.flatMap(({ updates }) => [...updates])
const seqsOf = (listener: Listener): number[] => listener.heard.map(({ seq }) => seq)
const fromHead = ({ head }: { head: number }): number => head

describe.each(TEST_ENGINES)('a mailbox on $name', (engine) => {
  let opened: TestDatabase
  beforeAll(async () => {
    opened = await engine.open()
  })
  afterAll(() => opened?.close())

  /** A new wardrobe, and mailboxes on it; each stands for an instance of the server. */
  async function wardrobe() {
    const id = createId()
    await opened.database.query(`insert into wardrobes (id, name) values ($1, 'test')`, [id])
    const store = createSqlCommitStore(opened.database)
    const committed: { seq: number; ids: string[] }[] = []
    return {
      id,
      store,
      committed,
      mailbox: (over: Partial<CommitStore> = {}): Mailbox =>
        createMailbox({
          store: { ...store, ...over },
          wardrobeId: id,
          onCommitted: (_id, seq, records) => void committed.push({ seq, ids: records.map((r) => r.id) }),
          onIdle: () => {},
        }),
      names: async () =>
        (
          await opened.database.query<{ name: string }>(
            'select name from items where wardrobe_id = $1 order by id',
            [id],
          )
        ).map(({ name }) => name),
      seqs: async () => (await store.read(id, 0)).map(({ seq, updates }) => [seq, updates.length]),
    }
  }

  /** A commit that waits until it is let go. */
  function gate() {
    let open = (): void => {}
    const opening = new Promise<void>((resolve) => {
      open = resolve
    })
    return { open, opening }
  }

  test('stores what gathers during a commit as one, in the order it came', async () => {
    const { store, seqs, mailbox } = await wardrobe()
    const { open, opening } = gate()
    const box = mailbox({
      commit: async (commit) => {
        await opening
        return store.commit(commit)
      },
    })
    const writer = createWriter(1)
    const first = box.submit(writer.next(edit('a', '1')), null)
    await vi.waitFor(async () => expect(box.idle).toBe(false))
    const rest = ['2', '3', '4'].map((name) => box.submit(writer.next(edit('a', name)), null))
    open()
    expect(await first).toMatchObject({ ok: true, seq: 1, clocks: [[1, 1]] })
    for (const outcome of await Promise.all(rest))
      expect(outcome).toMatchObject({ ok: true, seq: 2, clocks: [[1, 4]] })
    expect(await seqs()).toEqual([
      [1, 1],
      [2, 3],
    ])
  })

  test('answers and passes on only after the commit, never to the author, and to others in order', async () => {
    const { store, mailbox, committed } = await wardrobe()
    const { open, opening } = gate()
    let reached = false
    const box = mailbox({
      commit: async (commit) => {
        reached = true
        await opening
        return store.commit(commit)
      },
    })
    const [author, reader] = [createListener(), createListener()]
    await box.join(author, fromHead)
    await box.join(reader, fromHead)
    const writer = createWriter(1)
    let outcome: Outcome | null = null
    const submission = writer.next(edit('a', 'one'))
    const done = box.submit(submission, author).then((settled) => {
      outcome = settled
    })
    await vi.waitFor(() => expect(reached).toBe(true))
    expect(outcome).toBeNull()
    expect(reader.heard).toEqual([])
    expect(committed).toEqual([])
    open()
    await done
    expect(outcome).toMatchObject({ ok: true, seq: 1 })
    expect(author.heard).toEqual([])
    expect(reader.heard).toEqual([{ epoch: 0, seq: 1, updates: [submission.update] }])
    expect(committed).toEqual([{ seq: 1, ids: ['a'] }])
    box.leave(reader)
    await box.submit(writer.next(edit('a', 'two')), author)
    expect(reader.heard).toHaveLength(1)
  })

  test('a bad letter of a group is refused alone', async () => {
    const { names, mailbox } = await wardrobe()
    const box = mailbox()
    const [good, bad] = [createWriter(1), createWriter(2)]
    const outcomes = await Promise.all([
      box.submit(good.next(edit('a', 'one')), null),
      box.submit({ ...bad.next(edit('b', 'two')), author: { ...AUTHOR, device: 'tablet-01' } }, null),
      box.submit(good.next(edit('c', 'three')), null),
    ])
    expect(outcomes.map((outcome) => (outcome.ok ? 'stored' : outcome.code))).toEqual([
      'stored',
      'foreign-by',
      'stored',
    ])
    expect(await names()).toEqual(['one', 'three'])
  })

  test('[SV6] a letter that throws fails alone: those that came with it are stored', async () => {
    const { store, names, mailbox } = await wardrobe()
    const box = mailbox({
      newestStamps: async (id, writers) => {
        if (writers.some((by) => by.endsWith('/bad'))) throw new Error('no')
        return store.newestStamps(id, writers)
      },
    })
    const [good, bad] = [createWriter(1), createWriter(2)]
    const [, , kind, id, set] = edit('b', 'two')
    const outcomes = await Promise.allSettled([
      box.submit(good.next(edit('a', 'one')), null),
      box.submit(bad.next([stamp, `${DEVICE}/bad`, kind, id, set]), null),
      box.submit(good.next(edit('c', 'three')), null),
    ])
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect((outcomes[1] as PromiseRejectedResult).reason).toMatchObject({ code: 'storage-failed' })
    expect(await names()).toEqual(['one', 'three'])
  })

  test('[SV5] a name belongs to one edit: another one under it is refused, the same once more is not', async () => {
    const { names, mailbox } = await wardrobe()
    const mine = edit('a', 'mine')
    const [hlc, by, kind, id] = mine
    const other: EditTuple = [hlc, by, kind, id, { name: 'other' }]
    const refused = { ok: false, code: 'conflict', edit: [hlc, by] }
    const box = mailbox()
    await box.submit(createWriter(1).next(mine), null)
    expect(await box.submit(createWriter(2).next(other), null)).toMatchObject(refused)
    expect(await box.submit(createWriter(3).next(mine), null)).toMatchObject({ ok: true })
    // An instance that has seen nothing of it, with a later edit of the same writer before it.
    const fresh = mailbox()
    const writer = createWriter(4)
    expect(await fresh.submit(writer.next(edit('b', 'later'), other), null)).toMatchObject(refused)
    expect(await fresh.submit(createWriter(5).next(edit('c', 'later')), null)).toMatchObject({ ok: true })
    expect(await fresh.submit(createWriter(6).next(other), null)).toMatchObject(refused)
    expect(await names()).toEqual(['mine', 'later'])
  })

  test('[SV5] two edits under one name in one update, or in two of one commit, are told apart', async () => {
    const { names, mailbox } = await wardrobe()
    const [hlc, by, kind, id] = edit('a', '')
    const named = (name: string): EditTuple => [hlc, by, kind, id, { name }]
    const box = mailbox()
    expect(await box.submit(createWriter(1).next(named('one'), named('two')), null)).toMatchObject({
      code: 'conflict',
    })
    const outcomes = await Promise.all([
      box.submit(createWriter(2).next(named('one')), null),
      box.submit(createWriter(3).next(named('two')), null),
    ])
    expect(outcomes.map(({ ok }) => ok)).toEqual([true, false])
    expect(await names()).toEqual(['one'])
  })

  test('commits on top of another instance, whose commits its own subscribers hear first', async () => {
    const { names, mailbox, seqs } = await wardrobe()
    const [here, there] = [mailbox(), mailbox()]
    const reader = createListener()
    await here.join(reader, fromHead)
    const [mine, theirs] = [createWriter(1), createWriter(2)]
    const updates = [theirs.next(edit('b', 'theirs')), mine.next(edit('a', 'mine'))] as const
    await there.submit(updates[0], null)
    // Nobody has told this instance.
    expect(await here.submit(updates[1], null)).toMatchObject({ ok: true, seq: 2 })
    expect(await names()).toEqual(['mine', 'theirs'])
    expect(seqsOf(reader)).toEqual([1, 2])
    expect(updatesOf(reader)).toEqual(updates.map(({ update }) => update))
    // The word of it comes late: nothing is said twice.
    await here.refresh()
    expect(seqsOf(reader)).toEqual([1, 2])
    expect(await seqs()).toEqual([
      [1, 1],
      [2, 1],
    ])
  })

  test('an edit of another instance counts as seen once it is there: rows and conflicts are of all', async () => {
    const { names, mailbox } = await wardrobe()
    const [here, there] = [mailbox(), mailbox()]
    const [mine, theirs] = [createWriter(1), createWriter(2)]
    await here.submit(mine.next(edit('a', 'first')), null)
    await there.submit(theirs.next(edit('a', 'second')), null)
    await here.submit(mine.next(edit('b', 'third')), null)
    expect(await names()).toEqual(['second', 'third'])
  })

  test('told that another instance has committed, it passes that on, once', async () => {
    const { mailbox } = await wardrobe()
    const [here, there] = [mailbox(), mailbox()]
    const reader = createListener()
    await here.join(reader, fromHead)
    const writer = createWriter(1)
    await there.submit(writer.next(edit('a', 'one')), null)
    await there.submit(writer.next(edit('a', 'two')), null)
    await Promise.all([here.refresh(), here.refresh()])
    expect(seqsOf(reader)).toEqual([1, 2])
  })

  test('who joins gets what is there, also what another instance committed, and hears the rest', async () => {
    const { mailbox } = await wardrobe()
    const [here, there] = [mailbox(), mailbox()]
    const old = createListener()
    await here.join(old, fromHead)
    const writer = createWriter(1)
    await there.submit(writer.next(edit('a', 'one')), null)
    const fresh = createListener()
    const { state, entries } = await here.join(fresh, () => 0)
    expect(entries.map(({ seq }) => seq)).toEqual([1])
    expect(state).toMatchObject({ head: 1 })
    expect(state.writers.get(1)).toEqual({ clock: 1, owner: AUTHOR.userId })
    expect(seqsOf(old)).toEqual([1])
    expect(fresh.heard).toEqual([])
    await there.submit(writer.next(edit('a', 'two')), null)
    await here.refresh()
    expect(seqsOf(old)).toEqual([1, 2])
    expect(seqsOf(fresh)).toEqual([2])
  })

  test.each([
    ['storage-failed', new Error('the connection is gone')],
    ['storage-full', Object.assign(new Error('could not extend file'), { code: '53100' })],
    ['storage-full', new Error('write: ENOSPC: no space left on device')],
  ])('%s is the answer to all who wait, and it goes on when the storage does (%s)', async (code, error) => {
    const { store, names, mailbox } = await wardrobe()
    let broken = true
    const box = mailbox({
      commit: async (commit) => {
        if (broken) throw error
        return store.commit(commit)
      },
    })
    const reader = createListener()
    await box.join(reader, fromHead)
    const [one, two] = [createWriter(1), createWriter(2)]
    const letters = [one.next(edit('a', 'one')), two.next(edit('b', 'two'))]
    const outcomes = await Promise.allSettled(letters.map((letter) => box.submit(letter, null)))
    for (const outcome of outcomes) {
      const reason = (outcome as PromiseRejectedResult).reason as ModaicsError
      expect(reason).toBeInstanceOf(ModaicsError)
      expect(reason.code).toBe(code)
      expect(reason.cause).toBe(error)
    }
    expect(reader.heard).toEqual([])
    expect(await names()).toEqual([])
    broken = false
    for (const letter of letters) expect(await box.submit(letter, null)).toMatchObject({ ok: true })
    expect(await names()).toEqual(['one', 'two'])
    expect(seqsOf(reader)).toEqual([1, 2])
  })

  test('a commit that was made although its answer was lost is passed on before the next one', async () => {
    const { store, mailbox } = await wardrobe()
    let loseAnswer = true
    const box = mailbox({
      commit: async (commit) => {
        const done = await store.commit(commit)
        if (loseAnswer) throw new Error('the connection is gone')
        return done
      },
    })
    const reader = createListener()
    await box.join(reader, fromHead)
    const writer = createWriter(1)
    const letters = [writer.next(edit('a', 'one')), writer.next(edit('a', 'two'))] as const
    await expect(box.submit(letters[0], null)).rejects.toMatchObject({ code: 'storage-failed' })
    loseAnswer = false
    expect(await box.submit(letters[1], null)).toMatchObject({ ok: true, seq: 2 })
    expect(seqsOf(reader)).toEqual([1, 2])
    expect(updatesOf(reader)).toEqual(letters.map(({ update }) => update))
    // Its author sends it again: it is known.
    expect(await box.submit(letters[0], null)).toMatchObject({ ok: true, seq: 2 })
  })

  test('a wardrobe that is not there answers not-found', async () => {
    const box = createMailbox({
      store: createSqlCommitStore(opened.database),
      wardrobeId: createId(),
      onCommitted: () => {},
      onIdle: () => {},
    })
    await expect(box.submit(createWriter(1).next(edit('a', 'x')), null)).rejects.toMatchObject({
      code: 'not-found',
    })
    await expect(box.join(createListener(), fromHead)).rejects.toMatchObject({ code: 'not-found' })
    expect(box.idle).toBe(true)
  })

  test('deletions that the log knows are no commit', async () => {
    const { mailbox, seqs } = await wardrobe()
    const box = mailbox()
    const writer = createWriter(1)
    await box.submit(writer.next(edit('a', 'one')), null)
    const deletion = { update: encodeDeletes([{ client: 1, clock: 0, length: 1 }]), author: AUTHOR, now: NOW }
    expect(await box.submit(deletion, null)).toMatchObject({ ok: true, seq: 2 })
    expect(await box.submit(deletion, null)).toMatchObject({ ok: true, seq: 2 })
    expect(await seqs()).toHaveLength(2)
  })
})
