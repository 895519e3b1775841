import { describe, expect, test } from 'vitest'
import type { Context } from './context.js'
import { createContext } from './context.js'
import { partsOf } from './evaluate.js'
import { toPieces } from './piece.js'
import type { Ensemble } from './rule.js'
import { neededWarmth, warmthOf } from './rules/warmth.js'
import { RULES } from './rules.js'
import type { GarmentLike, GenerateRequest } from './types.js'
import { createWords } from './words.js'

const wear = (...items: Partial<GarmentLike>[]): Ensemble =>
  items.flatMap((item, i) => toPieces({ id: String(i), ...item }).slice(0, 1))
const context = (request: Partial<GenerateRequest> = {}): Context => createContext({ items: [], ...request })
/** what a rule makes of an outfit, 0 to 1; undefined where it says nothing */
const score = (id: string, outfit: Ensemble, request: Partial<GenerateRequest> = {}) =>
  partsOf(outfit, context(request)).find(({ part }) => part.rule === id)?.part.score ?? Number.NaN
const say = (id: string, outfit: Ensemble, request: Partial<GenerateRequest> = {}) => {
  const rule = RULES.find((one) => one.id === id)
  const reason = rule?.explain(outfit, context(request), score(id, outfit, request))
  return reason && createWords().say(reason)
}
const colour = (category: string, ...hexes: string[]): Partial<GarmentLike> => ({
  category,
  colors: hexes.map((hex) => ({ hex, share: 1 / hexes.length })),
})
const piece = (category: string, subcategory: string, more: Partial<GarmentLike> = {}) => ({
  category,
  subcategory,
  ...more,
})

describe('the rules', () => {
  test('[OU2] have ids of their own, count for something, and give scores from 0 to 1', () => {
    expect(new Set(RULES.map((one) => one.id)).size).toBe(RULES.length)
    const outfit = wear(
      piece('top', 'shirt', { pattern: 'floral', material: 'silk' }),
      piece('bottom', 'jeans', { pattern: 'striped' }),
      piece('shoes', 'sandals'),
    )
    const request: Partial<GenerateRequest> = {
      occasion: 'work',
      season: 'winter',
      weather: { temperatureC: 3, rain: true },
      wears: [{ itemId: '0', wornAt: 0 }],
      now: 86_400_000,
    }
    const parts = partsOf(outfit, context(request))
    expect(parts.length).toBeGreaterThan(10)
    for (const { part } of parts) {
      expect(part.weight).toBeGreaterThan(0)
      expect(part.score).toBeGreaterThanOrEqual(0)
      expect(part.score).toBeLessThanOrEqual(1)
    }
  })

  test('[OU2] say nothing about what they cannot know', () => {
    const silent = RULES.filter((one) => !one.speaks(context())).map((one) => one.id)
    expect(silent).toEqual(
      expect.arrayContaining(['occasion', 'season', 'material', 'warmth', 'rain', 'freshness', 'taste']),
    )
  })

  test('[OU2] each pair of pieces scores the same both ways round, and by its keys alone', () => {
    const worn = wear(
      piece('top', 'hoodie', { pattern: 'plaid', ...colour('top', '#c8202c') }),
      piece('bottom', 'culottes', { pattern: 'dotted' }),
      piece('shoes', 'heels', colour('shoes', '#1f2a4d')),
    )
    for (const rule of RULES) {
      if (rule.form !== 'pair') continue
      for (const x of worn)
        for (const y of worn) expect(rule.score(x, y, context())).toBe(rule.score(y, x, context()))
    }
  })
})

