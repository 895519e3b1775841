import { describe, expect, test } from 'vitest'
import { inPieces } from '../domain/in-pieces.js'
import { extendTaxonomy } from '../domain/taxonomy.js'
import { createOutfitter } from './outfitter.js'
import { planDays } from './plan.js'
import { swapPiece } from './swap.js'
import type { GarmentLike } from './types.js'
import { whyNot } from './why-not.js'
import type { OutfitAnswer, OutfitPort } from './worker.js'
import { serveOutfits } from './worker.js'

const piece = (id: string, category: string, subcategory: string, hex = '#1f2a4d'): GarmentLike => ({
  id,
  category,
  subcategory,
  colors: [{ hex, share: 1 }],
})

const WARDROBE: readonly GarmentLike[] = [
  piece('shirt', 'top', 'shirt', '#f2f2f2'),
  piece('shirt-blue', 'top', 'shirt', '#9ec3e6'),
  piece('tee', 'top', 't-shirt', '#1d1d20'),
  piece('tee-grey', 'top', 't-shirt', '#7d7f82'),
  piece('chinos', 'bottom', 'chinos'),
  piece('jeans', 'bottom', 'jeans', '#4a6488'),
  piece('skirt', 'bottom', 'skirt', '#1d1d20'),
  piece('shorts', 'bottom', 'shorts', '#c19a6b'),
  piece('loafers', 'shoes', 'loafers', '#5b4030'),
  piece('sneakers', 'shoes', 'sneakers', '#f5f5f2'),
  piece('coat', 'outerwear', 'coat', '#b98a50'),
  piece('tights', 'hosiery', 'tights', '#1d1d20'),
  piece('pyjamas', 'suit', 'pyjamas', '#9ec3e6'),
  piece('thing', 'spaceship', 'booster'),
]
const pause = () => Promise.resolve()

