import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Json } from '../domain/json.js'
import { editsArbitrary } from '../testing/arbitraries.js'
import { createModelReplica } from '../testing/replica.js'
import { msToHlc } from './clock.js'
import { type Edit, editToTuple, RELEASE, tupleToEdit } from './edit.js'
import { foldEdits } from './fold.js'
import { changesToSet, recordOf } from './record.js'

const START = Date.UTC(2026, 0, 1)
let ms = START
const now = () => ++ms
const replica = (by: string, client: number) => createModelReplica({ by, client, now })
const item = (r: ReturnType<typeof replica>) => recordOf('items', 'x', r.editsOf('items', 'x'))

describe('a record', () => {
  test('holds every known field, null or empty where nothing is set', () => {
    const record = recordOf('items', 'x', [])
    expect(record).toMatchObject({ id: 'x', name: null, deletedAt: null, tags: [], seasons: [], extra: {} })
  })

  test('[ED4] editing a deleted record does not bring it back; clearing deletedAt does', () => {
    const phone = replica('phone/a', 1)
    phone.write('items', 'x', { name: 'Shirt' })
    phone.write('items', 'x', { deletedAt: 1000 })
    phone.write('items', 'x', { name: 'Linen shirt' })
    expect(item(phone)).toMatchObject({ name: 'Linen shirt', deletedAt: 1000 })
    phone.write('items', 'x', { deletedAt: null })
    expect(item(phone)).toMatchObject({ name: 'Linen shirt', deletedAt: null })
  })

  test('[ED4] an edit made apart from a deletion, even later, leaves it deleted', () => {
    const phone = replica('phone/a', 1)
    const tablet = replica('tablet/a', 2)
    phone.write('items', 'x', { name: 'Shirt' })
    tablet.pull(phone)
    phone.write('items', 'x', { deletedAt: 1000 })
    tablet.write('items', 'x', { name: 'Linen shirt' })
    phone.pull(tablet)
    tablet.pull(phone)
    for (const device of [phone, tablet])
      expect(item(device)).toMatchObject({ name: 'Linen shirt', deletedAt: 1000 })
  })

  test('[ED9] two devices that add different tags apart both keep theirs', () => {
    const phone = replica('phone/a', 1)
    const tablet = replica('tablet/a', 2)
    phone.write('items', 'x', changesToSet('items', { tags: ['linen', 'old'] }))
    tablet.pull(phone)
    phone.write('items', 'x', changesToSet('items', { tags: ['linen', 'blue'] }, item(phone)))
    tablet.write('items', 'x', changesToSet('items', { tags: ['linen', 'old', 'work'] }, item(tablet)))
    phone.pull(tablet)
    tablet.pull(phone)
    for (const device of [phone, tablet]) expect(item(device).tags).toEqual(['blue', 'linen', 'work'])
  })

  test('[ED9] an element that a person took out stays out, whatever the analysis finds', () => {
    const phone = replica('phone/a', 1)
    phone.write('items', 'x', { 'seasons.summer': true }, { src: 'vision' })
    expect(item(phone).seasons).toEqual(['summer'])
    phone.write('items', 'x', changesToSet('items', { seasons: [] }, item(phone)))
    phone.write('items', 'x', { 'seasons.summer': true }, { src: 'vision' })
    expect(item(phone).seasons).toEqual([])
    phone.write('items', 'x', { 'seasons.summer': RELEASE })
    expect(item(phone).seasons).toEqual(['summer'])
  })

  test('[ED1] shows what the fold says, in whatever order the edits stand', () => {
    const fields = ['name', 'tags.linen', 'tags.blue', 'brand', 'unheard']
    fc.assert(
      fc.property(editsArbitrary(fc, { ids: ['x'], fields }), (edits) => {
        const record = recordOf('items', 'x', edits)
        const shows = (name: string): Json => foldEdits(edits).get(name)?.value ?? null
        expect([record.name, record.brand]).toEqual([shows('name'), shows('brand')])
        expect(record.tags).toEqual(['blue', 'linen'].filter((tag) => shows(`tags.${tag}`) === true))
        expect(record.extra).toEqual(shows('unheard') === null ? {} : { unheard: shows('unheard') })
      }),
      { numRuns: 1000 },
    )
  })

  test('a field of another version that is called as one of ours is not ours', () => {
    const edit = tupleToEdit([msToHlc(START), 'phone/a', 'items', 'x', { id: 'y', updatedAt: 7, extra: 'z' }])
    expect(recordOf('items', 'x', [edit])).toMatchObject({
      id: 'x',
      updatedAt: START,
      extra: { id: 'y', updatedAt: 7, extra: 'z' },
    })
  })

  test('updatedAt is the time of the newest edit', () => {
    const edit: Edit = {
      hlc: msToHlc(START) + 5,
      by: 'phone/a',
      kind: 'items',
      id: 'x',
      set: { name: 'a' },
      over: {},
      src: 'user',
      confidence: {},
    }
    expect(recordOf('items', 'x', [edit]).updatedAt).toBe(START)
  })
})

