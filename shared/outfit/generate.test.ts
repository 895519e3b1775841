import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SLOTS } from '../domain/garment.js'
import { generateOutfits } from './generate.js'
import { createOutfitter } from './outfitter.js'
import { toPieces } from './piece.js'
import { warmthOf } from './rules/warmth.js'
import { anyWardrobe, anyWishes } from './testing/any-wardrobe.js'
import type { GarmentLike, GeneratedOutfit, GenerateRequest } from './types.js'

const DAY = 86_400_000
const NOW = 1_800_000_000_000

const piece = (
  id: string,
  category: string,
  subcategory: string,
  hex: string,
  more: Partial<GarmentLike> = {},
): GarmentLike => ({ id, category, subcategory, colors: [{ hex, share: 1 }], ...more })

const WARDROBE: readonly GarmentLike[] = [
  piece('shirt', 'top', 'shirt', '#f2f2f2', { name: 'white shirt' }),
  piece('tee', 'top', 't-shirt', '#1b2440'),
  piece('tee-pink', 'top', 't-shirt', '#ff3fa0'),
  piece('sweater', 'top', 'sweater', '#808080'),
  piece('chinos', 'bottom', 'chinos', '#1f2a4d', { name: 'navy chinos' }),
  piece('jeans', 'bottom', 'jeans', '#4a6488'),
  piece('shorts', 'bottom', 'shorts', '#c19a6b'),
  piece('dress', 'dress', 'dress', '#5c5d2f'),
  piece('sneakers', 'shoes', 'sneakers', '#ffffff'),
  piece('loafers', 'shoes', 'loafers', '#6e1f30'),
  piece('coat', 'outerwear', 'coat', '#b98a50'),
  piece('rain-jacket', 'outerwear', 'rain-jacket', '#f5d328'),
  piece('scarf', 'accessory', 'scarf', '#701f33', { name: 'burgundy scarf' }),
  piece('beanie', 'accessory', 'beanie', '#232326'),
  piece('bag', 'accessory', 'bag', '#6b4226'),
]

const byId = new Map(WARDROBE.map((item) => [item.id, item]))
const ask = (more: Partial<GenerateRequest> = {}) => generateOutfits({ items: WARDROBE, ...more })
const best = (more: Partial<GenerateRequest> = {}): GeneratedOutfit => ask(more).outfits[0]!
const codes = (more: Partial<GenerateRequest>) => ask(more).missing.map((missing) => missing.code)
const without = (...ids: string[]) => WARDROBE.filter((item) => !ids.includes(item.id))

/** Slots that an outfit covers, by the known kinds of this wardrobe. */
const covers = (outfit: GeneratedOutfit): Set<string> =>
  new Set(
    outfit.pieces.flatMap(({ itemId, slot }) =>
      byId.get(itemId)?.category === 'dress' ? ['base', 'legs'] : [slot],
    ),
  )

