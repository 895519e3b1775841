import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { drain } from '../domain/steps.js'
import type { GarmentLike } from '../outfit/types.js'
import { capsule } from './capsule.js'
import { countOutfits } from './count-outfits.js'
import { gaps } from './gaps.js'
import { goesWith } from './goes-with.js'
import { createOutfitJudge } from './judge-outfits.js'
import { outfitSpace, sampleOf } from './outfit-space.js'
import { packing } from './packing.js'
import { versatility } from './versatility.js'

const piece = (id: string, category: string, subcategory: string, hex: string, more = {}): GarmentLike => ({
  id,
  category,
  subcategory,
  colors: [{ hex, share: 1 }],
  ...more,
})

const items: readonly GarmentLike[] = [
  piece('shirt', 'top', 'shirt', '#f2f2f2'),
  piece('tee', 'top', 't-shirt', '#1b2440'),
  piece('tee-pink', 'top', 't-shirt', '#ff3fa0'),
  piece('sweater', 'top', 'sweater', '#808080'),
  piece('chinos', 'bottom', 'chinos', '#1f2a4d'),
  piece('jeans', 'bottom', 'jeans', '#4a6488'),
  piece('shorts', 'bottom', 'shorts', '#c19a6b'),
  piece('dress', 'dress', 'dress', '#5c5d2f'),
  piece('sneakers', 'shoes', 'sneakers', '#ffffff'),
  piece('loafers', 'shoes', 'loafers', '#6e1f30'),
  piece('coat', 'outerwear', 'coat', '#b98a50'),
  piece('scarf', 'accessory', 'scarf', '#701f33'),
]
const codes = ({ missing }: { readonly missing: readonly { readonly code: string }[] }) =>
  missing.map(({ code }) => code)
const only = (...ids: string[]) => items.filter(({ id }) => ids.includes(id))
const key = (ids: readonly string[]) => [...ids].sort().join(' ')

