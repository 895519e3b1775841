import { describe, expect, test } from 'vitest'
import { generateOutfits } from '../../outfit/generate.js'
import { toPieces } from '../../outfit/piece.js'
import type { GarmentLike } from '../../outfit/types.js'
import { withTitle } from './with-title.js'

describe('a piece that has only a name', () => {
  test('[CR7] is what its name says', () => {
    const piece = withTitle<GarmentLike>({ id: 'x', name: 'Navy cable-knit wool sweater, oversized' })
    expect(piece).toMatchObject({ category: 'top', subcategory: 'sweater', material: 'wool', fit: 'loose' })
    expect(piece.colors).toHaveLength(1)
  })

  test('[CR7] can be worn with others of the kind', () => {
    const items = ['white linen shirt', 'navy chinos', 'brown loafers'].map((name) => ({ id: name, name }))
    const { outfits, missing } = generateOutfits({ items, count: 1 })
    expect(outfits[0]?.itemIds).toEqual(['white linen shirt', 'navy chinos', 'brown loafers'])
    expect(outfits[0]?.reasons).toContain('the white linen shirt and the navy chinos: a calm neutral palette')
    expect(missing).toEqual([])
  })

  test('[CR7] is what its fields say, where they say something else', () => {
    const item: GarmentLike = {
      id: 'x',
      name: 'red silk dress',
      category: 'top',
      subcategory: 'blouse',
      colors: [{ hex: '#ffffff', share: 1 }],
      material: 'linen',
      pattern: 'striped',
      fit: 'slim',
    }
    expect(withTitle(item)).toEqual(item)
  })

  test('[CR7] is what its attributes say before its name does', () => {
    const named = { id: 'x', name: 'bold striped wide-leg trousers', subcategory: 'trousers' }
    const one = (attributes: string[]) => toPieces({ ...named, attributes })[0]
    expect(one([])).toMatchObject({ scale: 3, volume: 2, pattern: { id: 'striped' } })
    expect(one(['pattern-scale:small', 'fit:slim', 'leg:wide'])).toMatchObject({ scale: 1, volume: 0 })
    expect(one(['leg:skinny'])).toMatchObject({ scale: 3, volume: 0 })
    expect(toPieces({ id: 'x', name: 'bold red shirt' })[0]).toMatchObject({ scale: 0, volume: 1 })
  })

  test('[CR7] is nothing where its name says no kind', () => {
    expect(withTitle({ id: 'x', name: 'Old faithful' })).not.toHaveProperty('category')
  })
})
