import { describe, expect, test } from 'vitest'
import { fieldsSeen } from './fields-seen.js'

describe('what an analysis does to an item', () => {
  test('[LV2] sets what it is sure of, and offers the rest', () => {
    const navy = { hex: '#1b2440', name: 'navy', share: 1 }
    const seen = fieldsSeen({
      colors: { value: [navy], confidence: 0.8 },
      pattern: { value: 'striped', confidence: 0.4 },
      kinds: [
        { category: 'top', subcategory: 't-shirt', confidence: 0.45 },
        { category: 'top', subcategory: 'polo', confidence: 0.3 },
        { category: 'dress', subcategory: 'dress', confidence: 0.1 },
      ],
    })
    expect(seen.set).toEqual({ colors: [navy], category: 'top' })
    expect(seen.confidence).toEqual({ colors: 0.8, category: 0.75 })
    expect(seen.offers).toEqual({
      pattern: [{ value: 'striped', confidence: 0.4 }],
      subcategory: [
        { value: 't-shirt', confidence: 0.45 },
        { value: 'polo', confidence: 0.3 },
        { value: 'dress', confidence: 0.1 },
      ],
    })
  })

  test('says nothing where nothing was seen', () => {
    expect(fieldsSeen({})).toEqual({ set: {}, confidence: {}, offers: {} })
  })
})