describe('generated outfits', () => {
  test('cover the upper body, the legs and the feet', () => {
    for (const outfit of ask({ count: 20 }).outfits)
      expect([...covers(outfit)]).toEqual(expect.arrayContaining(['base', 'legs', 'feet']))
  })

  test('wear a dress instead of a top and bottoms, never with bottoms', () => {
    const { outfits } = ask({ anchors: ['dress'], count: 10 })
    expect(outfits.length).toBeGreaterThan(0)
    for (const outfit of outfits) {
      expect(outfit.itemIds).toContain('dress')
      for (const bottom of ['chinos', 'jeans', 'shorts']) expect(outfit.itemIds).not.toContain(bottom)
    }
  })

  test('suit the occasion: a shirt and chinos for work, not shorts and a pink T-shirt', () => {
    const { itemIds } = best({ occasion: 'work' })
    expect(itemIds).toEqual(expect.arrayContaining(['shirt', 'chinos', 'loafers']))
    expect(best({ occasion: 'formal' }).itemIds).not.toContain('shorts')
  })

  test("follow the owner's word on occasions", () => {
    const items = [
      ...WARDROBE,
      piece('overall', 'dress', 'jumpsuit', '#36383b', { occasions: ['gardening'] }),
    ]
    expect(generateOutfits({ items, occasion: 'gardening' }).outfits[0]?.itemIds).toContain('overall')
    expect(generateOutfits({ items, occasion: 'work' }).outfits[0]?.itemIds).not.toContain('overall')
  })

  test('get warmer as it gets colder, and need no coat in summer', () => {
    const at = (temperatureC: number) => best({ weather: { temperatureC } })
    expect(at(0).itemIds).toEqual(expect.arrayContaining(['coat', 'sweater']))
    expect(at(28).itemIds).not.toContain('coat')
    expect(at(28).itemIds).not.toContain('sweater')
    expect(at(28).itemIds).not.toContain('scarf')
  })

  test('take the season for the weather where there is no forecast', () => {
    expect(best({ season: 'winter' }).itemIds).toContain('coat')
    expect(best({ season: 'summer' }).itemIds).not.toContain('coat')
  })

  test('keep pieces of other seasons for those', () => {
    const items = WARDROBE.map((item) => (item.id === 'tee' ? { ...item, seasons: ['summer'] } : item))
    const { outfits } = generateOutfits({ items, season: 'winter', count: 3 })
    for (const outfit of outfits) expect(outfit.itemIds).not.toContain('tee')
  })

  test('keep the rain off', () => {
    expect(best({ weather: { temperatureC: 14, rain: true } }).itemIds).toContain('rain-jacket')
    expect(best({ weather: { temperatureC: 14, rain: 2.5 } }).itemIds).toContain('rain-jacket')
  })

  test('let what was worn yesterday rest', () => {
    const fresh = best()
    const [top] = fresh.itemIds
    const rested = best({ now: NOW, wears: fresh.itemIds.map((itemId) => ({ itemId, wornAt: NOW - DAY })) })
    expect(rested.itemIds).not.toContain(top)
    expect(best({ wears: [{ itemId: top!, wornAt: NOW }] })).toEqual(fresh)
  })

  test('never repeat exactly what the owner disliked', () => {
    const { itemIds } = best()
    const { outfits } = ask({ feedback: [{ verdict: 'dislike', itemIds }], count: 20 })
    for (const outfit of outfits) expect(new Set(outfit.itemIds)).not.toEqual(new Set(itemIds))
  })

  test('have every anchor and nothing that is excluded', () => {
    const { outfits } = ask({ anchors: ['scarf', 'jeans'], exclude: ['shirt', 'sneakers'], count: 5 })
    expect(outfits.length).toBeGreaterThan(0)
    for (const { itemIds } of outfits) {
      expect(itemIds).toEqual(expect.arrayContaining(['scarf', 'jeans']))
      expect(itemIds).not.toContain('shirt')
      expect(itemIds).not.toContain('sneakers')
    }
  })

  test('leave out what is in the laundry, lent, in repair, retired or removed', () => {
    for (const change of [
      { status: 'laundry' },
      { status: 'lent' },
      { status: 'repair' },
      { deletedAt: 5 },
    ]) {
      const items = WARDROBE.map((item) => (item.id === 'chinos' ? { ...item, ...change } : item))
      for (const outfit of generateOutfits({ items, count: 10 }).outfits)
        expect(outfit.itemIds).not.toContain('chinos')
    }
  })

  test('differ from each other in more than accessories', () => {
    const { outfits } = ask({ count: 8, weather: { temperatureC: 5 } })
    const main = outfits.map(({ pieces }) =>
      pieces
        .filter(({ slot }) => slot !== 'accessory')
        .map(({ itemId }) => itemId)
        .join(),
    )
    expect(new Set(main).size).toBe(outfits.length)
    expect(outfits.length).toBe(8)
  })

  test('differ in what is noticed: in the cold all of them have the one coat', () => {
    const { outfits } = ask({ count: 4, weather: { temperatureC: 0 } })
    for (const { itemIds } of outfits) expect(itemIds).toContain('coat')
    const tops = outfits.map(({ pieces }) => pieces.find(({ slot }) => slot === 'base')?.itemId)
    expect(new Set(tops).size).toBeGreaterThan(1)
  })

  test('for work prefer a coat over the dress to a hoodie, and feeling a little cold to looking wrong', () => {
    const items = [...WARDROBE, piece('hoodie', 'top', 'hoodie', '#f5f5f2')]
    const { outfits } = generateOutfits({
      items,
      occasion: 'work',
      weather: { temperatureC: 7 },
      anchors: ['dress'],
      count: 2,
    })
    expect(outfits).toHaveLength(2)
    for (const { itemIds } of outfits) expect(itemIds).not.toContain('hoodie')
  })

  test('at home are as many as were asked for, with shoes or without', () => {
    const { outfits, missing } = ask({ occasion: 'home', count: 4 })
    expect(outfits).toHaveLength(4)
    expect(missing).toEqual([])
  })

  test('come best first, scored as the mean of their parts', () => {
    const { outfits } = ask({ count: 6, occasion: 'casual', weather: { temperatureC: 12 } })
    const scores = outfits.map((outfit) => outfit.score)
    expect(scores).toEqual([...scores].sort((x, y) => y - x))
    for (const { score, parts } of outfits) {
      const total = parts.reduce((sum, part) => sum + part.weight, 0)
      expect(score).toBeCloseTo(parts.reduce((sum, part) => sum + part.weight * part.score, 0) / total, 9)
      for (const part of parts) {
        expect(part.score).toBeGreaterThanOrEqual(0)
        expect(part.score).toBeLessThanOrEqual(1)
      }
    }
  })

  test('say why, naming the pieces', () => {
    const { reasons } = best({
      occasion: 'work',
      weather: { temperatureC: 8 },
      anchors: ['scarf', 'loafers'],
    })
    const text = reasons.join('; ')
    expect(text).toMatch(/calm neutral base for the burgundy loafers and the burgundy scarf/)
    expect(text).toMatch(/the burgundy scarf echoes the burgundy loafers/)
    expect(text).toMatch(/right for work/)
    expect(text).toMatch(/8 °C/)
  })

  test('are plain data, that goes through JSON as it is', () => {
    const outfit = best({ occasion: 'work', anchors: ['scarf', 'loafers'] })
    expect(outfit.why.length).toBe(outfit.reasons.length)
    expect(JSON.parse(JSON.stringify(outfit))).toEqual(outfit)
  })
})

