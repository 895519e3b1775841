import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { describeTaste } from './describe-taste.js'
import type { TasteRecords } from './events.js'
import { learnTaste } from './learn-taste.js'
import { createTasteJudge } from './taste-judge.js'
import type { TasteGarment } from './traits.js'
import { toTasteTraits } from './traits.js'

const T0 = 1_800_000_000_000
const HEX = { blue: '#2a5fc0', red: '#c8202c', green: '#2e8b3d', black: '#141416', white: '#ffffff' }
type Colour = keyof typeof HEX

const piece = (id: string, category: string, subcategory: string, colour: Colour, more = {}) => ({
  id,
  category,
  subcategory,
  colors: [{ hex: HEX[colour], share: 1 }],
  ...more,
})

/** Five colours each of T-shirts, shirts, jeans, skirts and sneakers. */
const items = (['t-shirt', 'shirt', 'jeans', 'skirt', 'sneakers'] as const).flatMap((kind) =>
  (Object.keys(HEX) as Colour[]).map((colour) =>
    piece(
      `${colour}-${kind}`,
      { 't-shirt': 'top', shirt: 'top', jeans: 'bottom', skirt: 'bottom', sneakers: 'shoes' }[kind],
      kind,
      colour,
    ),
  ),
)

let made = 0
const say = (verdict: string, itemIds: readonly string[], more: object = {}) => ({
  id: `f${made++}`,
  verdict,
  itemIds,
  createdAt: T0 + made,
  ...more,
})
const likes = (count: number, colour: Colour) =>
  Array.from({ length: count }, (_, i) =>
    say('like', [`${colour}-${i % 2 ? 'shirt' : 't-shirt'}`, 'black-jeans', 'white-sneakers']),
  )
const scoreOf = (records: TasteRecords, ...ids: string[]): number => {
  const judge = createTasteJudge(learnTaste(records))
  const known = new Map(items.map((item) => [item.id, item as TasteGarment]))
  return judge ? judge.ofOutfit(ids.flatMap((id) => toTasteTraits(known.get(id)!) ?? [])) : 0.5
}
const blueOutfit = ['blue-shirt', 'black-jeans', 'black-sneakers']
const redOutfit = ['red-shirt', 'black-jeans', 'black-sneakers']

