import fc from 'fast-check'
import { describe, expect, expectTypeOf, test } from 'vitest'
import type { z } from 'zod'
import { checkEdit } from '../edits/check-edit.js'
import { changesToSet, recordOf } from '../edits/record.js'
import { KIND_NAMES, KINDS } from './kinds.js'
import type { ChangesOf, RecordOf } from './records.js'
import { changesSchema, recordSchema } from './schemas.js'

describe('schemas of records', () => {
  test.each(KIND_NAMES)('%s: a record without a value fits, and holds nothing else', (kind) => {
    const record = recordOf(kind, 'x', [])
    expect(recordSchema(kind).parse(record)).toEqual(record)
  })

  test('the types are those of the records', () => {
    const record = recordSchema('items')
    const changes = changesSchema('items')
    expectTypeOf<z.output<typeof record>['tags']>().toEqualTypeOf<readonly string[]>()
    expectTypeOf<z.output<typeof record>>().toExtend<RecordOf<'items'>>()
    expectTypeOf<ChangesOf<'items'>>().toExtend<z.input<typeof changes>>()
  })

  test('whatever a schema of changes takes, an edit may carry', () => {
    const schema = changesSchema('items')
    const value = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 80 }),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
      fc.array(fc.string({ unit: 'binary', maxLength: 70 }), { maxLength: 4 }),
      fc.jsonValue({ maxDepth: 20, noUnicodeString: false }),
    )
    const field = fc.constantFrom(...Object.keys(KINDS.items))
    let taken = 0
    fc.assert(
      fc.property(fc.dictionary(field, value, { minKeys: 1, maxKeys: 3 }), (raw) => {
        const parsed = schema.safeParse(raw)
        if (!parsed.success) return
        const set = changesToSet('items', parsed.data as ChangesOf<'items'>)
        if (Object.keys(set).length === 0) return
        taken++
        expect(checkEdit([1, 'device/writer', 'items', 'id', set])).toMatchObject({ ok: true })
      }),
      { numRuns: 2000 },
    )
    expect(taken).toBeGreaterThan(0)
  })

  test.each([
    ['an unknown field', { nmae: 'x' }],
    ['a text where a number belongs', { price: '12' }],
    ['a text over its limit', { name: 'x'.repeat(201) }],
    ['a NUL', { name: 'a\u0000' }],
    ['half of a surrogate pair', { tags: ['\ud800'] }],
    ['a time past the year 9999', { purchasedAt: 1e15 }],
    ['a known field under extra', { extra: { name: 'x' } }],
    ['an element of a set under extra', { extra: { 'tags.linen': true } }],
    ['JSON nested too deep', { colors: JSON.parse(`${'['.repeat(20)}${']'.repeat(20)}`) }],
  ])('%s is refused', (_, changes) => {
    expect(changesSchema('items').safeParse(changes).success).toBe(false)
  })
})
