import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { duplicates } from './duplicates.js'
import { makeUp } from './make-up.js'
import type { OwnedPiece } from './records.js'

const tee = (id: string, hex: string, more: Partial<OwnedPiece> = {}): OwnedPiece => ({
  id,
  category: 'top',
  subcategory: 't-shirt',
  colors: [{ hex, share: 1 }],
  ...more,
})

describe('make-up', () => {
  test('counts kinds and colours, and colours by area', () => {
    const report = makeUp({
      items: [
        tee('a', '#ffffff'),
        tee('b', '#1b2440', { seasons: ['summer'], material: 'Linen' }),
        {
          id: 'c',
          category: 'bottom',
          subcategory: 'jeans',
          colors: [
            { hex: '#ffffff', share: 0.5 },
            { hex: '#c8202c', share: 0.5 },
          ],
        },
      ],
    })
    expect(report.categories).toEqual([
      { name: 'top', pieces: 2, share: 2 / 3 },
      { name: 'bottom', pieces: 1, share: 1 / 3 },
    ])
    expect(report.colours.map(({ name, pieces, share }) => [name, pieces, share.toFixed(2)])).toEqual([
      ['white', 2, '0.50'],
      ['navy', 1, '0.33'],
      ['red', 1, '0.17'],
    ])
    expect(report.neutral).toBeCloseTo(5 / 6)
    expect(report.materials).toEqual([{ name: 'linen', pieces: 1, share: 1 }])
    expect(report.seasons).toEqual([{ name: 'summer', pieces: 1, share: 1 }])
    expect(report.missing).toEqual([])
  })

  test('[IN1] what is not known is named, and nonsense never throws', () => {
    const report = makeUp({ items: [tee('a', 'no colour'), { id: 'b', category: 'spaceship' }] })
    expect(report.missing).toMatchObject([
      { code: 'some-kinds', itemIds: ['b'] },
      { code: 'some-colours', itemIds: ['a', 'b'] },
    ])
    expect(makeUp({ items: [] })).toMatchObject({ pieces: 0, neutral: null, missing: [{ code: 'no-items' }] })
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.anything(), fc.record({ id: fc.string(), colors: fc.anything() }))),
        (items) => {
          makeUp({ items: items as never })
          duplicates({ items: items as never })
        },
      ),
    )
  })
})

describe('duplicates', () => {
  test('[IN4] are of one kind, colour, pattern and material; the oldest is first', () => {
    const groups = duplicates({
      items: [
        tee('d', '#15161a'),
        tee('a', '#141416'),
        tee('b', '#1a1a1c', { pattern: 'solid' }),
        tee('e', '#f2f2f2'),
        tee('striped', '#141416', { pattern: 'striped' }),
        { ...tee('jeans', '#141416'), category: 'bottom', subcategory: 'jeans' },
      ],
    })
    // What is not known of `a` speaks against nothing, so `striped` is like it, too.
    expect(groups).toMatchObject([{ itemIds: ['a', 'b', 'd', 'striped'], kind: 't-shirt', hex: '#141416' }])
    expect(groups[0]?.distance).toBeLessThan(0.07)
  })

  test('[IN1] do not depend on the order of items', () => {
    const items = Array.from({ length: 40 }, (_, i) =>
      tee(`t${i}`, `#${(0x202020 + i * 0x030201).toString(16)}`),
    )
    expect(duplicates({ items: [...items].reverse() })).toEqual(duplicates({ items }))
  })

  test('[IN4] among ten thousand white shirts are found without comparing each with each', () => {
    const items = Array.from({ length: 10_000 }, (_, i) => tee(`t${i}`, i % 2 ? '#ffffff' : '#fdfdfe'))
    expect(duplicates({ items })[0]?.itemIds).toHaveLength(10_000)
  })
})
