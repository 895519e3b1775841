import * as nodeFs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openFileJournal } from './file-journal.js'
import type { Journal, JournalContent } from './journal.js'
import { describeJournal } from './journal-conformance.js'
import type { FileSystem } from './journal-files.js'

const { copyFile, cp, mkdtemp, open, readdir, readFile, rm, stat, truncate, writeFile } = nodeFs

describeJournal('file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'modaics-journal-'))
  return { open: () => openFileJournal(folder), remove: () => rm(folder, { recursive: true }) }
})

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)
const concat = (updates: readonly Uint8Array[]) => Uint8Array.from(updates.flatMap((update) => [...update]))
const lists = ({ updates }: JournalContent) => updates.map((update) => [...update])

let folder: string
const opened: Journal[] = []
const openHere = async (fs?: FileSystem): Promise<Journal> => {
  const journal = await openFileJournal(folder, fs ? { fs } : {})
  opened.push(journal)
  return journal
}
const readAndClose = async (): Promise<JournalContent> => {
  const journal = await openHere()
  const content = await journal.load()
  await journal.close()
  return content
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modaics-journal-'))
})
afterEach(async () => {
  for (const journal of opened.splice(0)) await journal.close()
  await rm(folder, { recursive: true })
})

const log = (number = 0) => join(folder, `journal-${String(number).padStart(6, '0')}.log`)
const snapshot = (number: number) => join(folder, `journal-${String(number).padStart(6, '0')}.snapshot`)

describe('a torn file journal', () => {
  test('[JO3] loses only an unfinished last frame, wherever it is cut', async () => {
    const journal = await openHere()
    await journal.append({ update: bytes(1, 1, 1), meta: { at: 1 } })
    await journal.append({ update: bytes(2, 2) })
    const whole = (await stat(log())).size
    await journal.append({ update: bytes(3, 3, 3, 3), meta: { at: 3 } })
    await journal.close()
    const file = await readFile(log())
    expect(file.length).toBeGreaterThan(whole + 20)
    for (let length = whole; length <= file.length; length++) {
      await writeFile(log(), file.subarray(0, length))
      const content = await readAndClose()
      const complete = length === file.length
      expect(lists(content), `cut at ${length}`).toEqual(
        complete
          ? [
              [1, 1, 1],
              [2, 2],
              [3, 3, 3, 3],
            ]
          : [
              [1, 1, 1],
              [2, 2],
            ],
      )
      expect(content.meta).toEqual({ at: complete ? 3 : 1 })
      expect(content.tornBytes).toBe(complete ? 0 : length - whole)
      expect(content.damage).toBeNull()
      // It is cut off for good: the next opening has nothing to report.
      expect((await readAndClose()).tornBytes).toBe(0)
    }
  })

  test('[JO3] is appended to behind the last whole frame', async () => {
    const journal = await openHere()
    await journal.append({ update: bytes(1) })
    await journal.append({ update: bytes(2, 2, 2, 2, 2, 2) })
    await journal.close()
    await truncate(log(), (await stat(log())).size - 3)
    const again = await openHere()
    await again.append({ update: bytes(3) })
    await again.close()
    const content = await readAndClose()
    expect(lists(content)).toEqual([[1], [3]])
    expect(content.tornBytes).toBe(0)
  })

  test('whose pages came out as zeros is cut off as well', async () => {
    const journal = await openHere()
    await journal.append({ update: bytes(1) })
    await journal.close()
    const file = await readFile(log())
    await writeFile(log(), Buffer.concat([file, Buffer.alloc(5_000)]))
    const content = await readAndClose()
    expect(lists(content)).toEqual([[1]])
    expect(content).toMatchObject({ tornBytes: 5_000, damage: null })
  })

  test('that was cut while it was made is a new one', async () => {
    for (let length = 0; length < 16; length++) {
      await writeFile(log(), Buffer.from('modaics journal1').subarray(0, length))
      expect(await readAndClose()).toMatchObject({ updates: [], meta: {}, damage: null })
    }
  })
})