describe('what is missing', () => {
  test('is said of an empty wardrobe', () => {
    expect(generateOutfits({ items: [] })).toEqual({
      outfits: [],
      missing: [{ code: 'no-items', message: 'no piece in the wardrobe can be worn now' }],
    })
  })

  test('is said of shoes, and the outfits come all the same', () => {
    const { outfits, missing } = ask({ items: without('sneakers', 'loafers') })
    expect(outfits).toHaveLength(3)
    expect(missing.map(({ code }) => code)).toEqual(['no-shoes'])
  })

  test('is said of tops and bottoms, and then there is no outfit', () => {
    const top = ask({ items: without('shirt', 'tee', 'tee-pink', 'sweater', 'dress') })
    expect(top.outfits).toEqual([])
    expect(top.missing.map(({ code }) => code)).toEqual(['no-tops', 'few-outfits'])
    expect(codes({ items: without('chinos', 'jeans', 'shorts', 'dress') })).toEqual([
      'no-bottoms',
      'few-outfits',
    ])
  })

  test('is said of anchors that cannot be worn', () => {
    const items = WARDROBE.map((item) => (item.id === 'jeans' ? { ...item, status: 'laundry' } : item))
    expect(generateOutfits({ items, anchors: ['jeans', 'cape'] })).toEqual({
      outfits: [],
      missing: [
        { code: 'anchor-unknown', message: 'a piece asked for is not in the wardrobe', itemId: 'cape' },
        { code: 'anchor-unavailable', message: 'a piece asked for cannot be worn now', itemId: 'jeans' },
      ],
    })
    expect(codes({ anchors: ['jeans', 'chinos'] })).toEqual(['anchors-conflict'])
  })

  test('is said of warmth and of cover from rain', () => {
    const items = without('coat', 'sweater', 'rain-jacket')
    expect(codes({ items, weather: { temperatureC: -10, rain: true } })).toEqual([
      'not-warm-enough',
      'no-rain-cover',
      'no-rain-shoes',
    ])
  })
})

