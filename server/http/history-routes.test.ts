import {
  addFingerprints,
  type EditTuple,
  EMPTY_FINGERPRINT,
  type Fingerprint,
  fingerprintToHex,
  type HistoryEntry,
  recordFingerprint,
  tupleToEdit,
} from '@modaics/shared'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createHistory } from '../history/history.js'
import { TEST_ENGINES } from '../testing/databases.js'
import { openTestApi, type TestApi } from '../testing/http.js'

describe.each(TEST_ENGINES)('history over REST on $name', (engine) => {
  let api: TestApi
  let ada: Awaited<ReturnType<TestApi['person']>>
  let bob: typeof ada
  beforeAll(async () => {
    api = await openTestApi(engine)
    ada = await api.person('ada')
    bob = await api.person('bob')
  })
  afterAll(() => api.close())

  const historyOf = async (wardrobe: string, record: string): Promise<HistoryEntry[]> =>
    (
      await api.request('GET', `/v1/wardrobes/${wardrobe}/history?kind=items&record=${record}`, {
        token: ada.token,
      })
    ).json.history
  const stateOf = async (wardrobe: string) =>
    (await api.request('GET', `/v1/wardrobes/${wardrobe}/fingerprint`, { token: ada.token })).json

  /** A piece that was called three names. */
  async function renamed() {
    const wardrobe = await api.wardrobe(ada.token)
    const path = (id = ''): string => `/v1/items${id && `/${id}`}?wardrobe=${wardrobe}`
    const made = await api.request('POST', path(), {
      token: ada.token,
      body: { name: 'Coat', brand: 'Norr' },
    })
    const { id } = made.json
    for (const name of ['Jacket', 'Parka'])
      await api.request('PATCH', path(id), { token: ada.token, body: { name } })
    return { wardrobe, id, path }
  }

  test('[HI1] [HI2] who wrote what and when, latest first, with what has been overwritten', async () => {
    const { wardrobe, id } = await renamed()
    const history = await historyOf(wardrobe, id)
    expect(history.map(({ changes }) => changes.name)).toEqual(['Parka', 'Jacket', 'Coat'])
    expect(history.map(({ shows }) => shows)).toEqual([['name'], [], ['brand', 'createdAt']])
    for (const { device, source } of history)
      expect({ device, source }).toEqual({ device: 'device-of-ada', source: 'user' })
    expect(await historyOf(wardrobe, 'nothing')).toEqual([])
  })

  test('[HI2] is forgotten when its time is over; what is live stays', async () => {
    const { wardrobe, id } = await renamed()
    const history = createHistory(api.database)
    await history.prune(Date.now() - 60_000)
    expect(await historyOf(wardrobe, id)).toHaveLength(3)
    expect(await history.prune(Date.now() + 60_000)).toBeGreaterThan(0)
    expect((await historyOf(wardrobe, id)).map(({ changes }) => changes.name)).toEqual(['Parka', 'Coat'])
  })

  test('is for members', async () => {
    const { wardrobe, id } = await renamed()
    for (const path of [`history?kind=items&record=${id}`, 'fingerprint']) {
      const answer = await api.request('GET', `/v1/wardrobes/${wardrobe}/${path}`, { token: bob.token })
      expect([answer.status, answer.json.code]).toEqual([404, 'not-found'])
    }
  })

  test('[FP1] the fingerprint is that of the live edits, also of records folded before there were any', async () => {
    const { wardrobe, path } = await renamed()
    const before = await stateOf(wardrobe)
    const folds = await api.database.query<{ kind: string; id: string; live: EditTuple[] }>(
      'select kind, id, live from folds where wardrobe_id = $1',
      [wardrobe],
    )
    let sum: Fingerprint = EMPTY_FINGERPRINT
    for (const { kind, id, live } of folds)
      sum = addFingerprints(sum, recordFingerprint(kind, id, live.map(tupleToEdit)))
    expect(before).toMatchObject({ seq: 3, epoch: 0, records: 1, fingerprint: fingerprintToHex(sum) })
    await api.database.query('update folds set fingerprint = null where wardrobe_id = $1', [wardrobe])
    expect(await stateOf(wardrobe)).toEqual(before)
    await api.request('POST', path(), { token: ada.token, body: { name: 'Hat' } })
    expect((await stateOf(wardrobe)).fingerprint).not.toBe(before.fingerprint)
    const empty = await api.wardrobe(ada.token)
    expect(await stateOf(empty)).toMatchObject({ seq: 0, records: 0, fingerprint: '0'.repeat(16) })
  })
})
