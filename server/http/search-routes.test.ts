import { createId } from '@modaics/shared'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TEST_ENGINES } from '../testing/databases.js'
import { openTestApi, type TestApi } from '../testing/http.js'

const color = (hex: string, share = 1) => ({ hex, name: 'x', share })

describe.each(TEST_ENGINES)('search on $name', (engine) => {
  let api: TestApi
  let token = ''
  let wardrobe = ''
  const ids = new Map<string, string>()
  beforeAll(async () => {
    api = await openTestApi(engine)
    token = (await api.person('ada')).token
    wardrobe = await api.wardrobe(token)
    for (const body of [
      {
        name: 'Navy linen shirt',
        category: 'top',
        subcategory: 'shirt',
        colors: [color('#1f2a44')],
        material: 'linen',
      },
      {
        name: 'Navy polo',
        category: 'top',
        subcategory: 'polo',
        colors: [color('#222f4d')],
        tags: ['holiday'],
      },
      {
        name: 'Jeans',
        category: 'bottom',
        subcategory: 'jeans',
        colors: [color('#3b5a86')],
        brand: 'Café Müller',
      },
      {
        name: 'Red skirt',
        category: 'bottom',
        subcategory: 'skirt',
        colors: [color('#b01c2e', 0.9), color('#1f2a44', 0.1)],
      },
      { name: 'Odd', category: 'top', colors: [{ hex: 'no colour' }, { hex: '#1f2a4' }] },
      { name: 'Gone navy shirt', category: 'top', colors: [color('#1f2a44')] },
    ]) {
      const answer = await api.request('POST', `/v1/items?wardrobe=${wardrobe}`, { token, body })
      expect(answer.status).toBe(201)
      ids.set(body.name, answer.json.id)
    }
    const gone = `/v1/items/${ids.get('Gone navy shirt')}?wardrobe=${wardrobe}`
    expect((await api.request('DELETE', gone, { token })).status).toBe(204)
  })
  afterAll(() => api.close())

  const search = async (query: string): Promise<string[]> => {
    const answer = await api.request('GET', `/v1/search?wardrobe=${wardrobe}&${query}`, { token })
    expect([answer.status, answer.status === 200 ? '' : answer.text]).toEqual([200, ''])
    return answer.json.items.map(({ item }: { item: { name: string } }) => item.name)
  }

  test('[FI1] beginnings of words of any field find a piece, all of them together, with accents and case aside', async () => {
    expect(await search('text=lin%20shi')).toEqual(['Navy linen shirt'])
    expect((await search('text=NAVY')).sort()).toEqual(['Navy linen shirt', 'Navy polo'])
    expect(await search('text=holi')).toEqual(['Navy polo'])
    expect(await search(`text=${encodeURIComponent('müll')}`)).toEqual(['Jeans'])
    expect(await search('text=navy%20skirt')).toEqual([])
    expect(await search(`text=${encodeURIComponent("shi' | ! <-> :* & (")}`)).toEqual(['Navy linen shirt'])
  })

  test('[FI2] by colour the nearest comes first, a small patch after a whole piece, and others not at all', async () => {
    expect(await search('color=%231f2a44')).toEqual(['Navy linen shirt', 'Navy polo', 'Red skirt'])
    expect(await search('color=%231f2a44&within=0.01')).toEqual(['Navy linen shirt', 'Red skirt'])
    expect(await search('color=%23b01c2e')).toEqual(['Red skirt'])
    const bad = await api.request('GET', `/v1/search?wardrobe=${wardrobe}&color=navy`, { token })
    expect([bad.status, bad.json.code]).toEqual([400, 'invalid'])
  })

  test.each(['text', 'category', 'color'])('a %s that no database holds is refused', async (name) => {
    for (const value of ['%00', '%20navy%00']) {
      const path = `/v1/search?wardrobe=${wardrobe}&${name}=${value}`
      const { status, json } = await api.request('GET', path, { token })
      expect([status, json.code]).toEqual([400, 'invalid'])
    }
  })

  test('[FI2] the distance is that of `colorDistance`', async () => {
    const { colorDistance } = await import('@modaics/shared')
    const answer = await api.request('GET', `/v1/search?wardrobe=${wardrobe}&color=%23335577&within=1`, {
      token,
    })
    const jeans = answer.json.items.find(({ item }: { item: { name: string } }) => item.name === 'Jeans')
    expect(jeans.distance).toBeCloseTo(colorDistance('#335577', '#3b5a86')!, 4)
  })

  test('[FI1] words, category and colour hold together; the number of answers has its limit', async () => {
    expect(await search('color=%231f2a44&category=bottom')).toEqual(['Red skirt'])
    expect(await search('color=%231f2a44&text=polo')).toEqual(['Navy polo'])
    expect((await search('category=top')).sort()).toEqual(['Navy linen shirt', 'Navy polo', 'Odd'])
    expect(await search('category=top&limit=2')).toHaveLength(2)
  })

  test('[FI3] pieces like one: its colour and kind before others', async () => {
    const path = (item: string): string => `/v1/search/similar?wardrobe=${wardrobe}&item=${item}`
    const answer = await api.request('GET', path(ids.get('Navy linen shirt')!), { token })
    const names = answer.json.items.map(({ item }: { item: { name: string } }) => item.name)
    expect(names[0]).toBe('Navy polo')
    expect(names).not.toContain('Gone navy shirt')
    expect((await api.request('GET', path('nobody'), { token })).status).toBe(404)
  })

  test('[FI3] of two pieces of which nobody said anything, the one whose photo looks alike comes first', async () => {
    const his = await api.wardrobe(token)
    const look = async (name: string, values: readonly number[]): Promise<string> => {
      const { json: item } = await api.request('POST', `/v1/items?wardrobe=${his}`, { token, body: { name } })
      const analysis = { features: { eyes: 'same', values } }
      const change = { kind: 'photos', id: createId(), set: { itemId: item.id, analysis } }
      expect(await api.ingest.write(his, { source: 'vision' }, [change])).toMatchObject({ ok: true })
      return item.id
    }
    const shirt = await look('Shirt', [90, 10, 0])
    await look('Hat', [-10, 90, 40])
    await look('Polo', [80, 30, 0])
    const answer = await api.request('GET', `/v1/search/similar?wardrobe=${his}&item=${shirt}`, { token })
    expect(answer.json.items.map(({ item }: { item: { name: string } }) => item.name)).toEqual([
      'Polo',
      'Hat',
    ])
  })

  test('another’s wardrobe is not searched', async () => {
    const bob = await api.person('bob')
    const answer = await api.request('GET', `/v1/search?wardrobe=${wardrobe}&text=navy`, { token: bob.token })
    expect(answer.status).toBe(404)
    const his = await api.wardrobe(bob.token)
    const own = await api.request('GET', `/v1/search?wardrobe=${his}&text=navy`, { token: bob.token })
    expect(own.json).toEqual({ items: [] })
  })
})
