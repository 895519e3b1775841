import { describe, expect, test } from 'vitest'
import type { Json } from '../domain/json.js'
import { lookalikes } from './lookalikes.js'
import { type Comparable, similarItems } from './similar-items.js'

const photo = (itemId: string | null, values: Json, eyes: Json = 'a', deletedAt: number | null = null) => ({
  itemId,
  deletedAt,
  analysis: { features: { eyes, values } },
})

describe('photos that look alike', () => {
  test('[FI4] the cosine of what the same eyes saw; of several photos the two that are most alike', () => {
    const found = lookalikes(
      [
        photo('shirt', [100, 0, 0]),
        photo('shirt', [0, 100, 0]),
        photo('polo', [3, 4, 0]),
        photo('hat', [-100, 0, 10]),
        photo('hat', [0, 0, 50]),
        photo('coat', [100, 0, 0], 'others'),
        photo('coat', [100, 0]),
        photo('gone', [100, 0, 0], 'a', 5),
        photo(null, [100, 0, 0]),
      ],
      'shirt',
    )
    expect([...found].map(([id, likeness]) => [id, Math.round(likeness * 100) / 100])).toEqual([
      ['polo', 0.8],
      ['hat', 0],
    ])
  })

  test('[FI4] what somebody else wrote there is passed over', () => {
    const odd: Json[] = [
      null,
      'x',
      {},
      [],
      [null],
      ['1'],
      [1e300],
      [1, [2]],
      Array.from({ length: 300 }, () => 1),
    ]
    const found = lookalikes(
      [
        photo('shirt', [1, 2]),
        ...odd.map((values, i) => photo(`odd-${i}`, values)),
        photo('eyes', [1, 2], 7),
      ],
      'shirt',
    )
    expect([...found]).toEqual([])
    expect([...lookalikes([photo('shirt', [0, 0]), photo('polo', [1, 2])], 'shirt')]).toEqual([])
    expect([...lookalikes([{ itemId: 'a', deletedAt: null, analysis: null }], 'a')]).toEqual([])
  })
})

const piece = (id: string, more: Partial<Comparable> = {}): Comparable => ({
  id,
  category: null,
  subcategory: null,
  pattern: null,
  material: null,
  colors: null,
  attributes: [],
  deletedAt: null,
  ...more,
})

test('[FI3] by colour and by features together: of two of the same colour the one that looks like it comes first', () => {
  const navy = { colors: [{ hex: '#1f2a44', name: 'navy', share: 1 }] }
  const pieces = [
    piece('shirt', navy),
    piece('navy hat', navy),
    piece('navy polo', navy),
    piece('red polo', { colors: [{ hex: '#b01c2e', name: 'red', share: 1 }] }),
  ]
  const looks = new Map([
    ['navy hat', -0.4],
    ['navy polo', 0.9],
    ['red polo', 0.9],
  ])
  const first = similarItems(pieces, 'shirt', { lookalikes: looks })
  expect(first.map(({ id }) => id)).toEqual(['navy polo', 'navy hat', 'red polo'])
  expect(first.every(({ similarity }) => similarity >= 0 && similarity <= 1)).toBe(true)
  expect(similarItems(pieces, 'shirt', { limit: 1 })).toHaveLength(1)
})
