import { createId, encodeEdits, msToHlc } from '@modaics/shared'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TEST_ENGINES } from '../testing/databases.js'
import { openTestApi, type RequestOptions, type TestApi } from '../testing/http.js'

describe.each(TEST_ENGINES)('records over REST on $name', (engine) => {
  let api: TestApi
  let ada: Awaited<ReturnType<TestApi['person']>>
  let wardrobe: string
  beforeAll(async () => {
    api = await openTestApi(engine)
    ada = await api.person('ada')
    wardrobe = await api.wardrobe(ada.token)
  })
  afterAll(() => api.close())

  const call = (method: string, path: string, body?: unknown, query = '', options: RequestOptions = {}) =>
    api.request(method, `/v1${path}?wardrobe=${wardrobe}${query}`, {
      token: ada.token,
      ...(body === undefined ? {} : { body }),
      ...options,
    })

  test('an item is made, read, changed, removed and restored', async () => {
    const made = await call('POST', '/items', {
      name: 'Coat',
      price: 120,
      tags: ['wool', 'blue'],
      notes: 'warm',
    })
    expect(made.status).toBe(201)
    expect(made.json).toMatchObject({
      name: 'Coat',
      price: 120,
      tags: ['blue', 'wool'],
      brand: null,
      deletedAt: null,
    })
    expect(made.json.createdAt).toBeTypeOf('number')
    const { id } = made.json
    expect(made.headers.get('location')).toBe(`/v1/items/${id}?wardrobe=${wardrobe}`)
    expect((await call('GET', `/items/${id}`)).json).toEqual(made.json)

    const changed = await call('PATCH', `/items/${id}`, {
      name: 'Long coat',
      notes: null,
      tags: ['blue', 'long'],
    })
    expect(changed.json).toEqual({
      ...made.json,
      name: 'Long coat',
      notes: null,
      tags: ['blue', 'long'],
      updatedAt: changed.json.updatedAt,
    })

    expect((await call('DELETE', `/items/${id}`)).status).toBe(204)
    expect((await call('DELETE', `/items/${id}`)).status).toBe(204)
    expect((await call('GET', `/items/${id}`)).json.deletedAt).toBeTypeOf('number')
    const listed = await call('GET', '/items')
    expect(listed.json.items.map((item: { id: string }) => item.id)).not.toContain(id)
    const all = await call('GET', '/items', undefined, '&includeDeleted=true')
    expect(all.json.items.map((item: { id: string }) => item.id)).toContain(id)
    const restored = await call('POST', `/items/${id}/restore`)
    expect(restored.json).toMatchObject({ id, name: 'Long coat', deletedAt: null })
  })

  test('a change becomes an edit of the device that is signed in, and only what differs is written', async () => {
    const { json: item } = await call('POST', '/items', { name: 'Shirt', tags: ['a', 'b'] })
    await call('PATCH', `/items/${item.id}`, { tags: ['b', 'c'] })
    const [row] = await api.database.query(
      'select live from folds where wardrobe_id = $1 and kind = $2 and id = $3',
      [wardrobe, 'items', item.id],
    )
    const edits = row!.live as [number, string, string, string, Record<string, unknown>][]
    expect(edits.every(([, by]) => by.startsWith('device-of-ada/'))).toBe(true)
    const newest = edits.reduce((x, y) => (y[0] > x[0] ? y : x))
    expect(newest[4]).toEqual({ 'tags.a': null, 'tags.c': true })
  })

  test('a change that changes nothing writes nothing', async () => {
    const { json: item } = await call('POST', '/items', { tags: ['a'] })
    const head = () => api.database.query('select head_seq from wardrobes where id = $1', [wardrobe])
    const before = await head()
    expect((await call('PATCH', `/items/${item.id}`, { tags: ['a'] })).json).toEqual(item)
    expect((await call('PATCH', `/items/${item.id}`, {})).json).toEqual(item)
    expect(await head()).toEqual(before)
  })

  test('fields of a newer version travel under extra', async () => {
    const { json: item } = await call('POST', '/items', { name: 'Hat', extra: { hatSize: 58 } })
    expect(item.extra).toEqual({ hatSize: 58 })
    const cleared = await call('PATCH', `/items/${item.id}`, { extra: { hatSize: null } })
    expect(cleared.json.extra).toEqual({})
  })

  test('names that JavaScript gives a meaning have none here', async () => {
    const made = await call(
      'POST',
      '/items',
      '{"extra": {"__proto__": {"a": 1}, "constructor": "x", "toString": 2}}',
    )
    expect(made.json.extra).toEqual({ constructor: 'x', toString: 2 })
  })

  test('a released field shows what the analysis says', async () => {
    const { json: item } = await call('POST', '/items', { material: 'polyester', tags: ['mine'] })
    const set = { material: 'linen' }
    await api.ingest.write(wardrobe, { source: 'vision' }, [
      { kind: 'items', id: item.id, set, confidence: {} },
    ])
    await api.ingest.settled(wardrobe)
    expect((await call('GET', `/items/${item.id}`)).json.material).toBe('polyester')
    const released = await call('POST', `/items/${item.id}/release`, { fields: ['material', 'tags'] })
    expect(released.json).toMatchObject({ material: 'linen', tags: [] })
  })

  test('pages follow one another by cursor, without gaps or repeats, while more is added', async () => {
    const other = await api.wardrobe(ada.token)
    const path = `/v1/items?wardrobe=${other}`
    for (let i = 0; i < 7; i++) await api.request('POST', path, { token: ada.token, body: { name: `${i}` } })
    const names: string[] = []
    let cursor = ''
    let pages = 0
    do {
      const page = await api.request('GET', `${path}&limit=3${cursor}`, { token: ada.token })
      names.push(...page.json.items.map((item: { name: string }) => item.name))
      if (++pages === 1) await api.request('POST', path, { token: ada.token, body: { name: '7' } })
      cursor = page.json.nextCursor ? `&cursor=${page.json.nextCursor}` : ''
    } while (cursor)
    expect(names).toEqual(['0', '1', '2', '3', '4', '5', '6', '7'])
    expect(pages).toBe(3)
  })

  test('the same id twice: 409 conflict, and the first stays', async () => {
    const id = createId()
    expect((await call('POST', '/items', { id, name: 'One' })).json.id).toBe(id)
    const again = await call('POST', '/items', { id, name: 'Two' })
    expect([again.status, again.json.code]).toEqual([409, 'conflict'])
    expect((await call('GET', `/items/${id}`)).json.name).toBe('One')
  })

  test('every kind has the same routes', async () => {
    const { json: item } = await call('POST', '/items', { name: 'Boots' })
    const { json: outfit } = await call('POST', '/outfits', { name: 'Rain', seasons: ['autumn'] })
    const placed = await call('POST', '/outfit-items', { outfitId: outfit.id, itemId: item.id, slot: 'feet' })
    expect(placed.json.id).toBe(`${outfit.id}:${item.id}`)
    expect(placed.status).toBe(201)
    const at = `/outfit-items/${encodeURIComponent(placed.json.id)}`
    expect((await call('PATCH', at, { position: 2 })).json.position).toBe(2)
    expect((await call('POST', '/outfit-items', { outfitId: outfit.id })).json.code).toBe('invalid')
    const worn = await call('POST', '/wears', { itemId: item.id, wornAt: 1767225600000 })
    expect(worn.json.wornAt).toBe(1767225600000)
    const said = await call('POST', '/feedback', { verdict: 'like', itemIds: [item.id], context: { a: [1] } })
    expect(said.json).toMatchObject({ itemIds: [item.id], context: { a: [1] } })
    const kinds = ['outfits', 'outfit-items', 'wears', 'feedback']
    const lists = await Promise.all(kinds.map((path) => call('GET', `/${path}`)))
    expect(lists.map(({ json }) => json[Object.keys(json)[0]!].length)).toEqual([1, 1, 1, 1])
  })

  test.each([
    ['an unknown field', { nmae: 'x' }],
    ['a value of another type', { price: 'much' }],
    ['a text over its limit', { name: 'x'.repeat(201) }],
    ['a NUL', { name: 'a\u0000b' }],
    ['deletedAt, which has routes of its own', { deletedAt: 1 }],
    ['JSON nested too deep', { colors: JSON.parse('['.repeat(30) + ']'.repeat(30)) }],
  ])('%s: 400 invalid', async (_, body) => {
    const answer = await call('POST', '/items', body)
    expect([answer.status, answer.json.code]).toEqual([400, 'invalid'])
  })

  test('fields that fit one by one and are too much together: 422 invalid-edit', async () => {
    const extra = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`note${i}`, 'x'.repeat(9000)]))
    const answer = await call('POST', '/items', { extra })
    expect([answer.status, answer.json.code]).toEqual([422, 'invalid-edit'])
  })

  test.each([
    ['no wardrobe', 'GET', '/v1/items', 'invalid'],
    ['a wardrobe that is no UUID', 'GET', "/v1/items?wardrobe=x'--", 'invalid'],
    ['a limit over the highest', 'GET', '/v1/items?wardrobe=W&limit=501', 'invalid'],
    ['a cursor of somebody else', 'GET', '/v1/items?wardrobe=W&cursor=abc', 'invalid'],
    ['an unknown record', 'GET', '/v1/items/nothing?wardrobe=W', 'not-found'],
    ['an unknown record', 'PATCH', '/v1/items/nothing?wardrobe=W', 'not-found'],
    ['an unknown record', 'DELETE', '/v1/items/nothing?wardrobe=W', 'not-found'],
    ['an unknown record', 'POST', '/v1/items/nothing/restore?wardrobe=W', 'not-found'],
    ['an id with a NUL', 'GET', '/v1/items/a%00b?wardrobe=W', 'invalid'],
  ])('%s: %s %s is %s', async (_, method, path, code) => {
    const body = method === 'PATCH' ? { body: { name: 'x' } } : {}
    const answer = await api.request(method, path.replace('W', wardrobe), { token: ada.token, ...body })
    expect(answer.json.code).toBe(code)
  })

  test('what lost is listed, and settled by writing what should be', async () => {
    const { json: item } = await call('POST', '/items', { name: 'Dress' })
    // a tablet that was offline has not seen the name: its edit names none as beaten
    const hlc = msToHlc(Date.now() - 60_000)
    const update = encodeEdits(4711, 0, [[hlc, 'tablet-01/w', 'items', item.id, { name: 'Gown' }]])
    const submission = { update, author: { userId: 'bob', device: 'tablet-01' }, now: Date.now() }
    expect(await api.ingest.mailbox(wardrobe).submit(submission, null)).toMatchObject({ ok: true })
    const { json } = await api.request('GET', `/v1/wardrobes/${wardrobe}/conflicts`, { token: ada.token })
    expect(json.conflicts).toEqual([
      {
        kind: 'items',
        recordId: item.id,
        field: 'name',
        value: 'Gown',
        winnerValue: 'Dress',
        by: 'tablet-01/w',
        hlc,
        writtenAt: expect.any(Number),
      },
    ])
    await call('PATCH', `/items/${item.id}`, { name: 'Gown' })
    const after = await api.request('GET', `/v1/wardrobes/${wardrobe}/conflicts`, { token: ada.token })
    expect(after.json.conflicts).toEqual([])
  })

  test('outfits are made from the canonical rows, the same each time', async () => {
    const closet = await api.wardrobe(ada.token)
    const pieces = [
      { name: 'Shirt', category: 'top', subcategory: 'shirt' },
      { name: 'Jeans', category: 'bottom', subcategory: 'jeans' },
      { name: 'Sneakers', category: 'shoes', subcategory: 'sneakers' },
      { name: 'Retired', category: 'shoes', status: 'retired' },
    ]
    for (const body of pieces)
      await api.request('POST', `/v1/items?wardrobe=${closet}`, { token: ada.token, body })
    const wishes = { wardrobe: closet, occasion: 'casual', weather: { temperatureC: 20 }, count: 1, seed: 7 }
    const ask = (body: unknown) => api.request('POST', '/v1/ai/generate', { token: ada.token, body })
    const first = await ask(wishes)
    expect(first.status).toBe(200)
    expect(first.json.outfits).toHaveLength(1)
    expect(first.json.outfits[0].itemIds).toHaveLength(3)
    expect(first.json.outfits[0].reasons.length).toBeGreaterThan(0)
    expect((await ask(wishes)).json).toEqual(first.json)
    expect((await ask({ ...wishes, wardrobe: createId() })).json.code).toBe('not-found')
    expect((await ask({ ...wishes, count: 1000 })).json.code).toBe('invalid')
  })
})