describe('the space of outfits', () => {
  const judge = drain(createOutfitJudge({ items }))

  test('has each outfit once, and covers the body with each', () => {
    const space = outfitSpace(judge.pieces, false)
    const outfits = [...sampleOf(space.size, 1e6)].flatMap((index) => {
      const outfit = space.at(index)
      return outfit ? [outfit] : []
    })
    const keys = outfits.map((outfit) => key(outfit.map(({ id, slots }) => `${id}/${slots}`)))
    expect(new Set(keys).size).toBe(keys.length)
    for (const outfit of outfits)
      for (const slot of ['base', 'legs', 'feet'] as const)
        expect(outfit.filter(({ slots }) => slots.includes(slot))).toHaveLength(1)
    // 4 tops × 3 bottoms or a dress, 2 pairs of shoes, each with or without the sweater, which is a layer too
    expect(outfits).toHaveLength((4 * 3 + 3 * 3 + 1 + 1) * 2)
  })

  test('with a piece that must be there has just the outfits with it', () => {
    const tee = judge.pieces.filter(({ id }) => id === 'tee')
    const space = outfitSpace(
      judge.pieces.filter(({ id }) => id !== 'tee'),
      false,
      tee,
    )
    const outfits = [...sampleOf(space.size, 1e6)].flatMap((index) => space.at(index) ?? [])
    expect(outfits.filter(({ id }) => id === 'tee')).toHaveLength(3 * 2 * 2)
  })

  test('a sample is even, and everything where there is little', () => {
    expect([...sampleOf(5, 10)]).toEqual([0, 1, 2, 3, 4])
    const sample = [...sampleOf(1000, 10)]
    expect(sample.map((index) => Math.floor(index / 100))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect([...sampleOf(1000, 10)]).toEqual(sample)
  })
})

describe('good outfits', () => {
  test('[IN5] are counted exactly while there are few, and then estimated, which is said', () => {
    const exact = versatility({ items })
    expect(exact.bounded).toBe(false)
    expect(exact.good).toBeGreaterThan(0)
    expect(exact.good).toBeLessThanOrEqual(exact.possible)
    expect(exact.possible).toBe(46)
    const estimate = versatility({ items, effort: 5 * 20 })
    expect(estimate.bounded).toBe(true)
    expect(Math.abs(estimate.good - exact.good)).toBeLessThanOrEqual(15)
  })

  test('of each piece are those that it is in', () => {
    const judge = drain(createOutfitJudge({ items }))
    const { found } = drain(countOutfits(judge, judge.pieces, 1e6))
    const { pieces } = versatility({ items })
    for (const id of ['shirt', 'sweater', 'dress', 'loafers'])
      expect(pieces.find(({ itemId }) => itemId === id)?.outfits).toBe(
        found.filter(({ outfit }) => outfit.some((worn) => worn.id === id)).length,
      )
    expect(pieces.map(({ itemId }) => itemId).sort()).toEqual(items.map(({ id }) => id).sort())
    expect(pieces.find(({ itemId }) => itemId === 'scarf')?.outfits).toBeGreaterThan(0)
  })

  test('are an estimate for what is worn over many outfits, and say so', () => {
    const shirts = Array.from({ length: 60 }, (_, i) => piece(`shirt-${i}`, 'top', 'shirt', '#f2f2f2'))
    const many = versatility({ items: [...items, ...shirts] })
    const exact = new Map(many.pieces.map((one) => [one.itemId, one.exact]))
    expect(many.bounded).toBe(false)
    expect(many.good).toBeGreaterThan(60)
    expect(many.triedOn).toBe(60)
    expect([exact.get('scarf'), exact.get('shirt')]).toEqual([false, true])
    const few = versatility({ items })
    expect(few.triedOn).toBeLessThanOrEqual(few.good)
    expect(few.pieces.every((one) => one.exact)).toBe(few.triedOn === few.good)
    const sampled = versatility({ items, effort: 5 * 20 })
    expect(sampled.pieces.some((one) => one.exact)).toBe(false)
  })

  test('count what may be worn: not what is in the laundry', () => {
    const away = items.map((item) => (item.id === 'jeans' ? { ...item, status: 'laundry' } : item))
    expect(versatility({ items: away }).possible).toBe(46 - 14)
  })

  test('for an occasion are fewer', () => {
    const all = versatility({ items })
    const formal = versatility({ items, occasions: ['formal'] })
    expect(formal.good).toBeLessThan(all.good)
    expect(all.byOccasion.find(({ occasion }) => occasion === 'formal')?.good).toBe(formal.good)
  })
})

describe('gaps', () => {
  test('[IN6] what a suggestion says that it adds is what there is more with it', () => {
    const before = versatility({ items, effort: 1e6 })
    const { suggestions, good, bounded } = gaps({ items, effort: 1e6, kinds: ['shirt', 'boots', 'chinos'] })
    expect(bounded).toBe(false)
    expect(good).toBe(before.good)
    expect(suggestions.length).toBeGreaterThan(2)
    for (const { category, kind, colour, added, byOccasion, examples } of suggestions) {
      const bought = piece('bought', category, kind, colour.hex)
      const after = versatility({ items: [...items, bought], effort: 1e6 })
      expect(after.good - before.good).toBe(added)
      for (const { occasion, before: now, added: more } of byOccasion)
        expect(after.byOccasion.find((one) => one.occasion === occasion)?.good).toBe(now + more)
      expect(examples.length).toBeGreaterThan(0)
    }
    const added = suggestions.map((suggestion) => suggestion.added)
    expect(added).toEqual([...added].sort((x, y) => y - x))
  })

  test('[IN6] no colour of the kinds tried adds more than the first suggestion', () => {
    const { suggestions } = gaps({ items, effort: 1e6, kinds: ['boots'] })
    const before = versatility({ items, effort: 1e6 }).good
    for (const hex of ['#141416', '#1b2440', '#c8202c', '#b98a50', '#ffffff'])
      expect(
        versatility({ items: [...items, piece('b', 'shoes', 'boots', hex)], effort: 1e6 }).good - before,
      ).toBeLessThanOrEqual(suggestions[0]?.added ?? 0)
  })

  test('do not suggest what is there already, nor accessories', () => {
    const { suggestions } = gaps({ items, kinds: ['t-shirt', 'scarf'], count: 20 })
    expect(suggestions.map(({ kind }) => kind)).not.toContain('scarf')
    expect(suggestions.map(({ kind, colour }) => `${colour.name} ${kind}`)).not.toContain('navy t-shirt')
  })

  test('[IN1] say what is missing: shoes can be bought, shoes and bottoms at once cannot', () => {
    const shoeless = gaps({ items: only('shirt', 'tee', 'chinos', 'jeans') })
    expect(codes(shoeless)).toEqual(['no-shoes'])
    expect(shoeless.good).toBe(0)
    expect(shoeless.suggestions.length).toBeGreaterThan(0)
    expect(new Set(shoeless.suggestions.map(({ category }) => category))).toEqual(new Set(['shoes']))
    const tops = gaps({ items: only('shirt', 'tee') })
    expect(tops.suggestions).toEqual([])
    expect(codes(tops)).toEqual(['no-bottoms', 'no-shoes', 'two-missing'])
    expect(codes(gaps({ items: [] }))).toEqual(['no-items', 'two-missing'])
  })
})

describe('does this go with what I own', () => {
  const ask = (bought: object, more = {}) => goesWith({ items, piece: bought, ...more })

  test('[IN6] counts the outfits it would make, shows some, and names what is like it', () => {
    const navy = ask(
      { category: 'bottom', subcategory: 'chinos', colors: [{ hex: '#1f2a4d' }] },
      { effort: 1e6 },
    )
    const after = versatility({
      items: [...items, piece('new', 'bottom', 'chinos', '#1f2a4d')],
      effort: 1e6,
    })
    expect(navy.good).toBe(after.good - versatility({ items, effort: 1e6 }).good)
    expect(navy.alike).toEqual(['chinos'])
    expect(navy.examples.length).toBeGreaterThan(0)
    for (const { itemIds } of navy.examples) expect(itemIds).toContain('new-piece')
    expect(navy.partners.map(({ itemId }) => itemId)).toContain('shirt')
  })

  test('[IN1] of an unknown piece, or in an empty wardrobe, it says so', () => {
    expect(ask({ category: 'spaceship' })).toMatchObject({ verdict: 'unknown', share: null, examples: [] })
    expect(codes(ask({ category: 'spaceship' }))).toEqual(['unknown-piece'])
    const alone = goesWith({ items: [], piece: { category: 'top', colors: [{ hex: '#ffffff' }] } })
    expect(alone).toMatchObject({ verdict: 'nothing', good: 0, usual: null, missing: [{ code: 'no-items' }] })
  })
})

describe('a capsule', () => {
  const outfitsOf = (ids: readonly string[]): number =>
    versatility({ items: items.filter(({ id }) => ids.includes(id)), effort: 1e6 }).good

  test('[IN7] has at most the pieces asked for, and makes the outfits that it says', () => {
    for (const pieces of [3, 5, 8]) {
      const result = capsule({ items, pieces, effort: 1e6 })
      expect(result.itemIds.length).toBeLessThanOrEqual(pieces)
      expect(result.outfits).toBe(outfitsOf(result.itemIds))
      for (const example of result.examples) for (const id of example) expect(result.itemIds).toContain(id)
    }
  })

  test('[IN7] is nearly the best: against every choice of five of eleven pieces', () => {
    const ids = items.map(({ id }) => id).filter((id) => id !== 'scarf')
    let best = 0
    for (let bits = 0; bits < 1 << ids.length; bits++) {
      const chosen = ids.filter((_, at) => bits & (1 << at))
      if (chosen.length === 5) best = Math.max(best, outfitsOf(chosen))
    }
    expect(best).toBeGreaterThan(1)
    expect(capsule({ items, pieces: 5, effort: 1e6 }).outfits).toBeGreaterThanOrEqual(best * 0.9)
  })

  test('keeps what must be in it', () => {
    expect(capsule({ items, pieces: 4, must: ['dress'] }).itemIds).toContain('dress')
  })

  test('[IN1] of an empty wardrobe is empty, and says why', () => {
    expect(capsule({ items: [] })).toMatchObject({ itemIds: [], outfits: 0, missing: [{ code: 'no-items' }] })
    expect(codes(capsule({ items: only('shirt', 'jeans'), pieces: Number.NaN }))).toEqual(['no-shoes'])
  })
})

describe('a packing list', () => {
  const days = [1, 2, 3, 4, 5].map((day) => ({
    date: `2026-12-0${day}`,
    occasions: day === 3 ? ['work', 'party'] : ['casual'],
    weather: { temperatureC: 16 },
  }))

  test('[IN8] has an outfit for each day and occasion, made of what is packed, and packs nothing else', () => {
    const list = packing({ items, days })
    const packed = new Set(list.pieces.map(({ itemId }) => itemId))
    const worn = list.days.flatMap(({ outfits }) => outfits.flatMap(({ outfit }) => outfit?.itemIds ?? []))
    expect(list.days.map(({ outfits }) => outfits.length)).toEqual([1, 1, 2, 1, 1])
    expect(new Set(worn)).toEqual(packed)
    for (const { itemId, dates } of list.pieces) {
      const on = list.days.filter(({ outfits }) =>
        outfits.some(({ outfit }) => outfit?.itemIds.includes(itemId)),
      )
      expect(dates).toEqual(on.map(({ date }) => date))
    }
    expect(list.missing).toEqual([])
  })

  test('[IN8] thrift makes the bag smaller, and never empty of a day', () => {
    const [lavish, thrifty] = [0, 4].map((thrift) => packing({ items, days, thrift }))
    expect(thrifty!.pieces.length).toBeLessThanOrEqual(lavish!.pieces.length)
    expect(thrifty!.days.flatMap(({ outfits }) => outfits).every(({ outfit }) => outfit !== null)).toBe(true)
  })

  test('[IN8] what is next to the skin is not worn two days on end where something else is there', () => {
    const list = packing({ items, days: days.slice(0, 2) })
    const tops = list.days.map(
      ({ outfits }) => outfits[0]?.outfit?.pieces.find(({ slot }) => slot === 'base')?.itemId,
    )
    expect(tops[0]).not.toBe(tops[1])
  })

  test('[IN1] without days, pieces or an outfit it says so', () => {
    expect(codes(packing({ items, days: [] }))).toEqual(['no-days'])
    expect(codes(packing({ items: [], days }))).toEqual(['no-items', 'few-days'])
    const bare = packing({ items: only('shirt'), days: days.slice(0, 1) })
    expect(codes(bare)).toEqual(['few-days'])
    expect(bare.days[0]?.outfits[0]?.missing.map(({ code }) => code)).toContain('no-bottoms')
  })
})

test('[IN1] insights of outfits do not depend on the order of items', () => {
  const reversed = [...items].reverse()
  const ask = (all: readonly GarmentLike[]) => [
    versatility({ items: all, effort: 300 }),
    gaps({ items: all, effort: 2000, kinds: ['shirt', 'boots'] }),
    capsule({ items: all, pieces: 5, effort: 300 }),
    packing({ items: all, days: [{ date: 'a' }, { date: 'b' }] }),
  ]
  expect(ask(reversed)).toEqual(ask(items))
})

test('[IN1] insights of outfits never throw on nonsense', () => {
  const junk = fc.array(
    fc.oneof(
      fc.anything(),
      fc.record({
        id: fc.string(),
        category: fc.constantFrom('top', 'bottom', 'shoes', 'x'),
        colors: fc.anything(),
      }),
    ),
    { maxLength: 6 },
  )
  fc.assert(
    fc.property(junk, fc.anything(), (list, any) => {
      const request = {
        items: list,
        occasions: any,
        weather: any,
        effort: 50,
        season: any,
        days: any,
      } as never
      versatility(request)
      capsule({ ...(request as object), pieces: any, must: any } as never)
      gaps({ ...(request as object), kinds: ['shirt', 'boots'], count: any } as never)
      goesWith({ ...(request as object), piece: any } as never)
      packing({ ...(request as object), days: [{ date: 'x', occasions: any, weather: any }, any] } as never)
    }),
    { numRuns: 60 },
  )
})
