import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Edit, msToHlc } from '@modaics/shared'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openFileJournal } from '../journal/file-journal.js'
import { createPast, type PastEdit } from './past.js'

const DAY = 86_400_000
let today = Date.UTC(2026, 0, 1)
const now = (): number => today
let stamp = msToHlc(today)
const edit = (id: string, name: string): Edit => ({
  hlc: ++stamp,
  by: 'phone/a',
  kind: 'items',
  id,
  set: { name },
  over: {},
  src: 'user',
  confidence: {},
})
const names = (edits: readonly (Edit | PastEdit)[]) =>
  edits.map((edit) => ('set' in edit ? edit.set.name : edit[1][4].name))

describe('edits that have left the bag', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'modaics-past-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  const open = (name: string, keepMs = 30 * DAY) =>
    createPast({ open: () => openFileJournal(join(folder, name)), now, keepMs })
  const bytesOf = async (name: string): Promise<string> => {
    const files = await readdir(join(folder, name), { withFileTypes: true })
    const bytes = await Promise.all(
      files.filter((file) => file.isFile()).map((file) => readFile(join(folder, name, file.name), 'latin1')),
    )
    return bytes.join('')
  }

  test('[HI2] are there again after a restart, by record', async () => {
    const first = open('again')
    first.add([edit('x', 'one'), edit('y', 'two')])
    expect(names(await first.of({ kind: 'items', id: 'x' }))).toEqual(['one'])
    first.add([edit('x', 'three')])
    await first.close()
    const second = open('again')
    expect(names(await second.of({ kind: 'items', id: 'x' }))).toEqual(['one', 'three'])
    expect(names(await second.all())).toEqual(['one', 'two', 'three'])
    await second.close()
  })

  test('[HI2] are forgotten when their time is over, also on the disk, and not kept at all where none are to be', async () => {
    const past = open('old')
    past.add([edit('x', 'grey-beard')])
    expect(names(await past.all())).toEqual(['grey-beard'])
    today += 31 * DAY
    for (let i = 0; i < 300; i++) {
      past.add([edit('x', `young ${i}`)])
      await past.of({ kind: 'items', id: 'x' })
    }
    expect(names(await past.all())).toHaveLength(300)
    await past.close()
    expect(await bytesOf('old')).not.toContain('grey-beard')
    const none = open('none', 0)
    none.add([edit('x', 'never')])
    expect(await none.all()).toEqual([])
    await none.close()
    expect(await readdir(folder)).not.toContain('none')
  })

  test('[HI2] can be erased: no byte of them stays', async () => {
    const past = open('erased')
    past.add([edit('x', 'secret-name'), edit('y', 'other-name')])
    await past.all()
    expect(await bytesOf('erased')).toContain('secret-name')
    past.add([edit('x', 'secret-too')])
    await past.erase(({ id }) => id !== 'x')
    expect(names(await past.all())).toEqual(['other-name'])
    await past.close()
    expect(await bytesOf('erased')).not.toContain('secret')
  })

  test('what cannot be stored waits, and is in the history meanwhile', async () => {
    let broken = true
    const past = createPast({
      open: async () => {
        const journal = await openFileJournal(join(folder, 'broken'))
        const append: typeof journal.append = async (entry) => {
          if (broken) throw new Error('no room')
          return journal.append(entry)
        }
        return { ...journal, append }
      },
      now,
      keepMs: DAY,
    })
    past.add([edit('x', 'one')])
    expect(names(await past.all())).toEqual(['one'])
    broken = false
    past.add([edit('x', 'two')])
    expect(names(await past.all())).toEqual(['one', 'two'])
    await past.close()
    expect(await bytesOf('broken')).toContain('two')
  })
})