describe('generation is a function of its request', () => {
  const request = fc.record(
    {
      occasion: fc.constantFrom('work', 'casual', 'formal', 'sport', 'party', 'unheard-of'),
      season: fc.constantFrom('spring', 'summer', 'autumn', 'winter'),
      weather: fc.record({ temperatureC: fc.integer({ min: -20, max: 40 }), rain: fc.boolean() }),
      seed: fc.integer(),
      count: fc.integer({ min: 1, max: 8 }),
      exclude: fc.subarray(WARDROBE.map((item) => item.id)),
    },
    { requiredKeys: [] },
  )

  test('the same on every call, and in whatever order the items come', () => {
    fc.assert(
      fc.property(
        request,
        fc.shuffledSubarray([...WARDROBE], { minLength: WARDROBE.length }),
        (rest, shuffled) => {
          const first = generateOutfits({ items: WARDROBE, ...rest })
          expect(generateOutfits({ items: WARDROBE, ...rest })).toEqual(first)
          expect(generateOutfits({ items: shuffled, ...rest })).toEqual(first)
        },
      ),
      { numRuns: 25 },
    )
  })

  test('always covered, never excluded, never twice the same piece, never two for one slot', () => {
    fc.assert(
      fc.property(request, (rest) => {
        for (const outfit of generateOutfits({ items: WARDROBE, ...rest }).outfits) {
          expect([...covers(outfit)]).toEqual(expect.arrayContaining(['base', 'legs']))
          for (const id of outfit.itemIds) expect(rest.exclude ?? []).not.toContain(id)
          expect(new Set(outfit.itemIds).size).toBe(outfit.itemIds.length)
          const slots = outfit.pieces.map(({ slot }) => slot).filter((slot) => slot !== 'accessory')
          expect(new Set(slots).size).toBe(slots.length)
        }
      }),
      { numRuns: 40 },
    )
  })

  test('the seed only chooses among outfits nearly as good as each other', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        expect(Math.abs(best({ seed }).score - best().score)).toBeLessThan(0.03)
      }),
      { numRuns: 25 },
    )
  })

  test('the same of two items with one id, whichever comes first', () => {
    const twin = piece('tee', 'top', 'polo', '#2a5fc0')
    expect(generateOutfits({ items: [...WARDROBE, twin] })).toEqual(
      generateOutfits({ items: [twin, ...WARDROBE] }),
    )
  })

  test('a share that is no number is no error', () => {
    const shares: unknown[] = [[{ toString: 0 }], { valueOf: 0 }, 'most', Number.NaN, Symbol('share')]
    for (const share of shares) {
      const items = [{ id: 'tee', category: 'top', colors: [{ hex: '#ff0000', share }] }]
      expect(generateOutfits({ items } as unknown as GenerateRequest).missing.length).toBeGreaterThan(0)
    }
  })

  test('never throws on nonsense, and scores stay within 0 and 1', () => {
    const junk = fc.anything({ maxDepth: 2 })
    const category = fc.constantFrom(
      'top',
      'bottom',
      'dress',
      'shoes',
      'outerwear',
      'accessory',
      'suit',
      'constructor',
    )
    const item = fc.oneof(
      fc.record(
        { id: fc.string(), category, subcategory: junk, colors: junk, formality: junk },
        { requiredKeys: ['id'] },
      ),
      fc.record({
        id: fc.string({ maxLength: 3 }),
        category,
        name: junk,
        colors: fc.array(fc.record({ hex: fc.oneof(junk, fc.constant('#ff0000')), share: junk })),
        seasons: junk,
        occasions: junk,
        warmth: fc.double(),
        waterproof: junk,
        price: fc.constant(Number.NaN),
      }),
      junk,
    )
    fc.assert(
      fc.property(
        fc.array(item, { maxLength: 14 }),
        fc.record(
          {
            occasion: fc.oneof(junk, fc.constant('constructor')),
            season: fc.oneof(junk, fc.constant('toString')),
            weather: fc.oneof(junk, fc.record({ temperatureC: fc.double(), rain: junk, wind: fc.double() })),
            anchors: junk,
            exclude: junk,
            count: junk,
            seed: junk,
            wears: fc.oneof(junk, fc.array(fc.record({ itemId: junk, wornAt: junk }))),
            feedback: fc.oneof(
              junk,
              fc.array(fc.record({ verdict: fc.constantFrom('like', 'valueOf'), itemIds: junk })),
            ),
            now: junk,
          },
          { requiredKeys: [] },
        ),
        (items, rest) => {
          const result = generateOutfits({ items, ...rest } as unknown as GenerateRequest)
          for (const outfit of result.outfits) {
            expect(outfit.score).toBeGreaterThanOrEqual(0)
            expect(outfit.score).toBeLessThanOrEqual(1)
          }
          if (result.outfits.length === 0) expect(result.missing.length).toBeGreaterThan(0)
        },
      ),
      { numRuns: 300 },
    )
  })
})

