import { describe, expect, test } from 'vitest'
import { createOutfitter } from '../outfit/outfitter.js'
import { planDays } from '../outfit/plan.js'
import { rateOutfit } from '../outfit/rate.js'
import { swapPiece } from '../outfit/swap.js'
import type { GenerateRequest } from '../outfit/types.js'
import { whyNot } from '../outfit/why-not.js'
import { learnTaste } from '../taste/learn-taste.js'
import { capsule } from './capsule.js'
import { duplicates } from './duplicates.js'
import { gaps } from './gaps.js'
import { goesWith } from './goes-with.js'
import { makeUp } from './make-up.js'
import { packing } from './packing.js'
import { recommend } from './recommend.js'
import { usage } from './usage.js'
import { useOverTime } from './use-over-time.js'
import { versatility } from './versatility.js'

const now = 1_780_000_000_000
const piece = (id: string, subcategory: string, more: object = {}) => ({
  id,
  subcategory,
  colors: [{ hex: '#1f2a4d', share: 1 }],
  ...more,
})
const WHOLE = [
  piece('shirt', 'shirt'),
  piece('tee', 't-shirt', { colors: [{ hex: '#f2f2f2', share: 1 }] }),
  piece('chinos', 'chinos', { colors: [{ hex: '#c19a6b', share: 1 }] }),
  piece('jeans', 'jeans'),
  piece('shoes', 'sneakers'),
]

interface Bad {
  readonly items: unknown
  readonly wishes?: object
  /** what `generate` says is missing */
  readonly missing: readonly string[]
  /** there are outfits all the same */
  readonly outfits: boolean
  /** what the insights that count outfits say is missing */
  readonly gaps: readonly string[]
}

