import * as nodeFs from 'node:fs'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type EditTuple, encodeEdits, tupleToEdit } from '@modaics/shared'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { TEST_ENGINES, type TestDatabase } from '../testing/databases.js'
import type { Commit, CommitStore } from './commit-store.js'
import { createSqlCommitStore } from './sql-commit-store.js'
import { type LogFileSystem, openWriteAheadLog } from './write-ahead-log.js'
import { openWriteAheadStore } from './write-ahead-store.js'

const WARDROBE = '0190c0de-0000-7000-8000-000000000001'
const CLIENT = 77

let opened: TestDatabase
let folder: string
let sql: CommitStore

beforeAll(async () => {
  const [pglite] = TEST_ENGINES
  opened = await pglite!.open()
})
afterAll(() => opened.close())
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'modaics-wal-'))
  for (const table of ['wardrobes', 'log', 'writers', 'folds', 'items'])
    await opened.database.query(`delete from ${table}`)
  await opened.database.query(`insert into wardrobes (id, name) values ($1, 'w')`, [WARDROBE])
  sql = createSqlCommitStore(opened.database)
})
afterEach(() => rmSync(folder, { recursive: true }))

const path = (): string => join(folder, 'commits.log')
const noError = (error: unknown): void => expect.fail(String(error))
const openLog = () => openWriteAheadLog(path(), noError)
const open = (store: CommitStore = sql, onError: (error: unknown) => void = noError) =>
  openWriteAheadStore({ store, log: openLog(), onError })

/** The n-th commit: renames item `i`. */
function commit(n: number): Commit {
  const tuple: EditTuple = [n * 4096, 'device-1/w', 'items', 'i', { name: `name ${n}` }]
  return {
    wardrobeId: WARDROBE,
    expectedHead: n - 1,
    head: n,
    updates: [encodeEdits(CLIENT, n - 1, [tuple])],
    writers: new Map([[CLIENT, { clock: n, owner: 'ada' }]]),
    edits: [tupleToEdit(tuple)],
  }
}

const names = async (): Promise<unknown[]> =>
  (await opened.database.query('select name from items')).map(({ name }) => name)

/** A store that takes nothing until it is let. */
function gated(): { store: CommitStore; commits: Commit[]; open: () => void } {
  const commits: Commit[] = []
  let release = (): void => {}
  const gate = new Promise<void>((resolve) => {
    release = resolve
  })
  const store: CommitStore = {
    ...sql,
    async commit(wanted) {
      commits.push(wanted)
      await gate
      return sql.commit(wanted)
    },
  }
  return { store, commits, open: release }
}