describe('properties of the choice', () => {
  const warmthIn = (items: readonly GarmentLike[], outfit: GeneratedOutfit) =>
    warmthOf(
      outfit.pieces.flatMap(({ itemId, slot }) => {
        const ways = toPieces(items.find((item) => item.id === itemId)!)
        return ways.find(({ slots }) => SLOTS.find((one) => slots.includes(one)) === slot) ?? []
      }),
    )

  test('[OU5] more cold never lowers the warmth chosen', () => {
    fc.assert(
      fc.property(
        anyWardrobe(20),
        anyWishes,
        fc.integer({ min: -20, max: 35 }),
        fc.integer({ min: 1, max: 20 }),
        (items, { weather: _, anchors: __, season: ___, ...wishes }, temperatureC, colder) => {
          const at = (degrees: number) =>
            generateOutfits({ ...wishes, items, weather: { temperatureC: degrees }, count: 1 }).outfits[0]
          const [mild, cold] = [at(temperatureC), at(temperatureC - colder)]
          if (mild && cold) expect(warmthIn(items, cold)).toBeGreaterThanOrEqual(warmthIn(items, mild))
          else expect(cold).toBe(mild)
        },
      ),
      { numRuns: 200 },
    )
  })

  test('[OU6] one more piece never lowers the best score', () => {
    fc.assert(
      fc.property(anyWardrobe(14), anyWishes, (items, { anchors: _, ...wishes }) => {
        const score = (some: readonly GarmentLike[]) =>
          generateOutfits({ ...wishes, items: some, count: 1 }).outfits[0]?.score ?? 0
        expect(score(items)).toBeGreaterThanOrEqual(score(items.slice(1)))
      }),
      { numRuns: 150 },
    )
  })

  test('[OU7] a veto is never broken, nor a dress code, nor are legs bare', () => {
    fc.assert(
      fc.property(anyWardrobe(14), anyWishes, (items, wishes) => {
        const dressCode = { minFormality: 2, without: ['jeans'] }
        const { outfits } = generateOutfits({ ...wishes, items, dressCode, count: 10, diversity: 0 })
        for (const { itemIds, pieces } of outfits) {
          for (const veto of wishes.vetoes ?? []) expect(veto.every((id) => itemIds.includes(id))).toBe(false)
          const kinds = pieces.map(({ itemId }) => items.find(({ id }) => id === itemId)?.subcategory)
          if (!wishes.anchors?.length) expect(kinds).not.toContain('jeans')
          const covered = pieces.some(({ itemId }) =>
            toPieces(items.find(({ id }) => id === itemId)!).some(({ slots }) => slots.includes('legs')),
          )
          expect(covered).toBe(true)
        }
      }),
      { numRuns: 150 },
    )
  })

  test('[OU6] an order of the wardrobe changes nothing', () => {
    fc.assert(
      fc.property(anyWardrobe(14), anyWishes, fc.integer(), (items, wishes, turn) => {
        const at = Math.abs(turn) % items.length
        const turned = [...items.slice(at), ...items.slice(0, at)].reverse()
        expect(generateOutfits({ ...wishes, items: turned })).toEqual(generateOutfits({ ...wishes, items }))
      }),
      { numRuns: 100 },
    )
  })

  test('[OU8] an outfitter asked again, after changes, answers as a new one does', () => {
    const outfitter = createOutfitter()
    fc.assert(
      fc.property(anyWardrobe(14), anyWishes, (items, wishes) => {
        expect(outfitter.generate({ ...wishes, items })).toEqual(generateOutfits({ ...wishes, items }))
      }),
      { numRuns: 100 },
    )
  })
})
