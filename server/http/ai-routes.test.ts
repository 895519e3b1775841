import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { type HttpBindings, serve } from '@hono/node-server'
import { askEngine, ENGINE_REQUESTS, ENGINE_RESULTS, type EngineQuestion } from '@modaics/shared'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { TEST_ENGINES } from '../testing/databases.js'
import { openTestApi, type TestApi } from '../testing/http.js'

const PIECES = [
  ['white shirt', 'top', 'shirt', '#f2f2f2'],
  ['navy T-shirt', 'top', 't-shirt', '#1b2440'],
  ['red T-shirt', 'top', 't-shirt', '#c8202c'],
  ['jeans', 'bottom', 'jeans', '#4a6488'],
  ['chinos', 'bottom', 'chinos', '#c19a6b'],
  ['sneakers', 'shoes', 'sneakers', '#ffffff'],
] as const

const WISHES: Readonly<Record<EngineQuestion, object>> = {
  generate: { occasion: 'casual', weather: { temperatureC: 20 }, count: 2, seed: 7 },
  swap: { outfit: ['white shirt', 'jeans', 'sneakers'], piece: 'jeans', occasion: 'casual' },
  plan: { days: [{ date: 'mon', occasion: 'work' }, { weather: { temperatureC: 25 } }, {}], seed: 3 },
  'why-not': { piece: 'chinos', occasion: 'casual' },
  rate: { outfit: ['white shirt', 'chinos', 'sneakers'], occasion: 'work' },
  recommend: { count: 1 },
  versatility: { occasions: ['casual', 'work'] },
  gaps: { kinds: ['boots', 'blazer'], count: 3 },
  'goes-with': { piece: { category: 'bottom', subcategory: 'chinos', colors: [{ hex: '#1f2a4d' }] } },
  capsule: { pieces: 4 },
  packing: { days: [{ date: '2026-12-01', occasions: ['work', 'party'], weather: { temperatureC: 18 } }] },
  usage: { offsetMinutes: 60 },
  'use-over-time': { days: 30, periods: 3 },
  'make-up': {},
  duplicates: {},
}

