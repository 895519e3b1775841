import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TEST_ENGINES } from '../testing/databases.js'
import { openTestApi, type TestApi } from '../testing/http.js'

describe.each(TEST_ENGINES)('suggestions on $name', (engine) => {
  let api: TestApi
  beforeAll(async () => {
    api = await openTestApi(engine)
  })
  afterAll(() => api.close())

  test('[LV2] what an analysis offers is read and accepted by REST, by those who may', async () => {
    const { token } = await api.person('ada')
    const wardrobe = await api.wardrobe(token)
    const [itemId, photoId] = ['i1', 'p1']
    const analysis = { kinds: [{ category: 'top', subcategory: 'polo', confidence: 0.4 }] }
    const written = await api.ingest.write(wardrobe, { source: 'vision' }, [
      { kind: 'items', id: itemId, set: { name: 'Piece' } },
      { kind: 'photos', id: photoId, set: { itemId, analysis } },
    ])
    expect(written.ok).toBe(true)
    const list = async (as = token) =>
      api.request('GET', `/v1/suggestions?wardrobe=${wardrobe}&item=${itemId}`, { token: as })
    const accept = (label: string, as = token) =>
      api.request('POST', `/v1/suggestions/accept?wardrobe=${wardrobe}`, {
        token: as,
        body: { itemId, field: 'kind', label },
      })
    const set = { category: 'top', subcategory: 'polo' }
    expect((await list()).json.suggestions).toEqual([
      { itemId, photoId, field: 'kind', label: 'polo', confidence: 0.4, set },
    ])
    const stranger = (await api.person('eve')).token
    expect((await list(stranger)).status).toBe(404)
    expect((await accept('polo', stranger)).status).toBe(404)
    expect((await accept('jeans')).status).toBe(404)
    const accepted = await accept('polo')
    expect([accepted.status, accepted.json]).toEqual([200, expect.objectContaining(set)])
    expect((await list()).json.suggestions).toEqual([])
  })
})