describe('warmth', () => {
  test('needed is about 0.7 clo at 20 °C, 1.6 at 5 °C and 2.7 at −10 °C', () => {
    const needed = (temperatureC: number) => neededWarmth(context({ weather: { temperatureC } }))!
    expect(Math.abs(needed(20) - 70)).toBeLessThanOrEqual(10)
    expect(Math.abs(needed(5) - 160)).toBeLessThanOrEqual(10)
    expect(Math.abs(needed(-10) - 270)).toBeLessThanOrEqual(10)
    expect(neededWarmth(context())).toBeNull()
  })

  test('[OU5] needed never falls as it gets colder or windier, or as one moves less', () => {
    const needed = (temperatureC: number, wind: number, activity: 'still' | 'walking' | 'running') =>
      neededWarmth(context({ weather: { temperatureC, wind }, activity }))!
    for (const activity of ['still', 'walking', 'running'] as const)
      for (let wind = 0; wind <= 20; wind += 2)
        for (let at = -40; at <= 45; at++) {
          expect(needed(at - 1, wind, activity)).toBeGreaterThanOrEqual(needed(at, wind, activity))
          expect(needed(at, wind + 1, activity)).toBeGreaterThanOrEqual(needed(at, wind, activity))
          expect(needed(at, wind, 'still')).toBeGreaterThanOrEqual(needed(at, wind, 'walking'))
          expect(needed(at, wind, 'walking')).toBeGreaterThanOrEqual(needed(at, wind, 'running'))
        }
  })

  test('adds up over the pieces, and follows what they are made of', () => {
    const shirt = piece('top', 'shirt')
    const coat = piece('outerwear', 'coat')
    expect(warmthOf(wear(shirt, coat)) - warmthOf(wear(shirt))).toBe(60)
    expect(warmthOf(wear({ ...shirt, material: 'wool' }))).toBeGreaterThan(warmthOf(wear(shirt)))
    expect(warmthOf(wear({ ...shirt, material: 'linen' }))).toBeLessThan(warmthOf(wear(shirt)))
  })

  test('[OU5] is concave in what is worn, and too little scores worse than as much too much', () => {
    const rule = RULES.find((one) => one.id === 'warmth')
    if (rule?.form !== 'sum') throw new Error('warmth is a sum')
    for (const temperatureC of [-10, 0, 8, 15, 24]) {
      const at = context({ weather: { temperatureC } })
      const of = (total: number) => Math.round(rule.score(total, at) * 1e6)
      for (let total = 1; total < 300; total++)
        expect(of(total + 1) - of(total)).toBeLessThanOrEqual(of(total) - of(total - 1))
      const needed = neededWarmth(at)! - 5
      if (needed > 50) expect(of(needed - 50)).toBeLessThan(of(needed + 50))
    }
  })
})

describe('colour', () => {
  test('harmony prefers neutrals with one accent to three hues', () => {
    const calm = wear(colour('top', '#f2f2f2'), colour('bottom', '#1f2a4d'), colour('shoes', '#6e1f30'))
    const loud = wear(colour('top', '#2e8b3d'), colour('bottom', '#c8202c'), colour('shoes', '#2a5fc0'))
    expect(score('colour-harmony', calm)).toBeGreaterThan(score('colour-harmony', loud) + 0.2)
    expect(score('colour-families', calm)).toBeGreaterThan(score('colour-families', loud))
    expect(say('colour-harmony', loud)).toMatch(/compete in colour/)
  })

  test('an echo is worth a word', () => {
    const echo = wear(colour('top', '#f2f2f2'), colour('bottom', '#6e1f30'), colour('shoes', '#6f2032'))
    expect(say('colour-families', echo)).toMatch(/burgundy shoes echo the burgundy trousers/)
  })
})

describe('patterns and shapes', () => {
  test('mix by scale, and two large checks compete', () => {
    const with2 = (above: string, below: string) =>
      score(
        'pattern',
        wear(piece('top', 'shirt', { pattern: above }), piece('bottom', 'skirt', { pattern: below })),
      )
    expect(with2('solid', 'floral')).toBe(1)
    expect(with2('pinstripe', 'plaid')).toBeGreaterThan(with2('plaid', 'plaid'))
    expect(with2('plaid', 'plaid')).toBeLessThan(0.5)
  })

  test('balance: wide above wants close below', () => {
    const both = (above: string, below: string) =>
      score('shape', wear(piece('top', 'top', { fit: above }), piece('bottom', 'trousers', { fit: below })))
    expect(both('oversized', 'slim')).toBe(1)
    expect(both('oversized', 'wide-leg')).toBeLessThan(both('skinny', 'slim'))
  })
})

