import { describe, expect, test } from 'vitest'
import type { Steps } from '../domain/steps.js'
import { drain } from '../domain/steps.js'
import { createOutfitter } from '../outfit/outfitter.js'
import { planDaysSteps } from '../outfit/plan.js'
import { swapPieceSteps } from '../outfit/swap.js'
import type { GarmentLike } from '../outfit/types.js'
import { whyNotSteps } from '../outfit/why-not.js'
import { learnTasteSteps } from '../taste/learn-taste.js'
import { capsuleSteps } from './capsule.js'
import { duplicatesSteps } from './duplicates.js'
import { gapsSteps } from './gaps.js'
import { goesWithSteps } from './goes-with.js'
import { makeUpSteps } from './make-up.js'
import { packingSteps } from './packing.js'
import { recommendSteps } from './recommend.js'
import { usageSteps } from './usage.js'
import { useOverTimeSteps } from './use-over-time.js'
import { versatilitySteps } from './versatility.js'

const KINDS = [
  'shirt',
  't-shirt',
  'jeans',
  'chinos',
  'skirt',
  'dress',
  'blazer',
  'sneakers',
  'boots',
  'scarf',
]
const items: readonly GarmentLike[] = Array.from({ length: 1_000 }, (_, i) => ({
  id: `piece-${i}`,
  subcategory: KINDS[i % KINDS.length] ?? '',
  colors: [{ hex: `#${((i * 7_919_777) % 2 ** 24).toString(16).padStart(6, '0')}`, share: 1 }],
}))
const now = 1_780_000_000_000
const wears = Array.from({ length: 4_000 }, (_, i) => ({
  id: `wear-${i}`,
  itemId: `piece-${(i * 37) % 1_000}`,
  wornAt: now - i * 40_000_000,
}))
const outfitter = createOutfitter()
const [outfit = { itemIds: [] }] = outfitter.generate({ items, count: 1 }).outfits

/** Each in steps, with how many of them a wardrobe of 1,000 pieces makes at least. */
const WORK: Readonly<Record<string, readonly [number, () => Steps<unknown>]>> = {
  generate: [10, () => createOutfitter().steps({ items })],
  swap: [
    10,
    () => swapPieceSteps(outfitter, { items, outfit: outfit.itemIds, piece: outfit.itemIds[0] ?? '' }),
  ],
  plan: [40, () => planDaysSteps(outfitter, { items, days: [{}, {}] })],
  'why not': [10, () => whyNotSteps(outfitter, { items }, 'piece-7')],
  taste: [20, () => learnTasteSteps({ items, wears })],
  usage: [2, () => usageSteps({ items, wears, now })],
  'use over time': [12, () => useOverTimeSteps({ items, wears, now })],
  'make-up': [20, () => makeUpSteps({ items })],
  duplicates: [10, () => duplicatesSteps({ items })],
  versatility: [200, () => versatilitySteps({ items })],
  gaps: [200, () => gapsSteps({ items })],
  'goes with': [200, () => goesWithSteps({ items, piece: { subcategory: 'chinos' } })],
  capsule: [200, () => capsuleSteps({ items })],
  packing: [40, () => packingSteps({ items, days: [{ date: 'mon' }, { date: 'tue' }] })],
  recommend: [40, () => recommendSteps({ items, wears, now })],
}

describe('[OU11] a large wardrobe is worked through in small steps:', () => {
  test.each(Object.entries(WORK))('%s', (_, [least, start]) => {
    let [steps, result] = [0, undefined as unknown]
    for (const work = start(); ; steps++) {
      const { done, value } = work.next()
      if (done) {
        result = value
        break
      }
      expect((value as { done: number }).done).toBeGreaterThanOrEqual(0)
      expect((value as { done: number }).done).toBeLessThanOrEqual(1)
    }
    expect(steps).toBeGreaterThanOrEqual(least)
    expect(result).toEqual(drain(start()))
  })

  test('one that is left does no more work', () => {
    const work = versatilitySteps({ items })
    work.next()
    expect(work.return(undefined as never).done).toBe(true)
    expect(work.next()).toEqual({ value: undefined, done: true })
  })
})