describe('a damaged file journal', () => {
  test('[JO4] any flipped bit before the last frame is reported; what can be read is kept, the file put aside', async () => {
    const journal = await openHere()
    await journal.append({ update: bytes(1, 1), meta: { cursor: 1 } })
    const first = (await stat(log())).size
    await journal.append({ update: bytes(2, 2), meta: { cursor: 2 } })
    const second = (await stat(log())).size
    await journal.append({ update: bytes(3, 3), meta: { cursor: 3 } })
    await journal.close()
    const file = await readFile(log())
    for (let at = 0; at < second; at++) {
      await rm(folder, { recursive: true })
      await nodeFs.mkdir(folder)
      const damaged = Buffer.from(file)
      damaged[at] = (damaged[at] ?? 0) ^ (1 << (at % 8))
      await writeFile(log(), damaged)
      const content = await readAndClose()
      // Updates from behind the damage are kept; the values are as they were before it, and so never ahead of the updates.
      const [updates, meta] =
        at < 16
          ? [
              [
                [1, 1],
                [2, 2],
                [3, 3],
              ],
              {},
            ]
          : at < first
            ? [
                [
                  [2, 2],
                  [3, 3],
                ],
                {},
              ]
            : [
                [
                  [1, 1],
                  [3, 3],
                ],
                { cursor: 1 },
              ]
      expect(lists(content), `byte ${at}`).toEqual(updates)
      expect(content.meta).toEqual(meta)
      expect(content.damage).toMatchObject({
        detail: expect.stringContaining('journal-000000.log'),
        files: ['journal.damaged-0.log'],
      })
      expect(Buffer.compare(await readFile(join(folder, 'journal.damaged-0.log')), damaged)).toBe(0)
      const again = await readAndClose()
      expect(again).toMatchObject({ damage: null, tornBytes: 0, meta })
      expect(lists(again)).toEqual(updates)
    }
  })

  test('[JO4] a damaged snapshot is reported; the log after it is kept', async () => {
    const journal = await openHere()
    await journal.append({ update: bytes(1), meta: { cursor: 1 } })
    await journal.append({ update: bytes(2) })
    await journal.compact(concat)
    await journal.append({ update: bytes(3), meta: { cursor: 3 } })
    await journal.close()
    const file = await readFile(snapshot(1))
    const broken = Buffer.from(file)
    broken[file.length - 1] = (broken[file.length - 1] ?? 0) ^ 1
    for (const bad of [broken, file.subarray(0, 16), file.subarray(0, 20), Buffer.alloc(0), null]) {
      if (bad) await writeFile(snapshot(1), bad)
      else await rm(snapshot(1))
      const kept = await mkdtemp(join(tmpdir(), 'modaics-journal-'))
      await cp(folder, kept, { recursive: true })
      const content = await readAndClose()
      expect(lists(content)).toEqual([[3]])
      expect(content.meta).toEqual({})
      expect(content.damage?.detail).toContain('journal-000001.snapshot')
      expect(content.damage?.files).toEqual(
        expect.arrayContaining(
          bad ? ['journal.damaged-1.log', 'journal.damaged-1.snapshot'] : ['journal.damaged-1.log'],
        ),
      )
      expect(await readAndClose()).toMatchObject({ damage: null, updates: [bytes(3)], meta: {} })
      await rm(folder, { recursive: true })
      await nodeFs.rename(kept, folder)
    }
  })

  test('a file that changes while it is open is not compacted away', async () => {
    const journal = await openHere()
    for (let i = 0; i < 3; i++) await journal.append({ update: bytes(i, i, i, i) })
    const file = await open(log(), 'r+')
    await file.write(bytes(255), 0, 1, 30)
    await file.close()
    await expect(journal.compact(concat)).rejects.toMatchObject({ code: 'storage-damaged' })
    await journal.close()
    expect((await readAndClose()).damage).not.toBeNull()
  })
})

/** The real file system, in which the `n`-th step that writes fails, or the process is as if killed before it. */
function failing(fail: {
  at: number
  code: string
  partial?: boolean
  onlyOnce?: boolean
}): FileSystem & { steps(): number } {
  let step = 0
  const check = (): void => {
    const now = step++
    if (fail.onlyOnce ? now === fail.at : now >= fail.at)
      throw Object.assign(new Error(`${fail.code}: injected`), { code: fail.code })
  }
  const guard =
    <Args extends unknown[], Result>(call: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      check()
      return call(...args)
    }
  const wrap = (file: nodeFs.FileHandle): nodeFs.FileHandle =>
    new Proxy(file, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name)
        if (typeof value !== 'function') return value
        const call = value.bind(target) as (...args: unknown[]) => Promise<unknown>
        if (name === 'write')
          return async (buffer: Uint8Array, offset: number, length: number, position: number) => {
            try {
              check()
            } catch (error) {
              // A disk that fills up takes a part first.
              if (fail.partial) await target.write(buffer, offset, length >> 1, position)
              throw error
            }
            return target.write(buffer, offset, length, position)
          }
        return ['sync', 'datasync', 'truncate'].includes(String(name)) ? guard(call) : call
      },
    })
  return {
    steps: () => step,
    open: (async (...args: Parameters<typeof open>) => wrap(await open(...args))) as typeof open,
    rename: guard(nodeFs.rename) as typeof nodeFs.rename,
    rm: guard(rm) as typeof rm,
    copyFile: guard(copyFile) as typeof copyFile,
    readdir,
    mkdir: nodeFs.mkdir,
  }
}