describe('the store with a write-ahead log', () => {
  test('a commit is done when the log has it; readers see it before the database does', async () => {
    const { store, commits, open: letGo } = gated()
    const wal = await open(store)
    expect(await wal.commit(commit(1))).toBe(true)
    expect(await wal.commit(commit(2))).toBe(true)
    expect((await wal.read(WARDROBE, 0)).flatMap(({ updates }) => updates)).toHaveLength(2)
    expect(await wal.load(WARDROBE)).toMatchObject({
      head: 2,
      writers: new Map([[CLIENT, { clock: 2, owner: 'ada' }]]),
    })
    expect(await names()).toEqual([])
    const settled = wal.settled(WARDROBE)
    await vi.waitFor(() => expect(commits).toHaveLength(1))
    expect(await wal.commit(commit(3))).toBe(true)
    letGo()
    await settled
    expect(await names()).toEqual(['name 2'])
    await wal.close()
    expect(await names()).toEqual(['name 3'])
    // Two that came together are one in the database, under the number of the second.
    expect(commits.map(({ head }) => head)).toEqual([2, 3])
    expect((await sql.read(WARDROBE, 0)).map(({ seq, updates }) => [seq, updates.length])).toEqual([
      [2, 2],
      [3, 1],
    ])
  })

  test('what a killed process had acknowledged is in the database after the next start, once', async () => {
    const { store } = gated() // never lets go: the process dies with everything in the log only
    const killed = await open(store)
    for (let n = 1; n <= 3; n++) await killed.commit(commit(n))
    const log = readFileSync(path())
    for (let start = 0; start < 2; start++) {
      writeFileSync(path(), log)
      const next = await open()
      expect(await next.load(WARDROBE)).toMatchObject({ head: 3 })
      expect(await names()).toEqual(['name 3'])
      await next.close()
    }
    expect((await sql.read(WARDROBE, 0)).flatMap(({ updates }) => updates)).toHaveLength(3)
  })

  test('a torn last frame was never acknowledged: it is cut off wherever it is torn', async () => {
    const { store } = gated()
    const killed = await open(store)
    await killed.commit(commit(1))
    const whole = readFileSync(path()).byteLength
    await killed.commit(commit(2))
    const both = readFileSync(path())
    for (let end = whole; end < both.byteLength; end++) {
      writeFileSync(path(), both.subarray(0, end))
      const log = openLog()
      expect(log.recovered).toHaveLength(1)
      log.append(new Uint8Array([1, 2, 3]))
      log.close()
      const again = openLog()
      expect(again.recovered).toHaveLength(2)
      again.close()
    }
  })

  test('a frame that has changed in the middle is an error, not a loss', async () => {
    const log = openLog()
    log.append(new Uint8Array(20).fill(7))
    log.append(new Uint8Array(20).fill(8))
    log.close()
    const bytes = readFileSync(path())
    bytes[12]! ^= 1
    writeFileSync(path(), bytes)
    expect(openLog).toThrow(expect.objectContaining({ code: 'storage-damaged' }))
    truncateSync(path(), 0)
    appendFileSync(path(), 'x')
    expect(openLog().recovered).toEqual([])
  })

  test('a database that fails is tried again; nothing is lost, and the commit after it waits its turn', async () => {
    let failing = 2
    const errors: unknown[] = []
    const store: CommitStore = {
      ...sql,
      commit: async (wanted) => {
        if (failing-- > 0) throw new Error('no')
        return sql.commit(wanted)
      },
    }
    const wal = await open(store, (error) => errors.push(error))
    await wal.commit(commit(1))
    await wal.settled(WARDROBE)
    await wal.commit(commit(2))
    await wal.settled(WARDROBE)
    expect(errors).toHaveLength(2)
    expect(await names()).toEqual(['name 2'])
    await wal.close()
  })

  test('[SV7] a commit whose answer was lost is there once, and the one that came meanwhile follows it', async () => {
    let answers = 0
    const store: CommitStore = {
      ...sql,
      commit: async (wanted) => {
        const done = await sql.commit(wanted)
        if (answers++ === 0) {
          await wal.commit(commit(2))
          throw new Error('the connection is lost')
        }
        return done
      },
    }
    const wal = await open(store, () => {})
    await wal.commit(commit(1))
    await wal.settled(WARDROBE)
    await wal.settled(WARDROBE)
    expect(await names()).toEqual(['name 2'])
    expect((await sql.read(WARDROBE, 0)).flatMap(({ updates }) => updates)).toHaveLength(2)
    expect(await wal.commit(commit(3))).toBe(true)
    await wal.close()
    expect(await names()).toEqual(['name 3'])
  })

  test('[SV7] what the database refuses for good stays in the log, and holds nobody else up', async () => {
    const OTHER = '0190c0de-0000-7000-8000-000000000002'
    await opened.database.query(`insert into wardrobes (id, name) values ($1, 'w')`, [OTHER])
    let tries = 0
    let refusing = true
    const errors: unknown[] = []
    const store: CommitStore = {
      ...sql,
      commit: async (wanted) => {
        if (!refusing || wanted.wardrobeId === OTHER) return sql.commit(wanted)
        tries++
        throw Object.assign(new Error('index row too large'), { code: '54000' })
      },
    }
    const wal = await open(store, (error) => errors.push(error))
    await wal.commit(commit(1))
    await expect(wal.settled(WARDROBE)).rejects.toMatchObject({ code: 'storage-damaged' })
    await wal.commit({ ...commit(1), wardrobeId: OTHER })
    await wal.settled(OTHER)
    expect(await names()).toEqual(['name 1'])
    expect(tries).toBe(1)
    expect(errors).toEqual([expect.objectContaining({ code: 'storage-damaged' })])
    await expect(wal.commit(commit(2))).rejects.toMatchObject({ code: 'storage-damaged' })
    // What was acknowledged can still be read.
    expect((await wal.read(WARDROBE, 0)).map(({ seq }) => seq)).toEqual([1])
    await wal.close()
    const again = await open(store, (error) => errors.push(error))
    expect(tries).toBe(2)
    await again.close()
    refusing = false
    const repaired = await open()
    expect(await names()).toEqual(['name 1', 'name 1'])
    await repaired.close()
    expect(readFileSync(path()).byteLength).toBe(0)
  })

  test('[SV7] a wardrobe whose commits fail for a while is tried again, and holds nobody else up', async () => {
    const OTHER = '0190c0de-0000-7000-8000-000000000002'
    await opened.database.query(`insert into wardrobes (id, name) values ($1, 'w')`, [OTHER])
    let failing = true
    const store: CommitStore = {
      ...sql,
      commit: async (wanted) => {
        if (failing && wanted.wardrobeId === WARDROBE) throw new Error('no')
        return sql.commit(wanted)
      },
    }
    const wal = await open(store, () => {})
    await wal.commit(commit(1))
    await wal.commit({ ...commit(1), wardrobeId: OTHER })
    await wal.settled(OTHER)
    await wal.commit(commit(2))
    failing = false
    await wal.settled(WARDROBE)
    expect((await names()).sort()).toEqual(['name 1', 'name 2'])
    await wal.close()
  })

  test('a commit on a head that has moved is refused', async () => {
    const wal = await open()
    await wal.commit(commit(1))
    expect(await wal.commit({ ...commit(2), expectedHead: 0 })).toBe(false)
    await wal.close()
  })
})

