import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import {
  askEngineSteps,
  describeTaste,
  ENGINE_REQUESTS,
  ENGINE_RESULTS,
  type EngineQuestion,
  type EngineRecords,
  type EngineWishes,
  inPieces,
  type Json,
  learnTasteSteps,
  ModaicsError,
  type Steps,
} from '@modaics/shared'
import type { Context } from 'hono'
import { createTurns } from '../fold/in-turns.js'
import type { Change } from '../ingest/door.js'
import { authenticate, requireRole } from './authenticate.js'
import { signalOfClient } from './client-gone.js'
import type { HttpDeps } from './deps.js'
import type { HttpEnv } from './env.js'
import { bearer, createRoutes, jsonAnswer, jsonBody, limitBody, uuidSchema } from './json.js'
import { problems, READING, WRITING } from './problem.js'
import { listRecords } from './record-rows.js'

interface Page {
  readonly title: string
  readonly summary: string
  readonly answer: string
}

/** What each question is called in the OpenAPI document. Its schemas and its answer are those of the engine. */
const QUESTIONS: Readonly<Record<EngineQuestion, Page>> = {
  generate: { title: 'Generate', summary: 'Put outfits together from a wardrobe', answer: 'Best first' },
  swap: {
    title: 'Swap',
    summary: 'What can be worn in place of one piece of an outfit',
    answer: 'Best first, each with the outfit that it makes',
  },
  plan: {
    title: 'Plan',
    summary: 'An outfit for each of some days; no top, layer or bottoms twice',
    answer: 'The days, in the order asked for',
  },
  'why-not': {
    title: 'WhyNot',
    summary: 'Why a piece is not in the best outfits',
    answer: 'What keeps it from being worn, or what it would cost, and in which rule',
  },
  rate: {
    title: 'Rate',
    summary: 'What the engine thinks of pieces that somebody put together by hand',
    answer: 'Its score and reasons, and why the generator would not make it, if so',
  },
  recommend: {
    title: 'Recommend',
    summary:
      'What to wear now: outfits for what this day is for, and one with a piece that hangs there unworn',
    answer: 'Best first',
  },
  versatility: {
    title: 'Versatility',
    summary: 'In how many good outfits each piece is',
    answer: 'Most versatile first',
  },
  gaps: {
    title: 'Gaps',
    summary: 'Which piece, in which colour, would add most good outfits, and for which occasions',
    answer: 'Most added first',
  },
  'goes-with': {
    title: 'GoesWith',
    summary: 'Whether a piece that is not bought yet goes with the wardrobe',
    answer: 'How many good outfits it would make, and some of them',
  },
  capsule: {
    title: 'Capsule',
    summary: 'The pieces that make most good outfits among themselves',
    answer: 'The pieces, and what they make',
  },
  packing: {
    title: 'Packing',
    summary: 'What to pack for some days, and what to wear on each',
    answer: 'The pieces, and the outfits of each day',
  },
  usage: {
    title: 'Usage',
    summary: 'How much each piece is worn, and what a wear of it costs',
    answer: 'Most worn first',
  },
  'use-over-time': {
    title: 'UseOverTime',
    summary: 'How much of the wardrobe is used, period by period',
    answer: 'Oldest first',
  },
  'make-up': {
    title: 'MakeUp',
    summary: 'What the wardrobe is made of: colours, kinds, patterns, materials',
    answer: 'Most first',
  },
  duplicates: {
    title: 'Duplicates',
    summary: 'Pieces that do the same in an outfit',
    answer: 'Largest groups first',
  },
}

const common = { tags: ['AI'], security: bearer }

