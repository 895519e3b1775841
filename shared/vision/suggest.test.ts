import { describe, expect, test } from 'vitest'
import type { Item, Photo } from '../domain/records.js'
import { suggest } from './suggest.js'

const item = (fields: Partial<Item> = {}): Item =>
  ({
    id: 'i1',
    category: null,
    subcategory: null,
    pattern: null,
    attributes: [],
    seasons: [],
    ...fields,
  }) as Item
const photo = (analysis: unknown, id = 'p1'): Photo =>
  ({ id, itemId: 'i1', deletedAt: null, analysis }) as Photo
const kinds = [
  { category: 'top', subcategory: 't-shirt', confidence: 0.45 },
  { category: 'top', subcategory: 'polo', confidence: 0.3 },
  { category: 'dress', subcategory: 'dress', confidence: 0.04 },
]
const nobody = new Set<string>()
const labels = (given: Item, photos: readonly Photo[], decided = nobody) =>
  suggest(given, photos, decided).map(({ field, label }) => `${field} ${label}`)

describe('what is offered for a piece', () => {
  test('[LV2] what the analysis was not sure of, the likeliest first; accepting one writes all of it', () => {
    const found = suggest(
      item({ category: 'top' }),
      [photo({ kinds, pattern: { value: 'striped', confidence: 0.4 } })],
      nobody,
    )
    expect(found).toEqual([
      {
        itemId: 'i1',
        photoId: 'p1',
        field: 'kind',
        label: 't-shirt',
        confidence: 0.45,
        set: { category: 'top', subcategory: 't-shirt' },
      },
      {
        itemId: 'i1',
        photoId: 'p1',
        field: 'kind',
        label: 'polo',
        confidence: 0.3,
        set: { category: 'top', subcategory: 'polo' },
      },
      {
        itemId: 'i1',
        photoId: 'p1',
        field: 'pattern',
        label: 'striped',
        confidence: 0.4,
        set: { pattern: 'striped' },
      },
    ])
  })

  test('[LV2] what shows is not offered, its alternatives are', () => {
    expect(labels(item({ category: 'top', subcategory: 't-shirt' }), [photo({ kinds })])).toEqual([
      'kind polo',
    ])
  })

  test('[LV2] nothing is offered of what a person has said, cleared or taken out', () => {
    const analysis = {
      kinds,
      pattern: { value: 'striped', confidence: 0.4 },
      attributes: { neckline: { value: 'crew', confidence: 0.5 }, fit: { value: 'slim', confidence: 0.5 } },
      seasons: [
        { value: 'summer', confidence: 0.6 },
        { value: 'spring', confidence: 0.5 },
      ],
    }
    expect(labels(item(), [photo(analysis)])).toHaveLength(7)
    const decided = new Set(['subcategory', 'pattern', 'attributes.neckline:v', 'seasons.spring'])
    expect(labels(item(), [photo(analysis)], decided)).toEqual(['attributes.fit slim', 'seasons summer'])
  })

  test('of several photos the surest counts, and photos of others not at all', () => {
    const striped = (confidence: number) => ({ pattern: { value: 'striped', confidence } })
    const other = { ...photo(striped(0.9), 'p3'), itemId: 'i2' } as Photo
    expect(suggest(item(), [photo(striped(0.3)), photo(striped(0.5), 'p2'), other], nobody)).toMatchObject([
      { confidence: 0.5, photoId: 'p2' },
    ])
  })

  test('what a model names is offered too, and what cannot be read is passed over', () => {
    const model = {
      category: { value: 'top', confidence: 0.5 },
      subcategory: { value: 'cardigan', confidence: 0.4 },
      material: { value: 'wool', confidence: 0.5 },
      colors: { value: [{ hex: '#1f2a44', name: 'navy', share: 1 }], confidence: 0.4 },
    }
    expect(labels(item(), [photo(model)])).toEqual(['kind cardigan', 'material wool', 'colors navy'])
    for (const odd of [
      null,
      [],
      'x',
      { kinds: [1, null, {}], pattern: 7, colors: { value: [] }, seasons: {} },
    ])
      expect(labels(item(), [photo(odd)])).toEqual([])
  })
})
