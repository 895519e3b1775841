import { createId } from '@modaics/shared'
import { afterEach, describe, expect, test } from 'vitest'
import { openWardrobe } from './open-wardrobe.js'
import type { Wardrobe } from './wardrobe.js'

let open: Wardrobe[] = []
afterEach(async () => {
  await Promise.all(open.map((wardrobe) => wardrobe.close()))
  open = []
})

async function wardrobe(now = Date.now): Promise<Wardrobe> {
  const opened = await openWardrobe({ name: createId(), storage: 'memory', rows: false, now })
  open.push(opened)
  return opened
}

const PIECES = [
  ['white shirt', 'top', 'shirt', '#f2f2f2'],
  ['navy T-shirt', 'top', 't-shirt', '#1b2440'],
  ['red T-shirt', 'top', 't-shirt', '#c8202c'],
  ['jeans', 'bottom', 'jeans', '#4a6488'],
  ['chinos', 'bottom', 'chinos', '#c19a6b'],
  ['sneakers', 'shoes', 'sneakers', '#ffffff'],
] as const

async function filled(now?: () => number): Promise<Wardrobe> {
  const mine = await wardrobe(now)
  for (const [name, category, subcategory, hex] of PIECES)
    await mine.items.add(
      { name, category, subcategory, colors: [{ hex, share: 1 }], price: 40, currency: 'EUR' },
      { id: name },
    )
  return mine
}

describe('the insights of a wardrobe', () => {
  test('know its records without being told', async () => {
    const mine = await filled()
    await mine.wears.add({ itemId: 'jeans', wornAt: Date.now() - 1000 })
    const { insights } = mine
    expect(insights.usage().mostWorn).toEqual(['jeans'])
    expect(insights.useOverTime({ days: 7, periods: 2 }).periods.at(-1)?.pieces).toBe(1)
    expect(insights.makeUp().pieces).toBe(6)
    expect(insights.duplicates()).toEqual([])
    expect(insights.versatility().possible).toBe(6)
    expect(insights.gaps({ kinds: ['boots'] }).suggestions[0]?.added).toBeGreaterThan(0)
    expect(insights.goesWith({ category: 'bottom', colors: [{ hex: '#1f2a4d' }] }).good).toBeGreaterThan(0)
    expect(insights.capsule({ pieces: 4 }).itemIds.length).toBeLessThanOrEqual(4)
    expect(insights.packing({ days: [{ date: '2026-12-01' }] }).pieces.length).toBeGreaterThan(2)
    expect(insights.recommend({ count: 1 }).outfits).toHaveLength(1)
  })
})

describe('the taste of a wardrobe', () => {
  const like = async (mine: Wardrobe): Promise<void> => {
    for (const bottom of ['jeans', 'chinos'])
      for (const verdict of ['like', 'dislike'] as const)
        await mine.feedback.add({
          verdict,
          itemIds: [verdict === 'like' ? 'navy T-shirt' : 'red T-shirt', bottom, 'sneakers'],
        })
  }
  const topOf = (mine: Wardrobe): string | undefined =>
    mine
      .generate({ count: 1, exclude: ['white shirt'] })
      .outfits[0]?.itemIds.find((id) => id.endsWith('T-shirt'))

  test('is learned at once, shows in outfits, and can be read', async () => {
    const mine = await filled()
    expect(mine.taste.read()).toMatchObject({ state: 'nothing-yet', beliefs: [] })
    await like(mine)
    expect(mine.taste.model()).toBe(mine.taste.model())
    expect(mine.taste.read({ leastSure: 0 })).toMatchObject({
      state: 'learned',
      signs: { like: 2, dislike: 2 },
    })
    expect(mine.taste.read({ leastSure: 0 }).beliefs.map(({ text }) => text)).toContain('you lean to blue')
    expect(mine.generate({ count: 1 }).outfits[0]?.parts.map(({ rule }) => rule)).toContain('taste')
    expect(topOf(mine)).toBe('navy T-shirt')
  })

  test('[TA3] is forgotten from a reset on, and neither learned nor used while it is off', async () => {
    let time = Date.now()
    const mine = await filled(() => time)
    await like(mine)
    time += 1000
    await mine.taste.reset()
    expect(mine.taste.read()).toMatchObject({ state: 'nothing-yet', since: time })
    time += 1000
    await like(mine)
    expect(mine.taste.read().state).toBe('learned')
    await mine.taste.turnOff()
    expect(mine.taste.read().state).toBe('off')
    expect(mine.generate({ count: 1 }).outfits[0]?.parts.map(({ rule }) => rule)).not.toContain('taste')
    await mine.taste.turnOn()
    expect(mine.taste.read()).toMatchObject({ state: 'learned', signs: { like: 2, dislike: 2 } })
    expect(mine.conflicts()).toEqual([])
  })
})