describe('a file journal on a disk that fails', () => {
  test('[JO5] no space left is `storage-full`, nothing of it stays, and appends work again when there is space', async () => {
    const fail = { at: Number.POSITIVE_INFINITY, code: 'ENOSPC', partial: true, onlyOnce: true }
    const fs = failing(fail)
    const journal = await openHere(fs)
    await journal.append({ update: bytes(1) })
    fail.at = fs.steps()
    const refused = journal.append({ update: bytes(2, 2, 2, 2), meta: { a: 2 } })
    await expect(refused).rejects.toMatchObject({ code: 'storage-full' })
    expect(lists(await journal.load())).toEqual([[1]])
    await journal.append({ update: bytes(3) })
    await journal.close()
    const content = await readAndClose()
    expect(content).toMatchObject({ tornBytes: 0, damage: null, meta: {} })
    expect(lists(content)).toEqual([[1], [3]])
  })

  test('a write that failed halfway and could not be cut off is cut off before the next', async () => {
    const fail = { at: Number.POSITIVE_INFINITY, code: 'EIO', partial: true }
    const fs = failing(fail)
    const journal = await openHere(fs)
    await journal.append({ update: bytes(1) })
    fail.at = fs.steps()
    for (let i = 0; i < 3; i++)
      await expect(journal.append({ update: new Uint8Array(500) })).rejects.toMatchObject({
        code: 'storage-failed',
      })
    fail.at = Number.POSITIVE_INFINITY
    await journal.append({ update: bytes(2) })
    await journal.close()
    const content = await readAndClose()
    expect(content).toMatchObject({ tornBytes: 0, damage: null })
    expect(lists(content)).toEqual([[1], [2]])
  })

  test('[JO2] a sync that fails refuses the append: what is not known to be stored is not said to be', async () => {
    const fail = { at: Number.POSITIVE_INFINITY, code: 'EIO', onlyOnce: true }
    const fs = failing(fail)
    const journal = await openHere(fs)
    fail.at = fs.steps() + 1
    await expect(journal.append({ update: bytes(1) })).rejects.toMatchObject({ code: 'storage-failed' })
    await journal.append({ update: bytes(2) })
    expect(lists(await journal.load())).toEqual([[2]])
  })

  test('[JO6] a compaction that fails at any step loses nothing, and appends go on', async () => {
    for (let step = 0; ; step++) {
      await rm(folder, { recursive: true })
      const fail = { at: Number.POSITIVE_INFINITY, code: 'ENOSPC', partial: true, onlyOnce: true }
      const fs = failing(fail)
      const journal = await openHere(fs)
      await journal.append({ update: bytes(1), meta: { a: 1 } })
      await journal.append({ update: bytes(2) })
      fail.at = fs.steps() + step
      const result = await journal.compact(concat).then(
        () => 'done',
        (error: unknown) => error,
      )
      fail.at = Number.POSITIVE_INFINITY
      if (result !== 'done') expect(result).toMatchObject({ code: 'storage-full' })
      await journal.append({ update: bytes(3) })
      expect([...concat((await journal.load()).updates)]).toEqual([1, 2, 3])
      await journal.close()
      const content = await readAndClose()
      expect([...concat(content.updates)], `failing at step ${step}`).toEqual([1, 2, 3])
      expect(content).toMatchObject({ meta: { a: 1 }, tornBytes: 0, damage: null })
      if (result === 'done' && step >= 10) break
      expect(step).toBeLessThan(50)
    }
  })

  test('[JO6] a process that ends in the middle of a compaction leaves the old or the new', async () => {
    let whole = false
    for (let step = 0; !whole; step++) {
      await rm(folder, { recursive: true })
      // From some step on nothing reaches the disk any more: what the folder holds then is what a crash leaves.
      const fail = { at: Number.POSITIVE_INFINITY, code: 'EIO', partial: true }
      const fs = failing(fail)
      const journal = await openHere(fs)
      await journal.append({ update: bytes(1), meta: { a: 1 } })
      await journal.append({ update: bytes(2) })
      fail.at = fs.steps() + step
      whole = await journal.compact(concat).then(
        () => true,
        () => false,
      )
      await journal.close()
      const content = await readAndClose()
      expect([...concat(content.updates)], `ended at step ${step}`).toEqual([1, 2])
      expect(content).toMatchObject({ meta: { a: 1 }, damage: null })
      const files = (await readdir(folder)).filter((name) => name.startsWith('journal'))
      expect(files.filter((name) => name.endsWith('.draft'))).toEqual([])
      expect(new Set(files.map((name) => name.slice(0, 14))).size).toBe(1)
      expect(step).toBeLessThan(50)
    }
  })
})
