import { describe, expect, test } from 'vitest'
import { beatenEdits, isBeaten, overOf } from './bag.js'
import { checkEdit, EDIT_LIMITS } from './check-edit.js'
import { conflictsOf } from './conflict.js'
import { type Edit, editToTuple } from './edit.js'

let clock = 0
const edit = (set: Edit['set'], more: Partial<Edit> = {}): Edit => ({
  hlc: ++clock,
  by: 'phone/a',
  kind: 'items',
  id: 'x',
  set,
  over: {},
  src: 'user',
  confidence: {},
  ...more,
})
const nameOf = ({ hlc, by }: Edit): [number, string] => [hlc, by]

describe('what a new edit names as beaten', () => {
  test('[ED5] every live edit of the same field and source, and no other', () => {
    const name = edit({ name: 'a' })
    const both = edit({ name: 'b', brand: 'c' })
    const vision = edit({ name: 'v' }, { src: 'vision' })
    expect(overOf([name, both, vision], ['name', 'size'], 'user')).toEqual({
      name: [nameOf(name), nameOf(both)],
    })
    expect(overOf([name, both, vision], ['name'], 'vision')).toEqual({ name: [nameOf(vision)] })
    expect(overOf([name], ['constructor', 'toString'], 'user')).toEqual({})
  })

  test('[ED5] also edits that another one beats already: that one may leave', () => {
    const first = edit({ name: 'a', brand: 'keeps it in the bag' })
    const second = edit({ name: 'b' }, { over: { name: [nameOf(first)] } })
    const third = edit({ name: 'c' }, { over: overOf([first, second], ['name'], 'user') })
    const live = [first, second, third]
    const left = live.filter((e) => !beatenEdits(live).includes(e))
    expect(left).toEqual([first, third])
    expect(conflictsOf(left)).toEqual([])
  })

  test('[ED5] never more names than an edit may hold: unbeaten ones first, then the latest', () => {
    const many = Array.from({ length: EDIT_LIMITS.names + 10 }, (_, i) => edit({ status: `${i}` }))
    // All but the first five are beaten by the last.
    const last = edit({ status: 'last' }, { over: { status: many.slice(5).map(nameOf) } })
    const { status = [] } = overOf([...many, last], ['status'], 'user')
    expect(status).toHaveLength(EDIT_LIMITS.names)
    for (const unbeaten of [...many.slice(0, 5), last]) expect(status).toContainEqual(nameOf(unbeaten))
    expect(status).toContainEqual(nameOf(many.at(-1)!))
    expect(status).not.toContainEqual(nameOf(many[5]!))
    const next = edit({ status: 'next' }, { over: { status } })
    expect(checkEdit(editToTuple(next))).toMatchObject({ ok: true })
  })
})

describe('which edits are beaten', () => {
  test('[ED6] an edit of several fields stays until each of them is beaten', () => {
    const two = edit({ name: 'a', brand: 'b' })
    const name = edit({ name: 'c' }, { over: { name: [nameOf(two)] } })
    expect(beatenEdits([two, name])).toEqual([])
    expect(isBeaten([two, name], 'name', two)).toBe(true)
    expect(isBeaten([two, name], 'brand', two)).toBe(false)
    const brand = edit({ brand: 'd' }, { over: { brand: [nameOf(two)] } })
    expect(beatenEdits([two, name, brand])).toEqual([two])
  })

  test('[ED6] a source beats only its own edits, whatever it claims', () => {
    const user = edit({ name: 'a' })
    const vision = edit({ name: 'v' }, { src: 'vision', over: { name: [nameOf(user)] } })
    expect(beatenEdits([user, vision])).toEqual([])
    expect(isBeaten([user, vision], 'name', user)).toBe(false)
  })

  test('[ED6] a later edit that names nobody beats nobody', () => {
    expect(beatenEdits([edit({ name: 'a' }), edit({ name: 'b' })])).toEqual([])
  })
})

describe('conflicts of one record', () => {
  test('[ED7] two people who did not know of each other: the later shows, the other is listed', () => {
    const first = edit({ name: 'Linen' }, { by: 'phone/a' })
    const second = edit({ name: 'White' }, { by: 'tablet/a' })
    expect(conflictsOf([first, second])).toEqual([
      {
        kind: 'items',
        id: 'x',
        field: 'name',
        winner: { value: 'White', name: nameOf(second) },
        losers: [{ value: 'Linen', name: nameOf(first) }],
      },
    ])
  })

  test('[ED7] whoever writes after seeing both ends the conflict', () => {
    const both = [edit({ name: 'Linen' }), edit({ name: 'White' }, { by: 'tablet/a' })]
    const settled = edit({ name: 'Linen' }, { over: overOf(both, ['name'], 'user') })
    expect(conflictsOf([...both, settled])).toEqual([])
  })

  test('[ED7] the same value is no conflict, nor are edits of different fields, nor is an analysis', () => {
    expect(conflictsOf([edit({ name: 'a' }), edit({ name: 'a' }, { by: 'tablet/a' })])).toEqual([])
    expect(conflictsOf([edit({ name: 'a' }), edit({ brand: 'b' }, { by: 'tablet/a' })])).toEqual([])
    const vision = edit({ name: 'v' }, { src: 'vision' })
    expect(conflictsOf([edit({ name: 'a' }), vision])).toEqual([])
    expect(conflictsOf([vision, edit({ name: 'w' }, { src: 'vision', by: 'server/w' })])).toEqual([])
  })

  test('[ED7] losers are listed latest first, and once each', () => {
    const edits = ['a', 'b', 'c', 'd'].map((name, i) => edit({ name }, { by: `phone/${i}` }))
    const [conflict] = conflictsOf([...edits, ...edits])
    expect(conflict?.winner.value).toBe('d')
    expect(conflict?.losers.map(({ value }) => value)).toEqual(['c', 'b', 'a'])
  })

  test('[ED4] deleting and editing apart is no conflict: the record stays deleted, with the edit in it', () => {
    const deleted = edit({ deletedAt: 5 })
    const renamed = edit({ name: 'new' }, { by: 'tablet/a' })
    expect(conflictsOf([deleted, renamed])).toEqual([])
  })
})
