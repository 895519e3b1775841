import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { type GenerateRequest, generateOutfits } from '@modaics/shared'
import { authenticate, requireRole } from './authenticate.js'
import type { HttpDeps } from './deps.js'
import type { HttpEnv } from './env.js'
import { bearer, createRoutes, jsonAnswer, jsonBody, limitBody, recordIdSchema, uuidSchema } from './json.js'
import { problems } from './problem.js'
import { listAllRecords } from './record-rows.js'

const requestSchema = z
  .strictObject({
    wardrobe: uuidSchema,
    occasion: z.string().max(64).optional().openapi({ example: 'work' }),
    season: z.string().max(64).optional().describe('spring, summer, autumn or winter'),
    weather: z
      .strictObject({
        temperatureC: z.number().min(-90).max(70),
        rain: z
          .union([z.boolean(), z.number().min(0)])
          .optional()
          .describe('true, or millimetres an hour'),
        wind: z.number().min(0).optional().describe('Metres a second'),
      })
      .optional(),
    anchors: z.array(recordIdSchema).max(10).optional().describe('Items that every outfit must have'),
    exclude: z.array(recordIdSchema).max(1000).optional().describe('Items that no outfit may have'),
    count: z.number().int().min(1).max(50).optional().describe('How many; 3 unless told'),
    seed: z.number().int().optional().describe('Another seed, another choice among near equals'),
  })
  .openapi('GenerateRequest')

const resultSchema = z
  .object({
    outfits: z.array(
      z.object({
        itemIds: z.array(z.string()).describe('In the order of the body'),
        pieces: z.array(z.object({ itemId: z.string(), slot: z.string() })),
        score: z.number().describe('0 to 1'),
        parts: z.array(z.object({ rule: z.string(), score: z.number(), weight: z.number() })),
        reasons: z.array(z.string()).describe('In words, weightiest first'),
      }),
    ),
    missing: z
      .array(z.object({ code: z.string(), message: z.string(), itemId: z.string().optional() }))
      .describe('What stood in the way of more or better outfits'),
  })
  .openapi('GenerateResult')

const generate = createRoute({
  method: 'post',
  path: '/ai/generate',
  tags: ['AI'],
  security: bearer,
  summary: 'Put outfits together from a wardrobe',
  description: 'The engine that devices run offline, over the canonical rows: the same in, the same out.',
  middleware: limitBody,
  request: { body: jsonBody(requestSchema) },
  responses: {
    200: jsonAnswer(resultSchema, 'Best first'),
    ...problems('invalid', 'malformed', 'unauthenticated', 'token-expired', 'not-found', 'too-large'),
  },
})

/** `/v1/ai/generate`; looking at photos is with the photos. */
export function createAiRoutes({ accounts, database, door, now }: HttpDeps): OpenAPIHono<HttpEnv> {
  const routes = createRoutes()
  routes.use('/ai/generate', authenticate(accounts))
  routes.openapi(generate, async (c) => {
    const { wardrobe, ...wishes } = c.req.valid('json')
    await requireRole(c, accounts, wardrobe, 'read')
    await door.settled(wardrobe)
    const [items, wears, feedback] = await Promise.all([
      listAllRecords(database, wardrobe, 'items'),
      listAllRecords(database, wardrobe, 'wears'),
      listAllRecords(database, wardrobe, 'feedback'),
    ])
    const result = generateOutfits({
      ...(wishes as Partial<GenerateRequest>),
      items,
      wears,
      feedback,
      now: now(),
    })
    return c.json(result as never, 200)
  })
  return routes
}