test('commits gather until none has come for half a second, three seconds at most, unless somebody waits', async () => {
  const written: number[] = []
  const store: CommitStore = {
    ...sql,
    commit: (gathered) => {
      written.push(gathered.head)
      return sql.commit(gathered)
    },
  }
  const wal = await open(store)
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    for (let n = 1; n <= 7; n++) {
      await wal.commit(commit(n))
      await vi.advanceTimersByTimeAsync(400)
    }
    expect(written).toEqual([])
    await vi.advanceTimersByTimeAsync(200)
    expect(written).toEqual([7])
  } finally {
    vi.useRealTimers()
  }
  await wal.settled(WARDROBE)
  await wal.commit(commit(8))
  await wal.settled(WARDROBE)
  expect(written).toEqual([7, 8])
  expect(await names()).toEqual(['name 8'])
  await wal.close()
})

describe('the disk of the write-ahead log', () => {
  /** The real disk, whose syncs are done when `next` says so. */
  function slowDisk() {
    const syncs: ((error: Error | null) => void)[] = []
    const disk: LogFileSystem = {
      ...nodeFs,
      fdatasync: ((_file: number, done: (error: Error | null) => void) =>
        void syncs.push(done)) as typeof nodeFs.fdatasync,
    }
    return {
      disk,
      next: async (error: Error | null = null) => {
        await vi.waitFor(() => expect(syncs).toHaveLength(1))
        syncs.shift()?.(error)
      },
      idle: () => syncs.length === 0,
    }
  }
  const openOn = (disk: LogFileSystem, onError: (error: unknown) => void = noError) =>
    openWriteAheadStore({ store: sql, log: openWriteAheadLog(path(), onError, disk), onError })

  test('[SV12] is waited for before a commit is done; those who come meanwhile share the next sync', async () => {
    const { disk, next, idle } = slowDisk()
    const wal = await openOn(disk)
    const done: number[] = []
    for (const n of [1, 2, 3]) void wal.commit(commit(n)).then(() => done.push(n))
    await wal.settled(WARDROBE)
    expect(await names()).toEqual(['name 3'])
    expect(done).toEqual([])
    await next()
    await vi.waitFor(() => expect(done).toEqual([1]))
    await next()
    await vi.waitFor(() => expect(done).toEqual([1, 2, 3]))
    expect(idle()).toBe(true)
    await wal.close()
  })

  test('[SV12] acknowledges nothing while it cannot be synced, and works again after that', async () => {
    const { disk, next } = slowDisk()
    const errors: unknown[] = []
    const wal = await openOn(disk, (error) => errors.push(error))
    const first = wal.commit(commit(1))
    await next(new Error('EIO'))
    await expect(first).rejects.toMatchObject({ code: 'storage-failed' })
    expect(errors).toHaveLength(1)
    // It is committed all the same, as one whose answer was lost; the log is made anew when the database has everything.
    await wal.settled(WARDROBE)
    expect(await wal.load(WARDROBE)).toMatchObject({ head: 1 })
    const second = vi.waitFor(() => wal.commit(commit(2)))
    await next()
    expect(await second).toBe(true)
    await wal.close()
    expect(await names()).toEqual(['name 2'])
  })
})
