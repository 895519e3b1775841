import { describe, expect, test } from 'vitest'
import { generateOutfits } from '../generate.js'
import { rateOutfit } from '../rate.js'
import type { GarmentLike } from '../types.js'

const named = (id: string, name: string, kind: Partial<GarmentLike>): GarmentLike => ({
  id,
  name,
  colors: [{ hex: '#26262a', share: 1 }],
  ...kind,
})
const SHIRT = named('top', 'band tee', { category: 'top', subcategory: 't-shirt' })
const JEANS = named('legs', 'ripped black jeans', { category: 'bottom', subcategory: 'jeans' })
const BOOTS = named('rock', 'studded combat boots', { category: 'shoes', subcategory: 'boots' })
const FLATS = named('ballet', 'ballet bow boots', { category: 'shoes', subcategory: 'boots' })

const lookOf = (...items: GarmentLike[]): number | undefined =>
  rateOutfit({ items, outfit: items.map(({ id }) => id) }).outfit?.parts.find(({ rule }) => rule === 'look')
    ?.score

describe('the rule of looks', () => {
  test('[CR6] puts pieces of one look together, and says which', () => {
    const { outfits } = generateOutfits({ items: [SHIRT, JEANS, BOOTS, FLATS], count: 1 })
    expect(outfits[0]?.itemIds).toContain('rock')
    expect(outfits[0]?.why.find(({ key }) => key === 'look.one')?.values?.style).toBe('rock')
  })

  test('[CR6] scores what is at odds less than what nobody knows, and that less than what is alike', () => {
    const plain = named('plain', 'my best', { category: 'shoes' })
    const scores = [FLATS, plain, BOOTS].map((shoes) => lookOf(SHIRT, JEANS, shoes) ?? 0)
    expect([...scores].sort()).toEqual(scores)
  })

  test('[CR6] says nothing of a dress with itself', () => {
    const gown = named('gown', 'sequin evening gown', { category: 'dress', subcategory: 'evening-dress' })
    expect(lookOf(gown)).toBeCloseTo(6 / 16, 4)
  })
})

describe('an outfit put together by hand', () => {
  test('[OU14] is rated as the generator would, with reasons', () => {
    const items = [SHIRT, JEANS, BOOTS]
    const [made] = generateOutfits({ items, count: 1 }).outfits
    const { outfit, fault } = rateOutfit({ items, outfit: ['rock', 'legs', 'top'] })
    expect(outfit).toEqual(made)
    expect(fault).toBeNull()
  })

  test('[OU14] is told what the generator would not do: two for one place, bare legs, what nobody knows, a veto', () => {
    const items = [SHIRT, JEANS, BOOTS, FLATS, { id: 'what' }]
    const fault = (...outfit: string[]) => rateOutfit({ items, outfit, vetoes: [['ballet', 'top']] }).fault
    expect(fault('top', 'legs', 'rock', 'ballet')).toBe('clash')
    expect(fault('top', 'rock')).toBe('uncovered')
    expect(fault('top', 'legs', 'what')).toBe('unreadable')
    expect(fault('what')).toBe('unreadable')
    expect(fault('top', 'legs', 'ballet')).toBe('vetoed')
    expect(rateOutfit({ items: null as never, outfit: 7 as never }).outfit).toBeNull()
  })
})