describe('formality', () => {
  test('is fine within a step and poor across three', () => {
    const near = wear(piece('top', 'shirt'), piece('bottom', 'chinos'))
    const far = wear(piece('top', 'blouse'), piece('bottom', 'sport-shorts'))
    expect(score('formality', near)).toBe(1)
    expect(score('formality', far)).toBeLessThan(0.5)
    expect(say('formality', far)).toMatch(/casual meets formal/)
  })
})

describe('occasion', () => {
  test('asks for sportswear at sport and for none at a formal event', () => {
    const run = wear(
      piece('top', 'sport-top'),
      piece('bottom', 'sport-shorts'),
      piece('shoes', 'running-shoes'),
    )
    const gala = wear(piece('dress', 'evening-dress'), piece('shoes', 'heels'))
    expect(score('occasion', run, { occasion: 'sport' })).toBeGreaterThan(0.99)
    expect(score('occasion', gala, { occasion: 'sport' })).toBeLessThan(0.1)
    expect(score('occasion', gala, { occasion: 'formal' })).toBeGreaterThan(0.7)
    expect(score('occasion', run, { occasion: 'formal' })).toBeLessThan(0.1)
    expect(say('occasion', run, { occasion: 'sport' })).toBe('right for sport')
    expect(say('occasion', run, { occasion: 'formal' })).toMatch(/not made for a formal occasion$/)
  })
})

describe('layers', () => {
  const top = piece('top', 't-shirt')
  const jumper = piece('top', 'sweater')
  const over = (item: Partial<GarmentLike>, ...under: Partial<GarmentLike>[]): Ensemble => [
    ...toPieces({ id: 'over', ...item }).filter(({ slots }) => slots.includes('mid')),
    ...under.flatMap((one, i) =>
      toPieces({ id: String(i), ...one }).filter(({ slots }) => !slots.includes('mid')),
    ),
  ]

  test('no jumper goes over a jumper; over a T-shirt, or under a cardigan, it does', () => {
    const twice = over(piece('top', 'hoodie', { name: 'Hoodie' }), { ...jumper, name: 'Jumper' })
    expect(score('layers', twice)).toBe(0)
    expect(say('layers', twice)).toBe('the Hoodie and the Jumper: one over the other is one too many')
    expect(score('layers', over(jumper, top))).toBe(1)
    expect(score('layers', over(piece('top', 'cardigan'), jumper))).toBe(1)
  })

  test('what is made for summer is odd beside what is made for winter, whatever the weather', () => {
    const odd = wear(top, piece('bottom', 'shorts'), piece('outerwear', 'parka'))
    expect(score('layers', odd)).toBeLessThan(1)
    expect(say('layers', odd)).toBe('the shorts with the parka: summer meets winter')
    expect(score('layers', wear(top, piece('bottom', 'jeans'), piece('outerwear', 'parka')))).toBeCloseTo(
      1,
      5,
    )
    expect(score('layers', wear(top, piece('bottom', 'shorts'), piece('shoes', 'sandals')))).toBeCloseTo(1, 5)
  })

  test('what is made for winter is not meant for summer, unless its owner says so', () => {
    const boots = piece('shoes', 'winter-boots', { name: 'Boots' })
    expect(say('season', wear(top, boots), { season: 'summer' })).toBe('the Boots are not meant for summer')
    expect(score('season', wear(top, { ...boots, seasons: ['summer'] }), { season: 'summer' })).toBeCloseTo(
      1,
      5,
    )
    expect(score('season', wear(top, boots), { season: 'winter' })).toBeCloseTo(1, 5)
  })
})

describe('shoes', () => {
  test('are worth more than all that the worst of them can spoil', () => {
    const bare = wear(piece('top', 'evening-dress'))
    expect(score('complete', bare)).toBe(0)
    const total = RULES.reduce((sum, { weight }) => sum + weight, 0)
    const complete = RULES.find(({ id }) => id === 'complete')!
    expect(complete.weight / total).toBeGreaterThan(0.1)
  })
})