describe('an outfitter', () => {
  test('[OU9] swaps one piece and keeps the others', () => {
    const outfit = ['shirt', 'chinos', 'loafers']
    const { alternatives, missing } = swapPiece(createOutfitter(), {
      items: WARDROBE,
      outfit,
      piece: 'chinos',
    })
    expect(missing.filter(({ code }) => code !== 'unknown-category')).toEqual([])
    expect(alternatives.map(({ itemId }) => itemId).sort()).toEqual(['jeans', 'shorts', 'skirt'])
    for (const one of alternatives)
      expect(new Set(one.outfit.itemIds)).toEqual(new Set(['shirt', 'loafers', one.itemId]))
    const scores = alternatives.map((one) => one.outfit.score)
    expect(scores).toEqual([...scores].sort((x, y) => y - x))
  })

  test('[OU9] plans days without a top or bottoms twice; the hardest day chooses first', () => {
    const days = [
      { date: 'mon', occasion: 'casual' },
      { date: 'tue', occasion: 'casual' },
      { date: 'wed', occasion: 'work', dressCode: { minFormality: 3 } },
      { date: 'thu', occasion: 'casual' },
      { date: 'fri', occasion: 'casual' },
    ]
    const plan = planDays(createOutfitter(), { items: WARDROBE, days })
    expect(plan.days.map(({ date }) => date)).toEqual(days.map(({ date }) => date))
    const worn = plan.days.flatMap(
      ({ outfit }) => outfit?.itemIds.filter((id) => !/loafers|sneakers|tights/.test(id)) ?? [],
    )
    expect(new Set(worn).size).toBe(worn.length)
    expect(plan.days.filter(({ outfit }) => outfit === null)).toHaveLength(1)
    expect(plan.days[2]?.outfit?.itemIds.some((id) => id.startsWith('shirt'))).toBe(true)
    expect(plan.days.find(({ outfit }) => outfit === null)?.missing.length).toBeGreaterThan(0)
  })

  test('[OU9] makes more like this, and something different', () => {
    const outfitter = createOutfitter()
    const kinds = (more: object) =>
      outfitter.generate({ items: WARDROBE, count: 1, ...more }).outfits[0]?.itemIds ?? []
    expect(kinds({ like: ['tee', 'jeans', 'sneakers'] })).toEqual(
      expect.arrayContaining([expect.stringMatching(/tee/)]),
    )
    expect(kinds({ like: ['tee', 'jeans', 'sneakers'] })).not.toEqual(['tee', 'jeans', 'sneakers'])
    const other = kinds({ unlike: ['tee', 'jeans', 'sneakers'] })
    for (const id of ['tee', 'jeans', 'sneakers']) expect(other).not.toContain(id)
  })

  test('[OU10] says why a piece is not in the outfits', () => {
    const outfitter = createOutfitter()
    const why = (id: string, more: object = {}) => whyNot(outfitter, { items: WARDROBE, ...more }, id)
    expect(why('nothing').code).toBe('unknown')
    expect(why('thing').code).toBe('unreadable')
    expect(why('pyjamas')).toMatchObject({
      code: 'indoors',
      sentence: 'the light blue pyjamas are for the house',
    })
    expect(why('coat').code).toBe('no-weather')
    expect(why('jeans', { exclude: ['jeans'] }).code).toBe('excluded')
    expect(why('jeans', { vetoes: [['jeans']] }).code).toBe('vetoed')
    expect(why('tee', { dressCode: { minFormality: 3 } }).code).toBe('dress-code')
    const shorts = why('shorts', { occasion: 'work' })
    expect(shorts.code).toBe('worse')
    expect(shorts.scores?.with).toBeLessThan(shorts.scores?.best ?? 0)
    expect(shorts.sentence).toMatch(
      /^with the camel shorts the best outfit scores 0\.\d+, without \d\.\d+: less for the occasion/,
    )
  })

  test('[OU4] cut short, it still has as many outfits as were asked for', () => {
    const hex = (n: number) => `#${((n * 2_654_435_761) % 2 ** 24).toString(16).padStart(6, '0')}`
    const items = Array.from({ length: 40 }, (_, i) => [
      piece(`t${i}`, 'top', 'shirt', hex(i)),
      piece(`u${i}`, 'top', 'sweater', hex(i + 100)),
      piece(`b${i}`, 'bottom', 'chinos', hex(i + 200)),
      piece(`c${i}`, 'outerwear', 'coat', hex(i + 300)),
      piece(`s${i}`, 'shoes', 'boots', hex(i + 400)),
    ]).flat()
    const wish = { items, count: 10, weather: { temperatureC: 0 } }
    const { outfits, bounded } = createOutfitter().generate({ ...wish, effort: 10_000 })
    expect(outfits).toHaveLength(10)
    expect(bounded?.atMost).toBeGreaterThanOrEqual(outfits[0]?.score ?? 1)
  })

  test('[OU11] works in pieces to the same end, tells of its progress, and stops when asked', async () => {
    const items = Array.from({ length: 40 }, (_, i) => [
      piece(`t${i}`, 'top', 'shirt', `#${(i * 40_503 + 99).toString(16).padStart(6, '0')}`),
      piece(`b${i}`, 'bottom', 'chinos', `#${(i * 90_017 + 7).toString(16).padStart(6, '0')}`),
      piece(`s${i}`, 'shoes', 'heels', `#${(i * 60_013 + 3).toString(16).padStart(6, '0')}`),
    ]).flat()
    const request = { items, count: 50, diversity: 0.5 }
    const outfitter = createOutfitter()
    const seen: number[] = []
    const result = await inPieces(outfitter.steps(request), {
      pause,
      onProgress: ({ done }) => seen.push(done),
    })
    expect(result).toEqual(outfitter.generate(request))
    expect(seen).toEqual([...seen].sort((x, y) => x - y))
    expect(seen.length).toBeGreaterThan(3)
    const stop = new AbortController()
    stop.abort('enough')
    await expect(inPieces(outfitter.steps(request), { pause, signal: stop.signal })).rejects.toBe('enough')
  })

  test('[OU11] answers over a port as it does at home', async () => {
    const { port1, port2 } = new MessageChannel()
    serveOutfits(port1 as unknown as OutfitPort, { pause })
    const answer = new Promise<OutfitAnswer>((resolve) => {
      port2.onmessage = ({ data }) => 'result' in data && resolve(data)
    })
    const request = { items: WARDROBE, occasion: 'work' }
    port2.postMessage({ id: 7, request })
    expect(await answer).toEqual({ id: 7, result: createOutfitter().generate(request) })
    port1.close()
  })

  test('[OU1] wears what only the app knows, and speaks its language', () => {
    const taxonomy = extendTaxonomy([
      {
        id: 'isidwaba',
        label: 'isidwaba',
        ways: [['legs']],
        typical: 'isidwaba',
        subcategories: [{ id: 'isidwaba', label: 'isidwaba', formality: 4, warmth: 0.4, openLegs: true }],
      },
    ])
    const items = [
      piece('a', 'top', 'shirt', '#f2f2f2'),
      piece('b', 'isidwaba', 'isidwaba', '#1d1d20'),
      piece('c', 'shoes', 'loafers'),
    ]
    const { outfits, missing } = createOutfitter().generate({
      items,
      taxonomy,
      occasion: 'work',
      count: 2,
      words: { 'occasion.right': 'passt: {occasion}', 'missing.few-outfits': 'nur {found} von {count}' },
    })
    expect(outfits[0]?.itemIds).toEqual(['a', 'b', 'c'])
    expect(outfits[0]?.reasons).toContain('passt: work')
    expect(missing).toEqual([{ code: 'few-outfits', message: 'nur 1 von 2' }])
  })

  test('[OU12] takes ten thousand tags, prices that are no numbers and one shoe', () => {
    const tags = Array.from({ length: 10_000 }, (_, i) => `tag ${i}`)
    const odd = { ...piece('a', 'top', 'shirt'), tags, price: Number.NaN, name: 'x'.repeat(100_000) }
    const { outfits, missing } = createOutfitter().generate({ items: [odd], dressCode: { minFormality: 9 } })
    expect(outfits).toEqual([])
    expect(missing.map(({ code }) => code)).toContain('no-items')
    const shoe = createOutfitter().generate({
      items: [piece('s', 'shoes', 'sneakers')],
      weather: { temperatureC: 9, rain: true },
    })
    expect(shoe.outfits).toEqual([])
    expect(shoe.missing.map(({ message }) => message)).toEqual(
      expect.arrayContaining([
        'nothing to wear on the upper body',
        'nothing to wear on the legs',
        'no shoes fit for rain',
      ]),
    )
  })
})