const BAD: Readonly<Record<string, Bad>> = {
  'no items at all': { items: undefined, missing: ['no-items'], outfits: false, gaps: ['no-items'] },
  'an empty wardrobe': { items: [], missing: ['no-items'], outfits: false, gaps: ['no-items'] },
  'what is no item': {
    items: [null, 7, 'shirt', [], {}, { id: 3 }, { id: '' }],
    missing: ['no-items'],
    outfits: false,
    gaps: ['no-items'],
  },
  'one shoe': {
    items: [piece('shoe', 'sneakers')],
    missing: ['no-tops', 'no-bottoms', 'few-outfits'],
    outfits: false,
    gaps: ['no-tops', 'no-bottoms'],
  },
  'tops and shoes, nothing for the legs': {
    items: WHOLE.filter(({ id }) => !/chinos|jeans/.test(id)),
    missing: ['no-bottoms', 'few-outfits'],
    outfits: false,
    gaps: ['no-bottoms'],
  },
  'no shoes': {
    items: WHOLE.filter(({ id }) => id !== 'shoes'),
    missing: ['no-shoes'],
    outfits: true,
    gaps: ['no-shoes'],
  },
  'no colours': {
    items: WHOLE.map(({ colors: _, ...rest }) => rest),
    missing: [],
    outfits: true,
    gaps: [],
  },
  'colours that are none': {
    items: WHOLE.map((item, i) => ({
      ...item,
      colors: [null, 'red', [{ hex: 7 }, { hex: '#zzz', share: Number.NaN }, null], [], { hex: '#fff' }][i],
    })),
    missing: [],
    outfits: true,
    gaps: [],
  },
  'unknown categories': {
    items: WHOLE.map(({ id }) => ({ id, category: 'spaceship', subcategory: 'booster' })),
    missing: ['no-items', 'unknown-category'],
    outfits: false,
    gaps: ['some-kinds'],
  },
  'NaN prices, formality, warmth and times': {
    items: WHOLE.map((item) => ({
      ...item,
      price: Number.NaN,
      formality: Number.NaN,
      warmth: Number.NEGATIVE_INFINITY,
      createdAt: Number.NaN,
      purchasedAt: 'yesterday',
    })),
    missing: [],
    outfits: true,
    gaps: [],
  },
  'ten thousand tags': {
    items: WHOLE.map((item) => ({
      ...item,
      tags: Array.from({ length: 10_000 }, (_, i) => `tag ${i}`),
      seasons: Array.from({ length: 10_000 }, (_, i) => `season ${i}`),
      attributes: Array.from({ length: 10_000 }, (_, i) => `fit:${i}`),
      colors: Array.from({ length: 10_000 }, () => ({ hex: '#1f2a4d', share: 1 })),
      name: 'navy '.repeat(40_000),
    })),
    missing: [],
    outfits: true,
    gaps: [],
  },
  'fields of other types': {
    items: WHOLE.map(({ id, subcategory }) => ({
      id,
      subcategory,
      category: 7,
      name: {},
      colors: 'navy',
      seasons: 5,
      occasions: { casual: true },
      tags: 'a',
      material: [],
      pattern: 3,
      fit: {},
      status: null,
      waterproof: 'yes',
    })),
    missing: [],
    outfits: true,
    gaps: [],
  },
  'contradictory locks': {
    items: WHOLE,
    wishes: { anchors: ['chinos', 'jeans'] },
    missing: ['anchors-conflict'],
    outfits: false,
    gaps: [],
  },
  'a lock that is to be left out': {
    items: WHOLE,
    wishes: { anchors: ['shirt'], exclude: ['shirt'] },
    missing: ['anchor-excluded'],
    outfits: false,
    gaps: [],
  },
  'a lock that is vetoed': {
    items: WHOLE,
    wishes: { anchors: ['shirt'], vetoes: [['shirt']] },
    missing: ['anchor-unavailable'],
    outfits: false,
    gaps: [],
  },
  'a lock that is not there': {
    items: WHOLE,
    wishes: { anchors: ['crown'] },
    missing: ['anchor-unknown'],
    outfits: false,
    gaps: [],
  },
  'an impossible dress code': {
    items: WHOLE,
    wishes: { dressCode: { minFormality: 5, maxFormality: 1, without: ['sneakers'] } },
    missing: ['no-items', 'dress-code'],
    outfits: false,
    gaps: [],
  },
  'rain, and nothing fit for it': {
    items: WHOLE,
    wishes: { weather: { temperatureC: 20, rain: true } },
    missing: ['no-rain-cover', 'no-rain-shoes'],
    outfits: true,
    gaps: [],
  },
  'wishes of other types': {
    items: WHOLE,
    wishes: {
      occasion: 7,
      season: {},
      weather: 'fine',
      activity: 'flying',
      dressCode: 'black tie',
      anchors: 'shirt',
      exclude: { shirt: true },
      vetoes: [null, 'shirt', [7]],
      like: 3,
      unlike: 'all',
      count: 'three',
      diversity: Number.NaN,
      seed: 'x',
      effort: {},
      wears: 'often',
      feedback: [null, { verdict: 'dislike' }],
      taste: { weights: 'strong' },
      taxonomy: 'mine',
      words: null,
    },
    missing: [],
    outfits: true,
    gaps: [],
  },
}

