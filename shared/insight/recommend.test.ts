import { describe, expect, test } from 'vitest'
import { recommend } from './recommend.js'

const DAY = 86_400_000
const NOW = 20_000 * DAY + 8 * 3_600_000
const piece = (id: string, category: string, subcategory: string, hex: string, more = {}) => ({
  id,
  category,
  subcategory,
  colors: [{ hex, share: 1 }],
  createdAt: NOW - 400 * DAY,
  ...more,
})
const items = [
  piece('shirt', 'top', 'shirt', '#f2f2f2'),
  piece('tee', 'top', 't-shirt', '#1b2440'),
  piece('polo', 'top', 'polo', '#808080'),
  piece('chinos', 'bottom', 'chinos', '#1f2a4d'),
  piece('jeans', 'bottom', 'jeans', '#4a6488'),
  piece('loafers', 'shoes', 'loafers', '#6e1f30'),
]
const weekly = (occasion: string, ...weeksAgo: number[]) =>
  weeksAgo.map((weeks) => ({ itemId: 'jeans', wornAt: NOW - weeks * 7 * DAY, occasion }))

describe('a recommendation', () => {
  test('is for what is told, for what this day of the week is usually for, or casual', () => {
    const ask = (more: object) => recommend({ items, now: NOW, ...more })
    expect(ask({ occasion: 'party' })).toMatchObject({ occasion: 'party', occasionFrom: 'request' })
    expect(ask({ wears: weekly('work', 1, 2, 3) })).toMatchObject({ occasion: 'work', occasionFrom: 'habit' })
    expect(ask({ wears: weekly('work', 1, 2) }).occasionFrom).toBe('default')
    expect(ask({ wears: [...weekly('work', 1, 2, 3), ...weekly('sport', 4, 5, 6)] }).occasionFrom).toBe(
      'default',
    )
    expect(ask({}).outfits.length).toBeGreaterThan(0)
  })

  test('brings back a piece that was not worn for long, in an outfit about as good', () => {
    const lately = items
      .filter(({ id }) => id !== 'polo')
      .map(({ id }) => ({ itemId: id, wornAt: NOW - 20 * DAY }))
    const { outfits, rediscover } = recommend({ items, now: NOW, wears: lately, count: 1, exclude: [] })
    const shown = new Set(outfits.flatMap(({ itemIds }) => itemIds))
    if (!shown.has('polo')) {
      expect(rediscover).toMatchObject({ itemId: 'polo', daysSinceWorn: null })
      expect(rediscover?.outfit.itemIds).toContain('polo')
    } else expect(rediscover).toBeNull()
    const allLately = [...lately, { itemId: 'polo', wornAt: NOW - 20 * DAY }]
    expect(recommend({ items, now: NOW, wears: allLately }).rediscover).toBeNull()
  })

  test('[IN1] of an empty wardrobe says what is missing', () => {
    const { outfits, rediscover, missing } = recommend({ items: [], now: Number.NaN })
    expect({ outfits, rediscover }).toEqual({ outfits: [], rediscover: null })
    expect(missing.map(({ code }) => code)).toEqual(expect.arrayContaining(['no-items', 'bad-time']))
  })
})