describe.each(TEST_ENGINES)('the engine over REST on $name', (engine) => {
  let api: TestApi
  let ada: Awaited<ReturnType<TestApi['person']>>
  let wardrobe: string
  beforeAll(async () => {
    api = await openTestApi(engine)
    ada = await api.person('ada')
    wardrobe = await api.wardrobe(ada.token)
    for (const [id, category, subcategory, hex] of PIECES)
      await add('items', { id, name: id, category, subcategory, colors: [{ hex, share: 1 }], price: 30 })
    // So long ago that how fresh it is does not change between two questions.
    await add('wears', { itemId: 'jeans', wornAt: Date.now() - 400 * 86_400_000, occasion: 'work' })
  })
  afterAll(() => api.close())

  async function add(path: string, body: object): Promise<void> {
    const answer = await api.request('POST', `/v1/${path}?wardrobe=${wardrobe}`, { token: ada.token, body })
    if (answer.status !== 201) throw new Error(answer.text)
  }
  const ask = (question: string, body: object, token = ada.token) =>
    api.request('POST', `/v1/ai/${question}`, { token, body: { wardrobe, ...body } })
  const taste = (token = ada.token) => api.request('GET', `/v1/ai/taste?wardrobe=${wardrobe}`, { token })
  const change = (body: object, token = ada.token) =>
    api.request('PATCH', '/v1/ai/taste', { token, body: { wardrobe, ...body } })

  test.each(Object.keys(ENGINE_REQUESTS) as EngineQuestion[])(
    '%s answers as its schema says, the same each time',
    async (question) => {
      const answer = await ask(question, WISHES[question])
      expect(answer.status, answer.text).toBe(200)
      // A field that the schema does not have would be gone after it.
      expect(ENGINE_RESULTS[question].parse(answer.json)).toEqual(answer.json)
      expect((await ask(question, WISHES[question])).json).toEqual(answer.json)
    },
  )

  test('[IN9] the same code answers on a device that has the same records', async () => {
    const list = async (path: string) => {
      const { json } = await api.request('GET', `/v1/${path}?wardrobe=${wardrobe}`, { token: ada.token })
      return json[path]
    }
    const records = {
      items: await list('items'),
      wears: await list('wears'),
      feedback: await list('feedback'),
      outfits: [],
      outfitItems: [],
      profile: [],
    }
    for (const question of ['swap', 'plan', 'rate', 'versatility', 'gaps', 'capsule', 'packing'] as const)
      expect(askEngine(question, records, WISHES[question] as never, Date.now())).toEqual(
        (await ask(question, WISHES[question])).json,
      )
  })

  test('answers tell of the wardrobe that was asked about', async () => {
    expect((await ask('usage', {})).json).toMatchObject({ mostWorn: ['jeans'], wears: 1, missing: [] })
    expect((await ask('gaps', WISHES.gaps)).json.suggestions[0].added).toBeGreaterThan(0)
    expect((await ask('capsule', { pieces: 3 })).json.itemIds).toHaveLength(3)
    expect((await ask('goes-with', WISHES['goes-with'])).json.verdict).not.toBe('unknown')
    const { alternatives } = (await ask('swap', WISHES.swap)).json
    expect(alternatives).toMatchObject([{ itemId: 'chinos', outfit: { score: expect.any(Number) } }])
    const { days } = (await ask('plan', WISHES.plan)).json
    // There are two pairs of trousers for three days.
    const bare = days.filter(({ outfit }: { outfit: object | null }) => outfit === null)
    expect([days.length, days[0].date, bare.length]).toEqual([3, 'mon', 1])
    expect(bare[0].missing).not.toEqual([])
    expect((await ask('why-not', { piece: 'nothing' })).json.code).toBe('unknown')
    expect((await ask('why-not', { piece: 'chinos', exclude: ['chinos'] })).json.code).toBe('excluded')
    expect((await ask('rate', WISHES.rate)).json).toMatchObject({
      fault: null,
      outfit: { reasons: expect.arrayContaining(['right for work']) },
    })
    expect((await ask('rate', { outfit: ['white shirt'] })).json.fault).toBe('uncovered')
    const { json } = await ask('packing', WISHES.packing)
    expect(json.days[0].outfits.map(({ outfit }: { outfit: object | null }) => outfit === null)).toEqual([
      false,
      false,
    ])
  })

  test('[IN9] strangers find nothing, viewers read and may not change, and what does not fit is refused', async () => {
    const [eve, vic] = [await api.person('eve'), await api.person('vic')]
    const shared = await api.request('PUT', `/v1/wardrobes/${wardrobe}/members`, {
      token: ada.token,
      body: { email: 'vic@example.com', role: 'viewer' },
    })
    expect(shared.status, shared.text).toBeLessThan(300)
    for (const question of Object.keys(WISHES) as EngineQuestion[]) {
      expect((await ask(question, WISHES[question], eve.token)).json).toMatchObject({
        status: 404,
        code: 'not-found',
      })
      expect((await ask(question, WISHES[question], vic.token)).status).toBe(200)
      expect((await ask(question, { ...WISHES[question], nonsense: 1 })).json).toMatchObject({
        status: 400,
        code: 'invalid',
      })
      expect((await api.request('POST', `/v1/ai/${question}`, { body: { wardrobe } })).status).toBe(401)
    }
    expect((await taste(eve.token)).json.code).toBe('not-found')
    expect((await taste(vic.token)).status).toBe(200)
    expect((await change({ reset: true }, vic.token)).json).toMatchObject({ status: 403, code: 'forbidden' })
    expect((await change({ reset: true }, eve.token)).json.code).toBe('not-found')
  })

  test('[IN10] work for a client that hangs up ends, and is no fault', async () => {
    const client = new AbortController()
    let hungUp: Promise<unknown> = Promise.resolve()
    let answered: Promise<number> = Promise.resolve(0)
    const settled = vi.spyOn(api.ingest, 'settled').mockImplementation(async () => {
      client.abort()
      await hungUp
    })
    const server = serve({
      port: 0,
      fetch: (request, env) => {
        hungUp = once((env as HttpBindings).outgoing, 'close')
        const answer = Promise.resolve(api.app.fetch(request, env))
        answered = answer.then(({ status }) => status)
        return answer
      },
    })
    await once(server, 'listening')
    const logged = api.lines.length
    const { port } = server.address() as AddressInfo
    await expect(
      fetch(`http://127.0.0.1:${port}/v1/ai/versatility`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${ada.token}` },
        body: JSON.stringify({ wardrobe }),
        signal: client.signal,
      }),
    ).rejects.toMatchObject({ name: 'AbortError' })
    expect(await answered).toBe(499)
    expect(api.lines.slice(logged).filter((line) => /"level":(50|"error")/.test(line))).toEqual([])
    settled.mockRestore()
    server.close()
  })

  test('[TA3] taste is read in words, reset, turned off and on for everybody', async () => {
    for (const bottom of ['jeans', 'chinos'])
      for (const [verdict, top] of [
        ['like', 'navy T-shirt'],
        ['dislike', 'red T-shirt'],
      ] as const)
        await add('feedback', { verdict, itemIds: [top, bottom, 'sneakers'] })
    const learned = (await taste()).json
    expect(ENGINE_RESULTS.taste.parse(learned)).toEqual(learned)
    expect(learned).toMatchObject({ state: 'learned', since: null, signs: { like: 2, dislike: 2, wear: 1 } })
    const [first] = (await ask('generate', { count: 1 })).json.outfits
    expect(first.parts.map(({ rule }: { rule: string }) => rule)).toContain('taste')

    expect((await change({ off: true })).json.state).toBe('off')
    expect((await change({ off: false })).json).toEqual(learned)
    const reset = (await change({ reset: true })).json
    expect(reset).toMatchObject({ state: 'nothing-yet', signs: {}, beliefs: [] })
    expect(reset.since).toBeGreaterThan(0)
    expect((await change({})).json).toEqual(reset)
  })
})
