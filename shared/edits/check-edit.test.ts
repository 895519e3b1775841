import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { editsArbitrary } from '../testing/arbitraries.js'
import { checkEdit, EDIT_LIMITS } from './check-edit.js'
import { editToTuple, RELEASE } from './edit.js'
import { BAG_ROOT, readUpdate } from './read-update.js'
import { encodeEdits } from './write-update.js'

const BY = 'phone/a'
/** An edit with these values, of the items kind. */
const items = (set: unknown, ...rest: unknown[]) => [1, BY, 'items', 'x', set, ...rest]
const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)])
const fields = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`f${i}`, 1]))
const names = (count: number) => Array.from({ length: count }, (_, i) => [i, BY])

describe('checking an edit', () => {
  test.each<[string, unknown]>([
    ['the shortest', items({ name: 'Shirt' })],
    ['the longest', items({ name: 'Shirt' }, { name: [[0, BY]] }, 'vision', { name: 0.5 })],
    [
      'every type of field',
      items({
        name: '',
        colors: [{ hex: '#fff' }],
        formality: 1.5,
        waterproof: false,
        purchasedAt: 0,
        'tags.a': true,
      }),
    ],
    [
      'null in any field',
      items({ name: null, tags: null, formality: null, deletedAt: null, 'tags.a': null }),
    ],
    [
      'a release of any field',
      items({ name: RELEASE, colors: RELEASE, 'tags.a': RELEASE, formality: RELEASE }),
    ],
    ['an unknown kind', [1, BY, 'spaceships', 'x', { warp: { factor: [9] } }]],
    ['an unknown field and source', items({ hologram: 'h', 'name.fr': 'Chemise' }, undefined, 'robot')],
    [
      'names that objects have by birth',
      [1, BY, 'constructor', 'x', { constructor: 1, toString: 'a', hasOwnProperty: null }],
    ],
    [
      'names that objects have by birth, in a known kind',
      items({ constructor: 1, valueOf: 2, 'tags.constructor': true, 'tags.__proto__': true }),
    ],
    ['text at its limit', items({ name: 'x'.repeat(200) })],
    ['emoji', items({ name: '👕', 'tags.👕 blue': true })],
    ['the times at the limits', items({ purchasedAt: -62_135_596_800_000, deletedAt: 253_402_300_799_999 })],
    ['as many fields as may be', [1, BY, 'other', 'x', fields(EDIT_LIMITS.fields)]],
    ['as many names as may be', items({ name: 'a' }, { name: names(EDIT_LIMITS.names) })],
    ['values nested sixteen deep', [1, BY, 'other', 'x', { f: nested(16) }]],
    ['a set without a prototype', items(Object.assign(Object.create(null), { name: 'a' }))],
    ['the greatest clock', [Number.MAX_SAFE_INTEGER, BY, 'items', 'x', { name: 'a' }]],
  ])('[ED10] accepts %s', (_, value) => {
    expect(checkEdit(value)).toMatchObject({ ok: true })
  })

  test.each<[string, unknown, string]>([
    ['no list', { hlc: 1 }, 'list'],
    ['nothing', undefined, 'list'],
    ['too few parts', [1, BY, 'items', 'x'], 'list'],
    ['too many parts', items({ name: 'a' }, {}, 'user', {}, 1), 'list'],
    ['a clock that is a text', ['1', BY, 'items', 'x', { name: 'a' }], 'hlc'],
    ['a clock that is NaN', [Number.NaN, BY, 'items', 'x', { name: 'a' }], 'hlc'],
    ['a clock below zero', [-1, BY, 'items', 'x', { name: 'a' }], 'hlc'],
    ['a clock with a fraction', [1.5, BY, 'items', 'x', { name: 'a' }], 'hlc'],
    ['a clock beyond the safe integers', [2 ** 53, BY, 'items', 'x', { name: 'a' }], 'hlc'],
    ['a clock that is a bigint', [1n, BY, 'items', 'x', { name: 'a' }], 'hlc'],
    ['a writer without a device', [1, 'a', 'items', 'x', { name: 'a' }], 'by'],
    ['a writer with two slashes', [1, 'a/b/c', 'items', 'x', { name: 'a' }], 'by'],
    ['a writer with a space', [1, 'a/b ', 'items', 'x', { name: 'a' }], 'by'],
    ['a writer with a line break', [1, 'a/b\n', 'items', 'x', { name: 'a' }], 'by'],
    ['a long writer', [1, `${'a'.repeat(65)}/b`, 'items', 'x', { name: 'a' }], 'by'],
    ['a kind in capitals', [1, BY, 'Items', 'x', { name: 'a' }], 'kind'],
    ['the kind __proto__', [1, BY, '__proto__', 'x', { name: 'a' }], 'kind'],
    ['an empty kind', [1, BY, '', 'x', { name: 'a' }], 'kind'],
    ['an empty id', [1, BY, 'items', '', { name: 'a' }], 'id'],
    ['a long id', [1, BY, 'items', 'x'.repeat(EDIT_LIMITS.id + 1), { name: 'a' }], 'id'],
    ['an id with NUL', [1, BY, 'items', 'x\u0000', { name: 'a' }], 'id'],
    ['an id with half a surrogate pair', [1, BY, 'items', 'x\ud800', { name: 'a' }], 'id'],
    ['a set that is a list', items(['name']), 'set'],
    ['a set that is null', items(null), 'set'],
    ['a set with a prototype of its own', items(Object.create({ name: 'a' })), 'set'],
    ['an empty set', items({}), '0 fields'],
    ['too many fields', [1, BY, 'other', 'x', fields(EDIT_LIMITS.fields + 1)], 'fields'],
    ['the field __proto__', items(JSON.parse('{"__proto__": 1}')), 'not a name'],
    ['a field with a space', items({ 'a b': 1 }), 'not a name'],
    ['an empty element', items({ 'tags.': true }), 'not a name'],
    ['a long element', items({ [`tags.${'x'.repeat(65)}`]: true }), 'not a name'],
    ['an element with NUL', items({ 'tags.a\u0000': true }), 'not a name'],
    ['an element with half a surrogate pair', items({ 'tags.\udc00': true }), 'not a name'],
    ['a text field that holds a number', items({ name: 1 }), 'items.name'],
    ['a text that is too long', items({ name: 'x'.repeat(201) }), 'items.name'],
    ['a text with NUL', items({ name: 'a\u0000b' }), 'items.name'],
    ['a text with half a surrogate pair', items({ name: 'a\ud83d' }), 'items.name'],
    ['a number that is NaN', items({ formality: Number.NaN }), 'items.formality'],
    ['a number that is infinite', items({ price: Number.POSITIVE_INFINITY }), 'items.price'],
    ['a number that is a bigint', items({ price: 1n }), 'items.price'],
    ['a boolean that is a number', items({ waterproof: 1 }), 'items.waterproof'],
    ['a time after the year 9999', items({ deletedAt: 253_402_300_800_000 }), 'items.deletedAt'],
    ['a time that is a text', items({ deletedAt: '2026-01-01' }), 'items.deletedAt'],
    ['a set written as a whole', items({ tags: ['a'] }), 'items.tags'],
    ['an element that is false', items({ 'tags.a': false }), 'items.tags.a'],
    ['JSON that is too long', items({ colors: ['x'.repeat(2001)] }), 'items.colors'],
    ['undefined', items({ name: undefined }), 'items.name'],
    ['bytes', [1, BY, 'other', 'x', { f: new Uint8Array(3) }], 'JSON'],
    ['a date', [1, BY, 'other', 'x', { f: new Date(0) }], 'JSON'],
    ['a function', [1, BY, 'other', 'x', { f: () => 1 }], 'JSON'],
    ['values nested too deep', [1, BY, 'other', 'x', { f: nested(18) }], 'JSON'],
    ['NUL in a key of a value', [1, BY, 'other', 'x', { f: { 'a\u0000': 1 } }], 'JSON'],
    ['a release that smuggles', items({ name: { $: 'release', x: 10n } }), 'items.name'],
    ['more than an edit may hold', [1, BY, 'other', 'x', { f: 'x'.repeat(EDIT_LIMITS.json) }], 'characters'],
    ['over that is a list', items({ name: 'a' }, []), 'over'],
    ['over that names another field', items({ name: 'a' }, { brand: [] }), 'over'],
    ['over that names what set only inherits', items({ name: 'a' }, { constructor: [] }), 'over'],
    ['over that holds no names', items({ name: 'a' }, { name: [[1]] }), 'over'],
    ['over that holds a bad writer', items({ name: 'a' }, { name: [[1, 'x']] }), 'over'],
    ['over that holds too many', items({ name: 'a' }, { name: names(EDIT_LIMITS.names + 1) }), 'over'],
    ['a source in capitals', items({ name: 'a' }, {}, 'User'), 'src'],
    ['a source that is null', items({ name: 'a' }, {}, null), 'src'],
    ['a confidence above one', items({ name: 'a' }, {}, 'vision', { name: 1.1 }), 'confidence'],
    ['a confidence that is NaN', items({ name: 'a' }, {}, 'vision', { name: Number.NaN }), 'confidence'],
    ['a confidence of another field', items({ name: 'a' }, {}, 'vision', { brand: 1 }), 'confidence'],
  ])('[ED10] refuses %s, and says where', (_, value, where) => {
    const checked = checkEdit(value)
    expect(checked).toMatchObject({ ok: false, detail: expect.stringContaining(where) })
    if (!checked.ok) expect(checked.detail.length).toBeLessThan(300)
  })

  test('[ED10] anything at all is answered, never thrown at', () => {
    fc.assert(
      fc.property(
        fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true, withTypedArray: true }),
        (value) => {
          checkEdit(value)
          checkEdit([1, BY, 'items', 'x', value])
          checkEdit([1, BY, 'items', 'x', { name: value, colors: value, 'tags.a': value, other: value }])
          checkEdit([1, BY, 'items', 'x', { name: 'a' }, value, value, value])
          checkEdit([1, BY, 'items', 'x', { name: 'a' }, { name: value }])
        },
      ),
      { numRuns: 2000 },
    )
  })

  test('[ED10] [ED8] what passes comes out of an update as it went in', () => {
    fc.assert(
      fc.property(editsArbitrary(fc), (edits) => {
        const reading = readUpdate(encodeEdits(1, 0, edits.map(editToTuple)))
        if (!reading.ok) throw new Error(reading.detail)
        const read = reading.content.runs.flatMap((run) => run.values ?? [])
        expect(read.map((value) => checkEdit(value))).toMatchObject(edits.map((edit) => ({ ok: true, edit })))
      }),
      { numRuns: 200 },
    )
  })

  test('[ED10] a prototype that travels as a key harms nobody', () => {
    const hostile = JSON.parse('{"name": "a", "__proto__": {"polluted": true, "brand": "b"}}')
    const doc = new Y.Doc()
    doc.getArray(BAG_ROOT).push([[1, BY, 'items', 'x', hostile]])
    const reading = readUpdate(Y.encodeStateAsUpdate(doc))
    if (!reading.ok) throw new Error(reading.detail)
    expect(checkEdit(reading.content.runs[0]?.values?.[0])).toMatchObject({ ok: false })
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })
})
