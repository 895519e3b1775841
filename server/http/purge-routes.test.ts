import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createPurges } from '../erasure/purges.js'
import { TEST_ENGINES } from '../testing/databases.js'
import { openTestApi, type TestApi } from '../testing/http.js'
import { createPurgeRoutes } from './purge-routes.js'

const DAY = 86_400_000

describe.each(TEST_ENGINES)('purges over REST on $name', (engine) => {
  let api: TestApi
  let ada: Awaited<ReturnType<TestApi['person']>>
  let eve: typeof ada
  beforeAll(async () => {
    api = await openTestApi(engine)
    const { accounts, ingest } = api
    const purges = createPurges(api.database, Date.now)
    api.app.route('/v1', createPurgeRoutes({ accounts, door: ingest, purges, afterMs: DAY, onAsked() {} }))
    ada = await api.person('ada')
    eve = await api.person('eve')
  })
  afterAll(() => api.close())

  async function removed() {
    const { token } = ada
    const wardrobe = await api.wardrobe(token)
    const made = await api.request('POST', `/v1/items?wardrobe=${wardrobe}`, {
      token,
      body: { name: 'Coat' },
    })
    const body = { kind: 'items', record: made.json.id }
    const path = `/v1/wardrobes/${wardrobe}/purges`
    const ask = (by = ada) => api.request('POST', path, { token: by.token, body })
    const remove = () =>
      api.request('DELETE', `/v1/items/${body.record}?wardrobe=${wardrobe}`, { token: ada.token })
    return { wardrobe, path, body, ask, remove }
  }

  test('[ER2] an owner asks for a removed record, sees when it goes, and may take that back', async () => {
    const { path, body, ask, remove } = await removed()
    expect((await ask()).json.code).toBe('conflict')
    await remove()
    const asked = await ask()
    expect(asked.status).toBe(202)
    expect(asked.json.erasedAt - asked.json.askedAt).toBe(DAY)
    expect((await api.request('GET', path, { token: ada.token })).json.purges).toEqual([
      { ...body, ...asked.json },
    ])
    const back = `${path}/items/${body.record}`
    expect((await api.request('DELETE', back, { token: ada.token })).status).toBe(204)
    expect((await api.request('DELETE', back, { token: ada.token })).status).toBe(404)
    expect((await api.request('GET', path, { token: ada.token })).json.purges).toEqual([])
  })

  test('[ER2] nobody else may: a stranger sees nothing, an editor is told', async () => {
    const { wardrobe, path, ask, remove } = await removed()
    await remove()
    expect((await ask(eve)).status).toBe(404)
    await api.request('PUT', `/v1/wardrobes/${wardrobe}/members`, {
      token: ada.token,
      body: { email: 'eve@example.com', role: 'editor' },
    })
    expect((await ask(eve)).json.code).toBe('forbidden')
    expect((await api.request('GET', path, { token: eve.token })).json.purges).toEqual([])
    expect((await api.request('GET', path)).status).toBe(401)
    expect((await api.request('POST', path, { token: ada.token, body: { kind: 'x' } })).status).toBe(400)
  })
})
