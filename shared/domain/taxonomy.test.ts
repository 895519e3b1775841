import { describe, expect, test } from 'vitest'
import type { Taxonomy } from './garment.js'
import { SLOTS } from './garment.js'
import { FITS, findLook, MATERIALS, PATTERNS } from './looks.js'
import { extendTaxonomy, findCategory, findSubcategory, TAXONOMY, traitsOf } from './taxonomy.js'

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
      rain: 0.9,
    })
    expect(
      traitsOf({ category: 'outerwear', subcategory: 'parka', warmth: 0.5, waterproof: false }),
    ).toMatchObject({
      warmth: 0.5,
      rain: 0.3,
    })
    expect(traitsOf({ category: 'outerwear', waterproof: true })?.rain).toBe(1)
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
        id: 'toga',
        label: 'toga',
        ways: [['base', 'legs']],
        typical: 'toga-picta',
        subcategories: [{ id: 'toga-picta', label: 'toga-picta', formality: 3, warmth: 0.4 }],
      },
    ]
    expect(traitsOf({ category: 'toga' })).toBeNull()
    expect(traitsOf({ category: 'toga' }, own)?.warmth).toBe(0.4)
    expect(findCategory('toga', own)?.label).toBe('toga')
  })
})

describe('a taxonomy of the app', () => {
  const sash = { id: 'izaar', label: 'izaar', formality: 3, warmth: 0.2 }

  test('[OU1] adds categories and subcategories, and translates labels, without touching the rest', () => {
    const own = extendTaxonomy([
      { id: 'wrap', label: 'Wickel', ways: [['legs']], typical: 'izaar', subcategories: [sash] },
      {
        id: 'shoes',
        label: 'Schuhe',
        ways: [['feet']],
        typical: 'shoes',
        subcategories: [{ id: 'boots', label: 'Stiefel', formality: 2.5, warmth: 0.1 }],
      },
    ])
    expect(traitsOf({ category: 'wrap' }, own)).toMatchObject({ subcategory: 'izaar', ways: [['legs']] })
    expect(traitsOf({ category: 'boots' }, own)?.label).toBe('Stiefel')
    expect(traitsOf({ category: 'loafers' }, own)?.label).toBe('loafers')
    expect(traitsOf({ category: 'wrap' })).toBeNull()
  })

  test('[OU1] has full and draped garments of many places', () => {
    const ways = (subcategory: string) => traitsOf({ subcategory })?.ways[0]
    for (const id of ['kimono', 'thobe', 'kaftan', 'boubou', 'qipao', 'jumpsuit'])
      expect(ways(id), id).toEqual(['base', 'legs'])
    expect(ways('sari')).toEqual(['legs', 'mid'])
    expect(ways('suit')).toEqual(['mid', 'legs'])
    expect(ways('kilt')).toEqual(['legs'])
    expect(ways('tights')).toEqual(['hosiery'])
    expect(traitsOf({ subcategory: 'kilt' })?.openLegs).toBe(true)
  })
})

describe('materials, patterns and fits', () => {
  test('[OU1] are found by id, by other words, and within a phrase', () => {
    expect(findLook(MATERIALS, '100 % Merino wool')?.id).toBe('wool')
    expect(findLook(MATERIALS, 'waxed cotton')?.id).toBe('gore-tex')
    expect(findLook(PATTERNS, 'polka_dot')?.id).toBe('dotted')
    expect(findLook(FITS, 'wide-leg')?.id).toBe('loose')
    expect(findLook(PATTERNS, 'unheard of')).toBeUndefined()
    expect(findLook(PATTERNS, 12)).toBeUndefined()
  })

  test('keep to their scales, each id once', () => {
    for (const table of [MATERIALS, PATTERNS, FITS])
      expect(new Set(table.map(({ id }) => id)).size).toBe(table.length)
    for (const { busy, scale } of PATTERNS) {
      expect(busy).toBeGreaterThanOrEqual(0)
      expect(busy).toBeLessThanOrEqual(1)
      expect(scale === 0).toBe(busy === 0)
    }
  })
})
