import { describe, expect, test } from 'vitest'
import { createContext } from './context.js'
import { toPieces } from './piece.js'
import type { Ensemble } from './rule.js'
import { neededClo, warmthOf } from './rules/warmth.js'
import { RULES } from './rules.js'
import type { GarmentLike, GenerateRequest } from './types.js'

const wear = (...items: Partial<GarmentLike>[]): Ensemble =>
  items.flatMap((item, i) => toPieces({ id: String(i), ...item }).slice(0, 1))
const context = (request: Partial<GenerateRequest> = {}) => createContext({ items: [], ...request })
const rule = (id: string) => RULES.find((one) => one.id === id)!
const score = (id: string, outfit: Ensemble, request: Partial<GenerateRequest> = {}) =>
  rule(id).score(outfit, context(request))
const colour = (category: string, ...hexes: string[]): Partial<GarmentLike> => ({
  category,
  colors: hexes.map((hex) => ({ hex, share: 1 / hexes.length })),
})

describe('the rules', () => {
  test('have ids of their own and count for something', () => {
    expect(new Set(RULES.map((one) => one.id)).size).toBe(RULES.length)
    for (const { weight } of RULES) expect(weight).toBeGreaterThan(0)
  })

  test('say nothing about what they cannot know', () => {
    const bare = wear({ category: 'top' }, { category: 'bottom' })
    const silent = RULES.filter((one) => one.score(bare, context()) === null).map((one) => one.id)
    expect(silent).toEqual(RULES.map((one) => one.id).filter((id) => id !== 'formality'))
  })
})

describe('warmth', () => {
  test('needed is 0.7 clo at 20 °C, 1.6 at 5 °C and 2.7 at −10 °C, and more in wind', () => {
    const needed = (temperatureC: number, wind = 0) => neededClo(context({ weather: { temperatureC, wind } }))
    expect(needed(20)).toBeCloseTo(0.7, 9)
    expect(needed(5)).toBeCloseTo(1.6, 9)
    expect(needed(-10)).toBeCloseTo(2.7, 9)
    expect(needed(10, 8)).toBeGreaterThan(needed(10)!)
    expect(neededClo(context())).toBeNull()
  })

  test('adds up over the pieces', () => {
    const shirt = { category: 'top', subcategory: 'shirt' }
    const coat = { category: 'outerwear', subcategory: 'coat' }
    expect(warmthOf(wear(shirt, coat)) - warmthOf(wear(shirt))).toBeCloseTo(0.6, 9)
  })

  test('too little scores worse than as much too much', () => {
    const off = (warmth: number) =>
      score('warmth', wear({ category: 'top', warmth }), { weather: { temperatureC: 10 } })!
    const needed = neededClo(context({ weather: { temperatureC: 10 } }))! - 0.07
    expect(off(needed)).toBeCloseTo(1, 6)
    expect(off(needed - 0.5)).toBeLessThan(off(needed + 0.5))
  })
})

describe('colour', () => {
  test('harmony prefers neutrals with one accent to three hues', () => {
    const calm = wear(colour('top', '#f2f2f2'), colour('bottom', '#1f2a4d'), colour('shoes', '#6e1f30'))
    const loud = wear(colour('top', '#2e8b3d'), colour('bottom', '#c8202c'), colour('shoes', '#2a5fc0'))
    expect(score('colour-harmony', calm)).toBeGreaterThan(score('colour-harmony', loud)! + 0.2)
  })

  test('echo rewards a colour that comes back, but not a uniform', () => {
    const echo = wear(colour('top', '#f2f2f2'), colour('bottom', '#6e1f30'), colour('shoes', '#6f2032'))
    const none = wear(colour('top', '#f2f2f2'), colour('bottom', '#6e1f30'), colour('shoes', '#2a5fc0'))
    const uniform = wear(colour('top', '#6e1f30'), colour('bottom', '#6e1f30'), colour('shoes', '#6f2032'))
    expect(score('colour-echo', echo)).toBe(1)
    expect(score('colour-echo', none)).toBeLessThan(score('colour-echo', uniform)!)
    expect(score('colour-echo', uniform)).toBeLessThan(1)
  })

  test('of a print is found in another piece too', () => {
    const print = wear(
      colour('top', '#f2f2f2', '#c8202c'),
      colour('bottom', '#1f2a4d'),
      colour('shoes', '#c8202c'),
    )
    expect(score('colour-echo', print)).toBe(1)
  })
})

describe('formality', () => {
  test('is fine within a step and poor across three', () => {
    const near = wear(
      { category: 'top', subcategory: 'shirt' },
      { category: 'bottom', subcategory: 'chinos' },
    )
    const far = wear(
      { category: 'top', subcategory: 'blouse' },
      { category: 'bottom', subcategory: 'sport-shorts' },
    )
    expect(score('formality', near)).toBe(1)
    expect(score('formality', far)).toBeLessThan(0.4)
  })
})

describe('occasion', () => {
  test('asks for sportswear at sport and for none at a formal event', () => {
    const run = wear(
      { category: 'top', subcategory: 'sport-top' },
      { category: 'bottom', subcategory: 'sport-shorts' },
      { category: 'shoes', subcategory: 'running-shoes' },
    )
    const gala = wear(
      { category: 'dress', subcategory: 'evening-dress' },
      { category: 'shoes', subcategory: 'heels' },
    )
    expect(score('occasion', run, { occasion: 'sport' })).toBe(1)
    expect(score('occasion', gala, { occasion: 'sport' })).toBeLessThan(0.1)
    expect(score('occasion', gala, { occasion: 'formal' })).toBeGreaterThan(0.7)
    expect(score('occasion', run, { occasion: 'formal' })).toBeLessThan(0.1)
  })
})

describe('feedback', () => {
  test('counts likes and dislikes of nearly the same pieces, and nothing else', () => {
    const outfit = wear({ category: 'top' }, { category: 'bottom' }, { category: 'shoes' })
    const after = (verdict: string, itemIds: string[]) =>
      score('feedback', outfit, { feedback: [{ verdict, itemIds }] })
    expect(after('like', ['0', '1', '2'])).toBe(1)
    expect(after('dislike', ['0', '1', '2'])).toBe(0)
    expect(after('dislike', ['0', '1', '9'])).toBeCloseTo(0.25, 9)
    expect(after('like', ['0', '8', '9'])).toBeNull()
  })
})