describe('taste is learned', () => {
  test('from likes and dislikes: what shares their traits, not only their pieces', () => {
    const feedback = [
      ...likes(8, 'blue'),
      ...[0, 1, 2, 3].map(() => say('dislike', ['red-t-shirt', 'white-jeans', 'white-sneakers'])),
    ]
    expect(scoreOf({ items, feedback }, ...blueOutfit)).toBeGreaterThan(
      scoreOf({ items, feedback }, ...redOutfit) + 0.1,
    )
    // never judged, and of kinds that were never judged
    expect(scoreOf({ items, feedback }, 'blue-skirt', 'green-shirt')).toBeGreaterThan(
      scoreOf({ items, feedback }, 'red-skirt', 'green-shirt'),
    )
  })

  test('from pieces of which only the name is known', () => {
    const named = items.map(({ id }) => ({ id, name: id.replace('-', ' ') }))
    const feedback = likes(8, 'blue')
    const { weights } = learnTaste({ items: named as never, feedback })
    expect(weights['colour:blue']).toEqual(learnTaste({ items, feedback }).weights['colour:blue'])
  })

  test('from swaps and “wore instead”, as a choice of one over the other', () => {
    for (const verdict of ['swap', 'wore-instead']) {
      const feedback = [1, 2, 3, 4].map(() =>
        say(verdict, ['red-shirt', 'black-jeans'], { insteadIds: ['blue-shirt', 'black-jeans'] }),
      )
      expect(scoreOf({ items, feedback }, 'blue-t-shirt', 'white-jeans')).toBeGreaterThan(
        scoreOf({ items, feedback }, 'red-t-shirt', 'white-jeans') + 0.02,
      )
    }
  })

  test('from wears, outfits made by hand, ratings and favourites', () => {
    const outfits = (more: object) => [{ id: 'o', createdAt: T0, ...more }]
    const outfitItems = blueOutfit.map((itemId) => ({ id: `o:${itemId}`, outfitId: 'o', itemId }))
    const ways: TasteRecords[] = [
      { items, wears: [{ id: 'w', itemId: 'blue-shirt', wornAt: T0 }] },
      { items, outfits: [], outfitItems, wears: [{ id: 'w', outfitId: 'o', wornAt: T0 }] },
      { items, outfitItems, outfits: outfits({ origin: 'made' }) },
      { items, outfitItems, outfits: outfits({ origin: 'generated', rating: 5 }) },
      { items: [...items.slice(1), { ...items[0]!, favorite: true }] },
    ]
    for (const records of ways) {
      expect(learnTaste(records).state).toBe('learned')
      const liked =
        records.wears?.[0]?.itemId || records.outfitItems ? blueOutfit : [items[0]!.id, 'black-jeans']
      expect(scoreOf(records, ...liked)).toBeGreaterThan(0.5)
    }
    const bad = { items, outfitItems, outfits: outfits({ origin: 'generated', rating: 1 }) }
    expect(scoreOf(bad, ...blueOutfit)).toBeLessThan(0.5)
  })

  test('[TA2] slowly: nothing known is 0.5, and three likes do not swamp it', () => {
    expect(scoreOf({ items }, ...blueOutfit)).toBe(0.5)
    const after = (count: number) => scoreOf({ items, feedback: likes(count, 'blue') }, ...blueOutfit)
    const [three, ten, forty] = [after(3), after(10), after(40)]
    expect(three).toBeGreaterThan(0.5)
    expect(three).toBeLessThan(0.65)
    expect(ten).toBeGreaterThan(three)
    expect(forty).toBeGreaterThan(ten)
    expect(forty).toBeLessThan(0.95)
  })

  test('[TA2] less by the same again: the hundredth wear of one outfit adds next to nothing', () => {
    const wears = (count: number) =>
      Array.from({ length: count }, (_, i) => ({ id: `w${i}`, itemId: 'blue-shirt', wornAt: T0 + i }))
    const after = (count: number) => scoreOf({ items, wears: wears(count) }, ...blueOutfit)
    expect(after(100) - after(99)).toBeLessThan((after(2) - after(1)) / 4)
  })

  test('[TA5] not from what the wardrobe is full of', () => {
    const black = Array.from({ length: 16 }, (_, i) => piece(`b${i}`, 'top', 't-shirt', 'black'))
    const blue = Array.from({ length: 4 }, (_, i) => piece(`u${i}`, 'top', 't-shirt', 'blue'))
    const wardrobe = [...black, ...blue]
    const wears = wardrobe.map(({ id }, i) => ({ id: `w${i}`, itemId: id, wornAt: T0 + i }))
    const even = learnTaste({ items: wardrobe, wears }).weights
    expect(Math.abs(even['colour:black']?.mean ?? 0)).toBeLessThan(0.05)
    expect(Math.abs(even['colour:blue']?.mean ?? 0)).toBeLessThan(0.05)
    const mostlyBlue = wears.map((wear, i) => ({ ...wear, itemId: i % 2 ? `u${i % 4}` : wear.itemId }))
    expect(learnTaste({ items: wardrobe, wears: mostlyBlue }).weights['colour:blue']?.mean).toBeGreaterThan(
      0.1,
    )
  })
})

