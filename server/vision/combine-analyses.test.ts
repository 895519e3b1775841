import { describe, expect, test } from 'vitest'
import type { Analysis } from './analysis.js'
import { combineAnalyses } from './combine-analyses.js'
import { itemChange } from './enrich.js'

const seen = (value: string, confidence: number) => ({ value, confidence })
const colour = (hex: string, confidence: number): NonNullable<Analysis['colors']> => ({
  value: [{ hex, name: 'x', share: 1 }],
  confidence,
})

describe('[VI10] several photos of one piece', () => {
  test('one photo alone says what it says', () => {
    const analysis: Analysis = {
      colors: colour('#112233', 0.8),
      category: seen('top', 0.9),
      subcategory: seen('polo', 0.5),
      attributes: { neckline: seen('collar', 0.9) },
      seasons: [seen('summer', 0.8)],
    }
    expect(combineAnalyses([{ analysis, leads: true }])).toEqual(analysis)
  })

  test('the front decides where they are equally sure; agreement outweighs it; doubt shows in the confidence', () => {
    const front: Analysis = { category: seen('dress', 0.8), colors: colour('#ff0000', 0.5) }
    const back: Analysis = { category: seen('top', 0.8), colors: colour('#000000', 0.9) }
    const two = combineAnalyses([
      { analysis: back, leads: false },
      { analysis: front, leads: true },
    ])
    expect(two.category).toEqual({ value: 'dress', confidence: 0.48 })
    expect(two.colors).toEqual(front.colors)
    const three = combineAnalyses([
      { analysis: front, leads: true },
      { analysis: back, leads: false },
      { analysis: back, leads: false },
    ])
    expect(three.category?.value).toBe('top')
  })

  test('what only one of them shows is taken from it', () => {
    const front: Analysis = { category: seen('shoes', 0.9), attributes: { closure: seen('laces', 0.9) } }
    const side: Analysis = {
      category: seen('shoes', 0.8),
      attributes: { heel: seen('flat', 0.8), neckline: seen('crew', 0.9) },
      material: seen('leather', 0.9),
    }
    const both = combineAnalyses([
      { analysis: front, leads: true },
      { analysis: side, leads: false },
    ])
    // a shoe has no neckline, whatever a photo says
    expect(both.attributes).toEqual({ closure: seen('laces', 0.9), heel: seen('flat', 0.8) })
    expect(both.material).toEqual(seen('leather', 0.9))
  })

  test('guesses of one photo add up to categories', () => {
    const kinds = [
      { category: 'top', subcategory: 't-shirt', confidence: 0.45 },
      { category: 'top', subcategory: 'polo', confidence: 0.3 },
      { category: 'dress', subcategory: null, confidence: 0.1 },
    ]
    const { category, subcategory } = combineAnalyses([{ analysis: { kinds }, leads: true }])
    expect(category).toEqual(seen('top', 0.75))
    expect(subcategory).toEqual(seen('t-shirt', 0.45))
  })
})

describe('what is said of an item', () => {
  const analysis: Analysis = {
    category: seen('top', 0.9),
    pattern: seen('striped', 0.3),
    attributes: { neckline: seen('crew', 0.9), fit: seen('slim', 0.4) },
    seasons: [seen('summer', 0.9), seen('winter', 0.2)],
  }

  test('what it is sure of, sets by element', () => {
    expect(itemChange('i1', analysis, {})).toEqual({
      kind: 'items',
      id: 'i1',
      set: { category: 'top', 'attributes.neckline:crew': true, 'seasons.summer': true },
      confidence: { category: 0.9, 'attributes.neckline:crew': 0.9, 'seasons.summer': 0.9 },
    })
  })

  test('nothing that was said before; another value of an attribute takes the first back', () => {
    const said = { category: 'top', 'attributes.neckline:crew': true, 'seasons.summer': true }
    expect(itemChange('i1', analysis, said)).toBeUndefined()
    expect(
      itemChange('i1', analysis, {
        ...said,
        'attributes.neckline:crew': null,
        'attributes.neckline:boat': true,
      })?.set,
    ).toEqual({
      'attributes.neckline:crew': true,
      'attributes.neckline:boat': null,
    })
  })
})
