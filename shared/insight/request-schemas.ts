import { z } from 'zod'

/** What may be asked of the engine at the edges, and within which limits. The code itself takes anything. */

const id = z.string().min(1).max(160)
const label = z.string().trim().min(1).max(64)

const weather = z.strictObject({
  temperatureC: z.number().min(-90).max(70),
  rain: z
    .union([z.boolean(), z.number().min(0)])
    .optional()
    .describe('true, or millimetres an hour'),
  wind: z.number().min(0).optional().describe('Metres a second'),
})

const conditions = {
  season: label.optional().describe('spring, summer, autumn or winter'),
  weather: weather.optional(),
}

const effort = z
  .number()
  .int()
  .min(100)
  .max(50_000)
  .optional()
  .describe('How many outfits may be judged before counts become estimates; 10,000 unless told')

const purpose = {
  occasions: z
    .array(label)
    .min(1)
    .max(16)
    .optional()
    .describe('An outfit good for one of them is good; casual, work, party, formal and sport unless told'),
  ...conditions,
  effort,
}

const day = {
  offsetMinutes: z
    .number()
    .int()
    .min(-840)
    .max(840)
    .optional()
    .describe('Minutes that the owner’s clock is ahead of UTC: where a day begins; 0 unless told'),
}

const generate = z.strictObject({
  occasion: label.optional().describe('work, say'),
  ...conditions,
  activity: z.enum(['still', 'walking', 'running']).optional(),
  dressCode: z
    .strictObject({
      minFormality: z.number().min(1).max(5).optional(),
      maxFormality: z.number().min(1).max(5).optional(),
      without: z.array(label).max(100).optional().describe('Categories and subcategories'),
    })
    .optional(),
  vetoes: z
    .array(z.array(id).max(20))
    .max(1000)
    .optional()
    .describe('Items that are never worn together; one by itself is never worn'),
  like: z.array(id).max(20).optional().describe('More like these, worn together'),
  unlike: z.array(id).max(100).optional().describe('Something different from these'),
  diversity: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe('How unlike each other the outfits are; 0 for the best by score alone, 0.15 unless told'),
  anchors: z.array(id).max(10).optional().describe('Items that every outfit must have'),
  exclude: z.array(id).max(1000).optional().describe('Items that no outfit may have'),
  count: z.number().int().min(1).max(50).optional().describe('How many; 3 unless told'),
  seed: z.number().int().optional().describe('Another seed, another choice among near equals'),
})

const outfit = z.array(id).min(1).max(30).describe('Items worn together')

const planDay = z.strictObject({
  date: label.optional().describe('As you call it: an ISO date, say'),
  ...generate.pick({
    occasion: true,
    season: true,
    weather: true,
    activity: true,
    dressCode: true,
    anchors: true,
  }).shape,
})

const piece = z.strictObject({
  id: id.optional(),
  name: z.string().max(200).optional(),
  category: label.optional(),
  subcategory: label.optional(),
  colors: z
    .array(
      z.strictObject({
        hex: z.string().regex(/^#[0-9a-fA-F]{6}$/, 'is not #rrggbb'),
        name: label.optional(),
        share: z.number().min(0).max(1).optional(),
      }),
    )
    .max(8)
    .optional(),
  pattern: label.optional(),
  material: label.optional(),
  seasons: z.array(label).max(8).optional(),
  occasions: z.array(label).max(16).optional(),
  formality: z.number().min(1).max(5).optional().describe('1 (home) to 5 (black tie)'),
  warmth: z.number().min(0).max(3).optional().describe('Clo'),
  waterproof: z.boolean().optional(),
  attributes: z
    .array(label)
    .max(64)
    .optional()
    .describe('As name:value (`fit:loose`, `pattern-scale:small`)'),
})

/** By the name of the question. */
export const ENGINE_REQUESTS = {
  generate,
  swap: z.strictObject({
    outfit,
    piece: id.describe('The one of them to wear something else for'),
    ...generate.omit({ anchors: true, diversity: true }).shape,
  }),
  plan: z.strictObject({
    days: z.array(planDay).min(1).max(31).describe('What a day does not say is as in the whole request'),
    ...generate.omit({ count: true, diversity: true }).shape,
  }),
  'why-not': z.strictObject({
    piece: id,
    ...generate.omit({ count: true, diversity: true }).shape,
  }),
  rate: z.strictObject({
    outfit,
    ...generate.omit({
      anchors: true,
      exclude: true,
      count: true,
      diversity: true,
      like: true,
      unlike: true,
    }).shape,
  }),
  recommend: z.strictObject({ ...generate.omit({ anchors: true }).shape, ...day }),
  versatility: z.strictObject(purpose),
  gaps: z.strictObject({
    ...purpose,
    count: z.number().int().min(1).max(20).optional().describe('How many suggestions; 5 unless told'),
    kinds: z.array(label).max(100).optional().describe('Subcategories to choose from; all unless told'),
  }),
  'goes-with': z.strictObject({ piece, ...purpose }),
  capsule: z.strictObject({
    ...purpose,
    pieces: z.number().int().min(1).max(60).optional().describe('How many pieces; 12 unless told'),
    must: z.array(id).max(60).optional().describe('Items that are in it in any case'),
  }),
  packing: z.strictObject({
    days: z
      .array(
        z.strictObject({
          date: label.describe('As you call it: an ISO date, say'),
          occasions: z.array(label).max(6).optional().describe('One outfit for each; one unless told'),
          weather: weather.optional(),
        }),
      )
      .min(1)
      .max(30),
    thrift: z.number().min(0).max(10).optional().describe('How small the bag is to be; 1 unless told'),
    seed: z.number().int().optional(),
  }),
  usage: z.strictObject(day),
  'use-over-time': z.strictObject({
    ...day,
    days: z.number().int().min(1).max(366).optional().describe('In a period; 7 unless told'),
    periods: z.number().int().min(1).max(200).optional().describe('12 unless told'),
  }),
  'make-up': z.strictObject({}),
  duplicates: z.strictObject({}),
} as const
