import { z } from 'zod'

/** The shapes of the answers, for documents and for clients that check: tests hold them against what is answered. */

const count = z.number().int().min(0)
const share = z.number().min(0).max(1)
const missing = z
  .array(
    z.object({
      code: z.string(),
      message: z.string(),
      itemId: z.string().optional(),
      itemIds: z.array(z.string()).optional(),
    }),
  )
  .describe('What could not be said, or stood in the way, by a stable code')
const bounded = z.boolean().describe('True where numbers are estimates from an even sample')
const byOccasion = z.array(z.object({ occasion: z.string(), good: count }))

const reason = z.object({ key: z.string(), values: z.record(z.string(), z.unknown()).optional() })

const outfit = z.object({
  itemIds: z.array(z.string()).describe('In the order of the body'),
  pieces: z.array(z.object({ itemId: z.string(), slot: z.string() })),
  score: z.number().describe('0 to 1'),
  parts: z.array(z.object({ rule: z.string(), score: z.number(), weight: z.number() })),
  reasons: z.array(z.string()).describe('In words, weightiest first'),
  why: z.array(reason).describe('The reasons as keys of the table of messages, and what fills them'),
})

const outfitCount = {
  good: count.describe('Outfits good for one of the occasions at least'),
  possible: count.describe('All that can be put together'),
  byOccasion,
  bounded,
}

const pieceCounts = z.array(z.object({ itemId: z.string(), outfits: count }))
const shares = z.array(z.object({ name: z.string(), pieces: count, share }))

/** By the name of the question. */
export const ENGINE_RESULTS = {
  swap: z.object({
    alternatives: z.array(z.object({ itemId: z.string(), outfit })),
    missing,
  }),
  plan: z.object({
    days: z.array(z.object({ date: z.string().optional(), outfit: outfit.nullable(), missing })),
  }),
  'why-not': z.object({
    itemId: z.string(),
    code: z.string().describe('used, unavailable, dress-code, outscored, …'),
    sentence: z.string(),
    why: reason,
    scores: z.object({ with: z.number(), best: z.number() }).optional(),
    outfit: outfit.optional().describe('The best outfit with it'),
  }),
  rate: z.object({
    outfit: outfit.nullable().describe('As the generator scores it; null where no piece can be read'),
    fault: z
      .enum(['unreadable', 'clash', 'uncovered', 'vetoed'])
      .nullable()
      .describe('Why the generator would not make it'),
  }),
  generate: z.object({
    outfits: z.array(outfit),
    missing,
    bounded: z
      .object({ atMost: z.number() })
      .optional()
      .describe('Absent where these are the best there are; else nothing that was not looked at scores more'),
  }),
  recommend: z.object({
    occasion: z.string(),
    occasionFrom: z.enum(['request', 'habit', 'default']),
    outfits: z.array(outfit),
    rediscover: z
      .object({ itemId: z.string(), daysSinceWorn: z.number().nullable(), outfit })
      .nullable()
      .describe('An outfit around a piece that was not worn for long'),
    missing,
  }),
  versatility: z.object({
    ...outfitCount,
    pieces: z.array(
      z.object({
        itemId: z.string(),
        outfits: count,
        share: z.number().min(0),
        exact: z.boolean().describe('False where `outfits` is an estimate from a sample'),
      }),
    ),
    triedOn: count.describe('Good outfits that each coat, scarf or bag was tried on: all, or 10 to 60'),
    missing,
  }),
  gaps: z.object({
    suggestions: z.array(
      z.object({
        category: z.string(),
        kind: z.string(),
        label: z.string(),
        colour: z.object({ name: z.string(), hex: z.string() }),
        added: count.describe('Good outfits that there would be more'),
        byOccasion: z.array(z.object({ occasion: z.string(), before: count, added: count })),
        examples: z.array(z.object({ itemIds: z.array(z.string()), occasions: z.array(z.string()) })),
      }),
    ),
    good: count,
    bounded,
    missing,
  }),
  'goes-with': z.object({
    ...outfitCount,
    verdict: z.enum(['better-than-usual', 'as-usual', 'worse-than-usual', 'nothing', 'unknown']),
    share: share.nullable(),
    usual: share.nullable(),
    partners: pieceCounts,
    alike: z.array(z.string()),
    examples: z.array(outfit),
    missing,
  }),
  capsule: z.object({
    itemIds: z.array(z.string()),
    outfits: count,
    byOccasion,
    pieces: pieceCounts,
    examples: z.array(z.array(z.string())),
    bounded,
    missing,
  }),
  packing: z.object({
    pieces: z.array(z.object({ itemId: z.string(), category: z.string(), dates: z.array(z.string()) })),
    days: z.array(
      z.object({
        date: z.string(),
        outfits: z.array(
          z.object({
            occasion: z.string().nullable(),
            outfit: outfit.nullable(),
            again: z.array(z.string()),
            missing,
          }),
        ),
      }),
    ),
    missing,
  }),
  usage: z.object({
    pieces: z.array(
      z.object({
        itemId: z.string(),
        wears: count,
        firstDay: z.number().nullable().describe('Days since 1970'),
        lastDay: z.number().nullable(),
        daysSinceWorn: z.number().nullable(),
        daysOwned: z.number().nullable(),
        costPerWear: z.union([
          z.object({
            known: z.literal(true),
            amount: z.number(),
            currency: z.string().nullable(),
            unworn: z.boolean(),
          }),
          z.object({ known: z.literal(false), missing: z.literal('price') }),
        ]),
      }),
    ),
    mostWorn: z.array(z.string()),
    leastWorn: z.array(z.string()),
    neverWorn: z.array(z.string()),
    wears: count,
    worn: count,
    wornLately: count,
    spent: z.array(
      z.object({
        currency: z.string().nullable(),
        pieces: count,
        amount: z.number(),
        perWear: z.number().nullable(),
        unworn: z.number(),
      }),
    ),
    missing,
  }),
  'use-over-time': z.object({
    periods: z.array(
      z.object({
        from: z.number().describe('ms since 1970'),
        to: z.number(),
        wears: count,
        pieces: count,
        owned: count,
        share: share.nullable(),
      }),
    ),
    missing,
  }),
  'make-up': z.object({
    pieces: count,
    categories: shares,
    kinds: shares,
    colours: z.array(
      z.object({
        name: z.string(),
        family: z.string(),
        neutral: z.boolean(),
        hex: z.string(),
        pieces: count,
        share: z.number().min(0),
      }),
    ),
    neutral: z.number().nullable(),
    patterns: shares,
    materials: shares,
    seasons: shares,
    occasions: shares,
    formality: shares,
    missing,
  }),
  duplicates: z.object({
    groups: z.array(
      z.object({ itemIds: z.array(z.string()), kind: z.string(), hex: z.string(), distance: z.number() }),
    ),
  }),
  taste: z.object({
    state: z.enum(['learned', 'nothing-yet', 'off']),
    since: z.number().nullable().describe('Only what happened later was counted: ms since 1970'),
    signs: z.record(z.string(), count),
    beliefs: z.array(
      z.object({
        trait: z.string(),
        about: z.string(),
        lean: z.enum(['for', 'against']),
        strength: z.number().min(0),
        sureness: share,
        signs: z.object({ for: count, against: count }),
        text: z.string(),
      }),
    ),
  }),
} as const