/** `/v1/ai`: the engine that devices run offline, over the canonical rows. Looking at photos is with the photos. */
export function createAiRoutes({ accounts, database, door, now }: HttpDeps): OpenAPIHono<HttpEnv> {
  const routes = createRoutes()
  routes.use('/ai/*', authenticate(accounts))

  /** The records of a wardrobe, also removed ones: what was learned of a piece stays when the piece is gone. */
  async function read(
    c: Context<HttpEnv>,
    wardrobe: string,
    permission: 'read' | 'write',
  ): Promise<EngineRecords> {
    await requireRole(c, accounts, wardrobe, permission)
    await door.settled(wardrobe)
    const list = <K extends 'items' | 'outfits' | 'outfit_items' | 'wears' | 'feedback' | 'profile'>(
      kind: K,
    ) => listRecords(database, wardrobe, kind, { limit: undefined, after: undefined, includeDeleted: true })
    const [items, outfits, outfitItems, wears, feedback, profile] = await Promise.all([
      list('items'),
      list('outfits'),
      list('outfit_items'),
      list('wears'),
      list('feedback'),
      list('profile'),
    ])
    return { items, outfits, outfitItems, wears, feedback, profile }
  }

  function answer<Q extends EngineQuestion>(question: Q): void {
    const { title, summary, answer } = QUESTIONS[question]
    const body = z
      .strictObject({ wardrobe: uuidSchema, ...ENGINE_REQUESTS[question].shape })
      .openapi(`${title}Request`)
    const result = z.object(ENGINE_RESULTS[question].shape).openapi(`${title}Result`)
    const route = createRoute({
      ...common,
      method: 'post',
      path: `/ai/${question}`,
      summary,
      description: 'The engine that devices run offline, over the canonical rows: the same in, the same out.',
      middleware: limitBody,
      request: { body: jsonBody(body) },
      responses: { 200: jsonAnswer(result, answer), ...problems(...READING, 'malformed', 'too-large') },
    })
    routes.openapi(route, async (c) => {
      const { wardrobe, ...wishes } = (c.req as unknown as Valid<Q>).valid('json')
      const records = await read(c, wardrobe, 'read')
      const steps = askEngineSteps(question, records, wishes as unknown as EngineWishes<Q>, now())
      return c.json((await work(c, steps)) as never, 200)
    })
  }
  for (const question of Object.keys(QUESTIONS) as EngineQuestion[]) answer(question)

  const taste = z.object(ENGINE_RESULTS.taste.shape).openapi('Taste')

  async function tasteOf(c: Context, records: EngineRecords): Promise<object> {
    const { state, since, signs, weights } = await work(c, learnTasteSteps(records))
    const names = new Map(records.items.map(({ id, name }) => [id, name ?? undefined]))
    const beliefs = describeTaste({ state, since, signs, weights }, { nameOf: (id) => names.get(id) })
    return { state, since, signs, beliefs }
  }

  routes.openapi(
    createRoute({
      ...common,
      method: 'get',
      path: '/ai/taste',
      summary: 'What was learned of the owner’s taste, in words',
      description: 'Learned anew from the records: what is worn, liked, skipped, swapped and put together.',
      request: { query: z.object({ wardrobe: uuidSchema }) },
      responses: { 200: jsonAnswer(taste, 'Surest and strongest first'), ...problems(...READING) },
    }),
    async (c) =>
      c.json((await tasteOf(c, await read(c, c.req.valid('query').wardrobe, 'read'))) as never, 200),
  )

  routes.openapi(
    createRoute({
      ...common,
      method: 'patch',
      path: '/ai/taste',
      summary: 'Reset what was learned, or turn learning off and on',
      description:
        'Written into the profile, and so true for all devices. After a reset only what happens later counts; the records stay.',
      middleware: limitBody,
      request: {
        body: jsonBody(
          z
            .strictObject({
              wardrobe: uuidSchema,
              reset: z.literal(true).optional(),
              off: z.boolean().optional(),
            })
            .openapi('TasteChanges'),
        ),
      },
      responses: { 200: jsonAnswer(taste, 'As it is now'), ...problems(...WRITING) },
    }),
    async (c) => {
      const { wardrobe, reset, off } = c.req.valid('json')
      const { profile } = await read(c, wardrobe, 'write')
      const { deviceId } = c.get('principal')
      const own: Record<string, Json> = {
        ...(reset ? { tasteResetAt: now() } : {}),
        ...(off ? { tasteOff: true } : {}),
      }
      // The record that this device writes in the SDK too; turned on, no record may say off.
      const changes: Change[] =
        Object.keys(own).length > 0 ? [{ kind: 'profile', id: `taste-of-${deviceId}`, set: own }] : []
      if (off === false)
        for (const { id, tasteOff } of profile)
          if (tasteOff === true) changes.push({ kind: 'profile', id, set: { tasteOff: null } })
      if (changes.length > 0) {
        const written = await door.write(wardrobe, { source: 'user', device: deviceId }, changes)
        if (!written.ok) throw new ModaicsError(written.code, written.detail)
      }
      return c.json((await tasteOf(c, await read(c, wardrobe, 'read'))) as never, 200)
    },
  )
  return routes
}

/** The sockets have their turn in between; where the client has gone the work ends. */
function work<T>(c: Context, steps: Steps<T>): Promise<T> {
  return inPieces(steps, { pause: createTurns(), signal: signalOfClient(c) })
}

interface Valid<Q extends EngineQuestion> {
  valid(target: 'json'): { readonly wardrobe: string } & z.infer<(typeof ENGINE_REQUESTS)[Q]>
}
