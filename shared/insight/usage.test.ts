import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { OwnedPiece, UsageRequest } from './records.js'
import { usage } from './usage.js'
import { useOverTime } from './use-over-time.js'

const DAY = 86_400_000
const NOW = 20_000 * DAY + 15 * 3_600_000

const items: readonly OwnedPiece[] = [
  { id: 'shirt', price: 60, currency: 'eur', purchasedAt: NOW - 100 * DAY },
  { id: 'jeans', price: 90, currency: 'EUR', createdAt: NOW - 50 * DAY },
  { id: 'coat', price: 300, currency: 'USD', createdAt: NOW - 200 * DAY },
  { id: 'hat', createdAt: NOW - 10 * DAY },
]
const worn = (itemId: string, ...daysAgo: number[]) =>
  daysAgo.map((days) => ({ itemId, wornAt: NOW - days * DAY }))
const ask = (more: Partial<UsageRequest> = {}) => usage({ items, now: NOW, ...more })
const pieceOf = (report: ReturnType<typeof usage>, id: string) =>
  report.pieces.find(({ itemId }) => itemId === id)!

describe('usage', () => {
  test('counts days, ranks the pieces, and says what hangs there unworn', () => {
    const report = ask({ wears: [...worn('shirt', 1, 2, 30), ...worn('jeans', 2, 100)] })
    expect(pieceOf(report, 'shirt')).toEqual({
      itemId: 'shirt',
      wears: 3,
      firstDay: 19_970,
      lastDay: 19_999,
      daysSinceWorn: 1,
      daysOwned: 100,
      costPerWear: { known: true, amount: 20, currency: 'EUR', unworn: false },
    })
    expect(report).toMatchObject({
      mostWorn: ['shirt', 'jeans'],
      leastWorn: ['jeans', 'shirt'],
      neverWorn: ['coat', 'hat'],
      wears: 5,
      worn: 2,
      wornLately: 2,
      spent: [
        { currency: 'EUR', pieces: 2, amount: 150, perWear: 30, unworn: 0 },
        { currency: 'USD', pieces: 1, amount: 300, perWear: null, unworn: 300 },
      ],
      missing: [{ code: 'some-prices', itemIds: ['hat'] }],
    })
  })

  test('[IN2] a piece worn twice on a day, or with its outfit, was worn on one day; plans and removed wears on none', () => {
    const wears = [
      { itemId: 'shirt', wornAt: NOW },
      { itemId: 'shirt', wornAt: NOW - 3_600_000 },
      { outfitId: 'o', wornAt: NOW },
      { itemId: 'shirt', wornAt: NOW + DAY },
      { itemId: 'shirt', wornAt: NOW - 5 * DAY, deletedAt: NOW },
    ]
    const outfitItems = [
      { outfitId: 'o', itemId: 'shirt' },
      { outfitId: 'o', itemId: 'jeans' },
      { outfitId: 'o', itemId: 'coat', deletedAt: 1 },
    ]
    const report = ask({ wears, outfitItems })
    expect(['shirt', 'jeans', 'coat'].map((id) => pieceOf(report, id).wears)).toEqual([1, 1, 0])
  })

  test('[IN2] days are those of where the owner lives', () => {
    const wears = [
      { itemId: 'hat', wornAt: 20_000 * DAY - 1 },
      { itemId: 'hat', wornAt: 20_000 * DAY },
    ]
    expect(pieceOf(ask({ wears }), 'hat').wears).toBe(2)
    expect(pieceOf(ask({ wears, offsetMinutes: 60 }), 'hat').wears).toBe(1)
  })

  test.each([[Number.NaN], [-5], [Number.POSITIVE_INFINITY], [null], ['12' as never], [undefined]])(
    '[IN3] a price of %s is no price: the cost is not known, and never a number',
    (price) => {
      const report = ask({ items: [{ id: 'a', price: price as never }], wears: worn('a', 1) })
      expect(report.pieces[0]?.costPerWear).toEqual({ known: false, missing: 'price' })
      expect(report.spent).toEqual([])
      expect(report.missing.map(({ code }) => code)).toEqual(['no-prices'])
    },
  )

  test('[IN3] unworn, a piece costs its price so far, and says so; currencies are not added up', () => {
    expect(pieceOf(ask(), 'coat').costPerWear).toEqual({
      known: true,
      amount: 300,
      currency: 'USD',
      unworn: true,
    })
    expect(ask().spent).toHaveLength(2)
  })

  test('[IN1] an empty wardrobe, no wears, no time: a result that says so', () => {
    expect(ask({ items: [] }).missing.map(({ code }) => code)).toEqual(['no-items'])
    expect(ask().missing.map(({ code }) => code)).toEqual(['no-wears', 'some-prices'])
    const timeless = ask({ now: Number.NaN, wears: worn('shirt', 1) })
    expect(timeless.missing.map(({ code }) => code)).toContain('bad-time')
    expect(timeless.pieces.map(({ daysSinceWorn }) => daysSinceWorn)).toEqual([null, null, null, null])
  })

  test('[IN1] in any order of records the same; nonsense never throws', () => {
    const wears = [...worn('shirt', 1, 2, 30), ...worn('jeans', 2, 100), ...worn('coat', 2, 100)]
    expect(ask({ items: [...items].reverse(), wears: [...wears].reverse() })).toEqual(ask({ wears }))
    fc.assert(
      fc.property(fc.array(fc.anything()), fc.anything(), fc.anything(), (junk, now, offset) => {
        const request = { items: junk, wears: junk, outfitItems: junk, now, offsetMinutes: offset }
        for (const piece of usage(request as never).pieces) expect(piece.wears).toBeGreaterThanOrEqual(0)
        useOverTime(request as never)
      }),
      { numRuns: 200 },
    )
  })
})

describe('use over time', () => {
  test('tells each period: wears, pieces, and the part of what was owned then', () => {
    const wears = [...worn('shirt', 1, 2, 8), ...worn('jeans', 2), ...worn('coat', 20)]
    const { periods, missing } = useOverTime({ items, wears, now: NOW }, { days: 7, periods: 3 })
    expect(missing).toEqual([])
    expect(periods.map(({ wears, pieces, owned }) => [wears, pieces, owned])).toEqual([
      [1, 1, 3],
      [1, 1, 4],
      [3, 2, 4],
    ])
    expect(periods.at(-1)).toMatchObject({ from: 19_994 * DAY, to: 20_001 * DAY, share: 0.5 })
  })

  test('[IN1] without a time, pieces or wears it says what is missing', () => {
    expect(useOverTime({ items, now: Number.NaN }).missing.map(({ code }) => code)).toEqual(['bad-time'])
    expect(useOverTime({ items: [], now: NOW }).missing.map(({ code }) => code)).toEqual(['no-items'])
    const none = useOverTime({ items: [], now: NOW }, { days: -1, periods: 1e9 })
    expect(none.periods).toHaveLength(200)
    expect(none.periods.every(({ share }) => share === null)).toBe(true)
  })
})