describe('changes of a set', () => {
  const current = { ...recordOf('items', 'x', []), tags: ['a', 'b'] }
  test.each([
    ['nothing changed', { tags: ['b', 'a'] }, {}],
    ['added and removed', { tags: ['b', 'c'] }, { 'tags.c': true, 'tags.a': null }],
    ['cleared', { tags: null }, { 'tags.a': null, 'tags.b': null }],
    ['duplicates', { tags: ['a', 'b', 'c', 'c'] }, { 'tags.c': true }],
    [
      'dots and odd names',
      { tags: ['a', 'b', 'x.y', '__proto__'] },
      { 'tags.x.y': true, 'tags.__proto__': true },
    ],
    [
      'other fields as they are',
      { name: 'n', brand: null, formality: undefined },
      { name: 'n', brand: null },
    ],
    ['extra fields', { extra: { shine: 3 } }, { shine: 3 }],
  ])('[ED9] %s', (_, changes, set) => {
    expect(changesToSet('items', changes as never, current)).toEqual(set)
  })

  test('[ED9] the record shows what was wanted, odd names too', () => {
    const phone = replica('phone/a', 1)
    const tags = ['__proto__', 'constructor', 'x.y', 'ünï'].sort()
    phone.write('items', 'x', changesToSet('items', { tags }))
    expect(item(phone).tags).toEqual(tags)
  })
})

describe('what this version does not know', () => {
  test('[ED8] unknown fields show under extra and survive an edit of others', () => {
    const phone = replica('phone/a', 1)
    phone.write('items', 'x', {
      shine: 3,
      'name.fr': 'Chemise',
      id: 'not the id',
      constructor: 'c',
    } as Record<string, Json>)
    phone.write('items', 'x', { name: 'Shirt' })
    const record = item(phone)
    expect(record).toMatchObject({ id: 'x', name: 'Shirt' })
    expect(record.extra).toEqual({ shine: 3, 'name.fr': 'Chemise', id: 'not the id', constructor: 'c' })
    phone.write('items', 'x', { shine: null })
    expect(item(phone).extra).not.toHaveProperty('shine')
  })

  test('[ED8] unknown kinds, fields and sources pass through an older replica unchanged', () => {
    const newer = replica('phone/a', 1)
    const older = replica('tablet/a', 2)
    const third = replica('laptop/a', 3)
    newer.write('spaceships', 'x', { warp: [1, { deep: null }] })
    newer.write('items', 'x', { hologram: { a: 1 } }, { src: 'telepathy', confidence: { hologram: 0.5 } })
    older.pull(newer)
    older.write('items', 'x', { name: 'mine' })
    third.pull(older)
    expect(third.editsOf('spaceships', 'x')).toMatchObject([{ set: { warp: [1, { deep: null }] } }])
    expect(third.editsOf('items', 'x').find(({ src }) => src === 'telepathy')).toMatchObject({
      set: { hologram: { a: 1 } },
      confidence: { hologram: 0.5 },
    })
    expect(item(third)).toMatchObject({ name: 'mine', extra: {} })
  })

  test('[ED8] tuple and edit are the same thing, with as few parts as say it', () => {
    const base = {
      hlc: 1,
      by: 'a/b',
      kind: 'k',
      id: 'i',
      set: { f: 1 },
      over: {},
      src: 'user',
      confidence: {},
    }
    const over = { f: [[1, 'a/b'] as const] }
    const cases: [Edit, number][] = [
      [base, 5],
      [{ ...base, over }, 6],
      [{ ...base, src: 'robot' }, 7],
      [{ ...base, over, src: 'vision', confidence: { f: 1 } }, 8],
    ]
    for (const [edit, parts] of cases) {
      const tuple = editToTuple(edit)
      expect(tuple).toHaveLength(parts)
      expect(tupleToEdit(tuple)).toEqual(edit)
    }
  })
})