describe('taste belongs to its owner', () => {
  const feedback = [...likes(6, 'blue'), say('dislike', redOutfit)]

  test('[TA3] reset: only later evidence counts, whichever record of the profile says so', () => {
    const at = feedback[3]!.createdAt
    const reset = learnTaste({ items, feedback, profile: [{ tasteResetAt: at }, { tasteResetAt: at - 2 }] })
    expect(reset.since).toBe(at)
    expect(reset.weights).toEqual(learnTaste({ items, feedback: feedback.slice(4) }).weights)
    const all = learnTaste({ items, feedback, profile: [{ tasteResetAt: T0 * 2 }] })
    expect(all).toMatchObject({ state: 'nothing-yet', weights: {} })
    const undated = feedback.map(({ createdAt: _, ...entry }) => entry)
    expect(learnTaste({ items, feedback: undated, profile: [{ tasteResetAt: at }] }).state).toBe(
      'nothing-yet',
    )
  })

  test('[TA3] off: nothing is learned, and nothing scored', () => {
    const model = learnTaste({ items, feedback, profile: [{ tasteOff: true }] })
    expect(model).toEqual({ state: 'off', since: null, signs: {}, weights: {} })
    expect(createTasteJudge(model)).toBeNull()
    expect(learnTaste({ items, feedback, profile: [{ tasteOff: true, deletedAt: 1 }] }).state).toBe('learned')
  })

  test('[TA4] it can be read: in words, with the signs for it and how sure it is', () => {
    // Many different outfits: the same one again says less each time.
    const varied = (verdict: string, colour: Colour) =>
      items.flatMap(({ id }) => ['shirt', 't-shirt'].map((kind) => say(verdict, [`${colour}-${kind}`, id])))
    const beliefs = describeTaste(
      learnTaste({ items, feedback: [...varied('like', 'blue'), ...varied('dislike', 'red')] }),
      { nameOf: (id) => `my ${id}` },
    )
    const blue = beliefs.find(({ trait }) => trait === 'colour:blue')
    expect(blue).toMatchObject({ lean: 'for', text: 'you lean to blue' })
    expect(blue!.signs.for).toBeGreaterThan(blue!.signs.against)
    expect(beliefs.map(({ text }) => text)).toContain('you tend to pass over red')
    for (const { sureness, strength } of beliefs) {
      expect(sureness).toBeGreaterThanOrEqual(0.5)
      expect(sureness).toBeLessThanOrEqual(1)
      expect(strength).toBeGreaterThan(0)
    }
    expect(describeTaste(learnTaste({ items, feedback: likes(1, 'blue') }))).toEqual([])
  })
})

describe('taste does not depend', () => {
  const ids = items.map(({ id }) => id)
  const some = fc.array(fc.constantFrom(...ids), { minLength: 1, maxLength: 4 })
  const time = fc.integer({ min: T0, max: T0 + 20 })
  const records = fc.record({
    feedback: fc.array(
      fc.record({
        verdict: fc.constantFrom('like', 'dislike', 'skip', 'swap', 'wore-instead'),
        itemIds: some,
        insteadIds: fc.option(some),
        createdAt: time,
      }),
      { maxLength: 12 },
    ),
    wears: fc.array(fc.record({ itemId: fc.constantFrom(...ids), wornAt: time }), { maxLength: 12 }),
  })
  const numbered = <R extends object>(list: readonly R[]) => list.map((one, i) => ({ ...one, id: `r${i}` }))

  test('[TA1] on the order of records', () => {
    fc.assert(
      fc.property(records, fc.integer(), ({ feedback, wears }, seed) => {
        const shuffled = <R extends { readonly id: string }>(list: readonly R[]): R[] =>
          [...list].sort((x, y) => hash(x.id, seed) - hash(y.id, seed))
        const [f, w] = [numbered(feedback), numbered(wears)]
        expect(learnTaste({ items: shuffled(items), feedback: shuffled(f), wears: shuffled(w) })).toEqual(
          learnTaste({ items, feedback: f, wears: w }),
        )
      }),
      { numRuns: 60 },
    )
  })

  test('[TA6] on records being sound: nonsense is passed over', () => {
    fc.assert(
      fc.property(fc.array(fc.anything()), fc.array(fc.object()), (junk, objects) => {
        const all = [...junk, ...objects] as never[]
        const model = learnTaste({
          items: [...items, ...all],
          feedback: [...all, ...likes(2, 'blue')],
          wears: all,
          outfits: all,
          outfitItems: all,
          profile: all,
        })
        for (const { mean, sd } of Object.values(model.weights)) {
          expect(Number.isFinite(mean)).toBe(true)
          expect(sd).toBeGreaterThan(0)
        }
      }),
      { numRuns: 100 },
    )
    expect(learnTaste({ items: null as never }).state).toBe('nothing-yet')
  })
})

function hash(text: string, seed: number): number {
  let sum = seed | 0
  for (let i = 0; i < text.length; i++) sum = Math.imul(sum ^ text.charCodeAt(i), 16_777_619)
  return sum
}
