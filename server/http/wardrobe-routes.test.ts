import { createId } from '@modaics/shared'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TEST_ENGINES } from '../testing/databases.js'
import { openTestApi, type TestApi } from '../testing/http.js'

describe.each(TEST_ENGINES)('wardrobes over REST on $name', (engine) => {
  let api: TestApi
  let ada: Awaited<ReturnType<TestApi['person']>>
  let bob: typeof ada
  beforeAll(async () => {
    api = await openTestApi(engine)
    ada = await api.person('ada')
    bob = await api.person('bob')
  })
  afterAll(() => api.close())

  const put = (id: string, token: string, name = 'Mine') =>
    api.request('PUT', `/v1/wardrobes/${id}`, { token, body: { name } })
  const share = (id: string, token: string, email: string, role: string) =>
    api.request('PUT', `/v1/wardrobes/${id}/members`, { token, body: { email, role } })

  test('a wardrobe is made once under the id of the client’s choice, and can be renamed', async () => {
    const id = createId()
    expect((await put(id, ada.token)).status).toBe(201)
    expect((await put(id, ada.token)).status).toBe(200)
    expect((await put(id, ada.token, 'Ours')).json).toMatchObject({ id, name: 'Ours', role: 'owner' })
    const { json } = await api.request('GET', '/v1/wardrobes', { token: ada.token })
    expect(json.wardrobes).toContainEqual(expect.objectContaining({ id, name: 'Ours' }))
    const one = await api.request('GET', `/v1/wardrobes/${id}`, { token: ada.token })
    expect(one.json).toMatchObject({ id, name: 'Ours', role: 'owner' })
  })

  test('of two that make the same wardrobe at once, one gets it', async () => {
    const id = createId()
    const answers = await Promise.all([put(id, ada.token), put(id, bob.token)])
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 404])
  })

  test('somebody else’s wardrobe is not there: 404 not-found, for everything', async () => {
    const id = await api.wardrobe(ada.token)
    const answers = await Promise.all([
      put(id, bob.token),
      api.request('GET', `/v1/wardrobes/${id}`, { token: bob.token }),
      api.request('GET', `/v1/wardrobes/${id}/members`, { token: bob.token }),
      api.request('GET', `/v1/wardrobes/${id}/conflicts`, { token: bob.token }),
      share(id, bob.token, 'bob@example.com', 'owner'),
      api.request('DELETE', `/v1/wardrobes/${id}/members/${ada.user.id}`, { token: bob.token }),
      api.request('GET', `/v1/items?wardrobe=${id}`, { token: bob.token }),
      api.request('POST', `/v1/items?wardrobe=${id}`, { token: bob.token, body: { name: 'x' } }),
    ])
    expect(answers.map(({ status, json }) => [status, json.code])).toEqual(
      answers.map(() => [404, 'not-found']),
    )
  })

  test('owners share, change roles and remove; editors and viewers do not', async () => {
    const id = await api.wardrobe(ada.token)
    expect((await share(id, ada.token, ' BOB@example.com', 'editor')).json).toEqual({
      userId: bob.user.id,
      email: 'bob@example.com',
      role: 'editor',
    })
    expect((await share(id, bob.token, 'bob@example.com', 'owner')).json.code).toBe('forbidden')
    expect((await put(id, bob.token, 'Renamed')).json.code).toBe('forbidden')
    expect((await put(id, bob.token, 'Mine')).json.role).toBe('editor')
    await share(id, ada.token, 'bob@example.com', 'viewer')
    const { json } = await api.request('GET', `/v1/wardrobes/${id}/members`, { token: bob.token })
    expect(json.members.map(({ email, role }: { email: string; role: string }) => [email, role])).toEqual([
      ['ada@example.com', 'owner'],
      ['bob@example.com', 'viewer'],
    ])
    const gone = await api.request('DELETE', `/v1/wardrobes/${id}/members/${bob.user.id}`, {
      token: ada.token,
    })
    expect(gone.status).toBe(204)
    expect((await api.request('GET', `/v1/wardrobes/${id}`, { token: bob.token })).status).toBe(404)
  })

  test('a viewer who writes: 403 forbidden, and nothing is written', async () => {
    const id = await api.wardrobe(ada.token)
    await share(id, ada.token, 'bob@example.com', 'viewer')
    const item = await api.request('POST', `/v1/items?wardrobe=${id}`, {
      token: ada.token,
      body: { name: 'Coat' },
    })
    const at = `/v1/items/${item.json.id}`
    const attempts = await Promise.all([
      api.request('POST', `/v1/items?wardrobe=${id}`, { token: bob.token, body: { name: 'x' } }),
      api.request('PATCH', `${at}?wardrobe=${id}`, { token: bob.token, body: { name: 'x' } }),
      api.request('DELETE', `${at}?wardrobe=${id}`, { token: bob.token }),
      api.request('POST', `${at}/restore?wardrobe=${id}`, { token: bob.token }),
      api.request('POST', `${at}/release?wardrobe=${id}`, { token: bob.token, body: { fields: ['name'] } }),
    ])
    expect(attempts.map(({ status, json }) => [status, json.code])).toEqual(
      attempts.map(() => [403, 'forbidden']),
    )
    const { json } = await api.request('GET', `/v1/items?wardrobe=${id}`, { token: bob.token })
    expect(json.items).toEqual([item.json])
  })

  test('everybody may leave but the last owner: 409 conflict', async () => {
    const id = await api.wardrobe(ada.token)
    await share(id, ada.token, 'bob@example.com', 'viewer')
    const leave = (who: typeof ada) =>
      api.request('DELETE', `/v1/wardrobes/${id}/members/${who.user.id}`, { token: who.token })
    expect((await leave(ada)).json.code).toBe('conflict')
    expect((await share(id, ada.token, 'ada@example.com', 'viewer')).json.code).toBe('conflict')
    expect((await leave(bob)).status).toBe(204)
    await share(id, ada.token, 'bob@example.com', 'owner')
    expect((await leave(ada)).status).toBe(204)
  })

  test('a member without an account: 404 not-found; an id that is no UUID: 400 invalid', async () => {
    const id = await api.wardrobe(ada.token)
    expect((await share(id, ada.token, 'nobody@example.com', 'viewer')).json.code).toBe('not-found')
    expect((await put('mine', ada.token)).json.code).toBe('invalid')
    expect((await put(id, ada.token, ' ')).json.code).toBe('invalid')
  })
})
