import { describe, expect, test } from 'vitest'
import type { Taxonomy } from './taxonomy.js'
import { findCategory, findSubcategory, SLOTS, TAXONOMY, traitsOf } from './taxonomy.js'

describe('the taxonomy', () => {
  test('names every category and subcategory once', () => {
    const categories = TAXONOMY.map((category) => category.id)
    const subcategories = TAXONOMY.flatMap((category) => category.subcategories.map((sub) => sub.id))
    expect(new Set(categories).size).toBe(categories.length)
    expect(new Set(subcategories).size).toBe(subcategories.length)
  })

  test('keeps formality, warmth and slots within their scales', () => {
    for (const category of TAXONOMY) {
      expect(category.subcategories.map((sub) => sub.id)).toContain(category.typical)
      for (const sub of category.subcategories) {
        expect(sub.formality).toBeGreaterThanOrEqual(1)
        expect(sub.formality).toBeLessThanOrEqual(5)
        expect(sub.warmth).toBeGreaterThanOrEqual(0)
        expect(sub.warmth).toBeLessThanOrEqual(0.8)
        for (const way of sub.ways ?? category.ways) {
          expect(way.length).toBeGreaterThan(0)
          for (const slot of way) expect(SLOTS).toContain(slot)
        }
      }
    }
  })

  test('has a place for each class that photos are sorted into', () => {
    const classes = [
      'blazer',
      'blouse',
      'dress',
      'hat',
      'hoodie',
      'longsleeve',
      'polo',
      'shirt',
      'shoes',
      'shorts',
      'skirt',
      't-shirt',
      'top',
      'undershirt',
      'jacket',
      'trousers',
    ]
    for (const id of classes) expect(findSubcategory(id)?.subcategory.id, id).toBe(id)
  })
})

describe('the traits of a piece', () => {
  test('come from the subcategory, and from the piece where it says otherwise', () => {
    expect(traitsOf({ category: 'outerwear', subcategory: 'parka' })).toMatchObject({
      ways: [['outer']],
      warmth: 0.7,
      waterproof: true,
    })
    expect(
      traitsOf({ category: 'outerwear', subcategory: 'parka', warmth: 0.5, waterproof: false }),
    ).toMatchObject({
      warmth: 0.5,
      waterproof: false,
    })
  })

  test('let a dress cover both the upper body and the legs', () => {
    expect(traitsOf({ category: 'dress' })?.ways).toEqual([['base', 'legs']])
  })

  test('fall back on what is typical of the category, and read sloppy spelling', () => {
    expect(traitsOf({ category: 'shoes', subcategory: 'moon boots' })?.subcategory).toBe('shoes')
    expect(traitsOf({ category: ' Top ', subcategory: 'T Shirt' })?.subcategory).toBe('t-shirt')
    expect(traitsOf({ category: 'jeans' })?.category).toBe('bottom')
    expect(traitsOf({ category: null, subcategory: 'jeans' })?.category).toBe('bottom')
  })

  test('take a stated category over a subcategory of another', () => {
    expect(traitsOf({ category: 'shoes', subcategory: 'jeans' })?.category).toBe('shoes')
  })

  test('are null for what is unknown, and ignore numbers off the scale', () => {
    expect(traitsOf({ category: 'spaceship', subcategory: 'booster' })).toBeNull()
    expect(traitsOf({})).toBeNull()
    expect(traitsOf({ category: 'top', formality: 99, warmth: Number.NaN })).toMatchObject({
      formality: 2,
      warmth: 0.09,
    })
  })

  test('follow a taxonomy of the caller', () => {
    const own: Taxonomy = [
      ...TAXONOMY,
      {
        id: 'kimono',
        label: 'kimono',
        ways: [['base', 'legs']],
        typical: 'yukata',
        subcategories: [{ id: 'yukata', label: 'yukata', formality: 3, warmth: 0.4 }],
      },
    ]
    expect(traitsOf({ category: 'kimono' })).toBeNull()
    expect(traitsOf({ category: 'kimono' }, own)?.warmth).toBe(0.4)
    expect(findCategory('kimono', own)?.label).toBe('kimono')
  })
})