/** Every function, asked as it may be asked with wishes such as these. */
const FUNCTIONS: Readonly<Record<string, (request: GenerateRequest) => object>> = {
  generate: (request) => createOutfitter().generate(request),
  'more like this': (request) =>
    createOutfitter().generate({ ...request, like: ['shirt', 'chinos', 'shoes'] }),
  'something different': (request) => createOutfitter().generate({ ...request, unlike: ['shirt', 'jeans'] }),
  swap: (request) =>
    swapPiece(createOutfitter(), { ...request, outfit: ['shirt', 'chinos', 'shoes'], piece: 'shirt' }),
  'swap of nothing': (request) =>
    swapPiece(createOutfitter(), { ...request, outfit: undefined as never, piece: undefined as never }),
  plan: (request) => planDays(createOutfitter(), { ...request, days: [{ date: 'mon' }, null as never, {}] }),
  'plan of no days': (request) => planDays(createOutfitter(), { ...request, days: 'week' as never }),
  'why not': (request) => whyNot(createOutfitter(), request, 'shirt'),
  'why not nothing': (request) => whyNot(createOutfitter(), request, undefined as never),
  rate: (request) => rateOutfit({ ...request, outfit: ['shirt', 'chinos', 'shoes'] }),
  'rate nothing': (request) => rateOutfit({ ...request, outfit: null as never }),
  recommend: (request) => recommend({ ...request, now } as never),
  'recommend at no time': (request) => recommend({ ...request, now: Number.NaN } as never),
  packing: (request) => packing({ ...request, days: [{ date: 'mon', occasions: ['work'] }] } as never),
  'packing for no days': (request) => packing({ ...request, days: {} } as never),
  versatility: (request) => versatility(request),
  gaps: (request) => gaps({ ...request, kinds: ['boots', 'blazer', 'jeans', 'shirt'] } as never),
  capsule: (request) => capsule({ ...request, pieces: Number.NaN, must: ['crown'] } as never),
  'goes with': (request) => goesWith({ ...request, piece: { subcategory: 'chinos' } }),
  'goes with what is nothing': (request) => goesWith({ ...request, piece: undefined as never }),
  usage: (request) => usage({ ...request, now } as never),
  'usage at no time': (request) => usage({ ...request, now: 'now' } as never),
  'use over time': (request) => useOverTime({ ...request, now } as never, { days: -1, periods: Number.NaN }),
  'make-up': (request) => makeUp(request as never),
  duplicates: (request) => ({ groups: duplicates(request as never) }),
  taste: (request) => learnTaste(request as never),
}

const COUNTING = ['versatility', 'capsule', 'goes with']

describe.each(Object.entries(BAD))('%s', (_, { items, wishes, missing, outfits, gaps: lacking }) => {
  const request = { ...wishes, items } as GenerateRequest

  test.each(Object.entries(FUNCTIONS))('[OU12] [IN1] %s: a typed result, and no legs bare', (name, ask) => {
    const answer = ask(request)
    expect(JSON.parse(JSON.stringify(answer))).toEqual(answer)
    const known = Array.isArray(items) ? items : []
    // What somebody put together by hand is told as it is.
    for (const ids of name.startsWith('rate') ? [] : outfitsIn(answer)) {
      const newPiece = { id: 'new-piece', subcategory: 'chinos' }
      const { fault } = rateOutfit({ items: [...known, newPiece], outfit: ids })
      expect(fault, ids.join(' + ')).toBeNull()
    }
  })

  test('[OU12] is said by stable codes and in words', () => {
    const answer = createOutfitter().generate(request)
    expect(answer.missing.map(({ code }) => code)).toEqual(expect.arrayContaining([...missing]))
    expect(answer.outfits.length > 0).toBe(outfits)
    for (const { message } of answer.missing) expect(message).toMatch(/^[a-z0-9].*[a-z]$/)
    if (!outfits) expect(answer.missing.length).toBeGreaterThan(0)
    for (const name of COUNTING) {
      const said = FUNCTIONS[name]?.(request) as { missing: { code: string }[] }
      expect(said.missing.map(({ code }) => code)).toEqual(expect.arrayContaining([...lacking]))
    }
  })
})

/** The ids of every outfit that an answer has, wherever. */
function outfitsIn(answer: unknown): string[][] {
  if (typeof answer !== 'object' || answer === null) return []
  if (Array.isArray(answer)) return answer.flatMap(outfitsIn)
  const own = 'itemIds' in answer && 'reasons' in answer ? [answer.itemIds as string[]] : []
  return [...own, ...Object.values(answer).flatMap(outfitsIn)]
}
