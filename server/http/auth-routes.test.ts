import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { createId } from '@modaics/shared'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { TEST_ENGINES } from '../testing/databases.js'
import { openTestApi, PASSWORD, type TestApi } from '../testing/http.js'

describe.each(TEST_ENGINES)('accounts over REST on $name', (engine) => {
  let api: TestApi
  beforeAll(async () => {
    api = await openTestApi(engine)
  })
  afterEach(() => {
    vi.useRealTimers()
  })
  afterAll(() => api.close())

  const post = (path: string, body?: unknown, token?: string) =>
    api.request('POST', `/v1/auth${path}`, {
      ...(body === undefined ? {} : { body }),
      ...(token === undefined ? {} : { token }),
    })

  test('register, sign in on a second device, refresh, list, revoke, sign out', async () => {
    const ada = await api.person('ada')
    const credentials = {
      email: 'Ada@Example.com',
      password: PASSWORD,
      deviceId: 'tablet-of-ada',
      deviceName: 'Tablet',
    }
    const tablet = await post('/sign-in', credentials)
    expect(tablet.status).toBe(200)
    expect(tablet.headers.get('cache-control')).toBe('no-store')
    const refreshed = await post('/refresh', { refreshToken: tablet.json.refreshToken })
    expect(refreshed.json.user).toEqual(ada.user)

    const me = await api.request('GET', '/v1/auth/me', { token: refreshed.json.accessToken })
    expect(me.json).toEqual({ user: ada.user, deviceId: 'tablet-of-ada' })
    const { json } = await api.request('GET', '/v1/auth/devices', { token: ada.token })
    expect(json.devices).toMatchObject([
      { id: 'device-of-ada', current: true },
      { id: 'tablet-of-ada', name: 'Tablet', current: false },
    ])
    const revoked = await api.request('DELETE', '/v1/auth/devices/tablet-of-ada', { token: ada.token })
    expect(revoked.status).toBe(204)
    const none = await api.request('DELETE', '/v1/auth/devices/%00', { token: ada.token })
    expect(none.json.code).toBe('not-found') // a text that PostgreSQL cannot hold
    const out = await api.request('GET', '/v1/auth/me', { token: refreshed.json.accessToken })
    expect(out.json.code).toBe('unauthenticated')

    expect((await post('/sign-out', undefined, ada.token)).status).toBe(204)
    expect((await post('/sign-out', undefined, ada.token)).json.code).toBe('unauthenticated')
  })

  test('signing out everywhere ends every session', async () => {
    const bob = await api.person('bob')
    const second = await post('/sign-in', {
      email: 'bob@example.com',
      password: PASSWORD,
      deviceId: 'laptop-of-bob',
    })
    expect((await post('/sign-out-everywhere', undefined, bob.token)).status).toBe(204)
    const answer = await api.request('GET', '/v1/auth/me', { token: second.json.accessToken })
    expect(answer.json.code).toBe('unauthenticated')
  })

  test('a taken e-mail address: 409 email-taken', async () => {
    await api.person('carol')
    const answer = await post('/register', {
      email: 'carol@example.com',
      password: PASSWORD,
      deviceId: 'phone-0001',
    })
    expect([answer.status, answer.json.code, answer.json.remedy]).toEqual([409, 'email-taken', 'fix'])
  })

  test('an expired access token: 401 token-expired, and the refresh token goes on', async () => {
    const dora = await api.person('dora')
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 16 * 60_000 })
    const answer = await api.request('GET', '/v1/wardrobes', { token: dora.token })
    expect([answer.status, answer.json.code, answer.json.remedy]).toEqual([401, 'token-expired', 'sign-in'])
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer /)
    const refreshed = await post('/refresh', { refreshToken: dora.refreshToken })
    expect((await api.request('GET', '/v1/wardrobes', { token: refreshed.json.accessToken })).status).toBe(
      200,
    )
  })

  test('a refresh token used after its successor: 401 token-reused', async () => {
    const { refreshToken } = await api.person('emil')
    const { json, status } = await post('/refresh', { refreshToken })
    expect(status).toBe(200)
    expect((await post('/refresh', { refreshToken: json.refreshToken })).status).toBe(200)
    const answer = await post('/refresh', { refreshToken })
    expect([answer.status, answer.json.code]).toEqual([401, 'token-reused'])
  })

  test('unknown address and wrong password: the same 401 wrong-credentials', async () => {
    await api.person('fred')
    const strip = ({ instance: _, ...rest }: { instance: string }) => rest
    const wrong = await post('/sign-in', {
      email: 'fred@example.com',
      password: 'x'.repeat(12),
      deviceId: 'phone-0001',
    })
    const unknown = await post('/sign-in', {
      email: 'none@example.com',
      password: 'x'.repeat(12),
      deviceId: 'phone-0001',
    })
    expect(wrong.status).toBe(401)
    expect(strip(wrong.json)).toEqual(strip(unknown.json))
  })

  test.each([
    ['a short password', { password: 'short' }],
    ['a password of more than 72 bytes', { password: 'é'.repeat(40) }],
    ['a bad e-mail address', { email: 'not an address' }],
    ['a bad device id', { deviceId: 'a b' }],
    ['a reserved device id', { deviceId: 'server-0001' }],
  ])('%s: 400 invalid', async (_, fault) => {
    const fine = { email: `${createId()}@example.com`, password: PASSWORD, deviceId: 'phone-0001' }
    const answer = await post('/register', { ...fine, ...fault })
    expect([answer.status, answer.json.code]).toEqual([400, 'invalid'])
  })

  test.each([undefined, 'x', 'eyJhbGciOiJub25lIn0.e30.'])(
    'the access token %j: 401 unauthenticated',
    async (token) => {
      const answer = await api.request('GET', '/v1/items', token === undefined ? {} : { token })
      expect([answer.status, answer.json.code]).toEqual([401, 'unauthenticated'])
    },
  )

  test('no password and no token is in the log, and every request is', async () => {
    const gina = await api.person('gina')
    await post('/sign-in', {
      email: 'gina@example.com',
      password: 'the-wrong-password',
      deviceId: 'phone-0001',
    })
    await api.request('GET', `/v1/items?wardrobe=${createId()}&token=${gina.token}`, { token: gina.token })
    const log = api.lines.join('')
    for (const secret of [PASSWORD, 'the-wrong-password', gina.token, gina.refreshToken, '$2b$12'])
      expect(log).not.toContain(secret)
    expect(JSON.parse(api.lines.at(-1)!)).toMatchObject({
      method: 'GET',
      route: '/v1/items',
      status: 404,
      level: 'info',
    })
  })
})

describe('guessing passwords', () => {
  let api: TestApi
  beforeAll(async () => {
    api = await openTestApi(TEST_ENGINES[0]!, { env: { CREDENTIAL_ATTEMPTS: '3', TRUST_PROXY: 'on' } })
  })
  afterAll(() => api.close())

  const guess = (email: string, from: { address?: string; headers?: Record<string, string> }) =>
    api.request('POST', '/v1/auth/sign-in', {
      body: { email, password: 'x', deviceId: 'phone-0001' },
      ...from,
    })

  test('is cut off per address and e-mail: 429 rate-limited with Retry-After', async () => {
    const from = { address: '10.0.0.1' }
    for (let i = 0; i < 3; i++) expect((await guess('a@example.com', from)).status).toBe(401)
    const answer = await guess('a@example.com', from)
    expect([answer.status, answer.json.code]).toEqual([429, 'rate-limited'])
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await guess('b@example.com', from)).status).toBe(401)
    expect((await guess('a@example.com', { address: '10.0.0.2' })).status).toBe(401)
  })

  test('a made-up X-Forwarded-For does not help: only what the trusted proxy added counts', async () => {
    const from = (made: number) => ({
      address: '10.0.0.9',
      headers: { 'x-forwarded-for': `1.1.1.${made}, 9.9.9.9` },
    })
    for (let i = 0; i < 3; i++) expect((await guess('c@example.com', from(i))).status).toBe(401)
    expect((await guess('c@example.com', from(3))).status).toBe(429)
  })

  test('over a socket the address is that of its other end', async () => {
    const server = createAdaptorServer({ fetch: api.app.fetch })
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    try {
      const { port } = server.address() as AddressInfo
      const body = JSON.stringify({ email: 'socket@example.com', password: 'x', deviceId: 'phone-0001' })
      const headers = { 'content-type': 'application/json' }
      const statuses: number[] = []
      for (let i = 0; i < 4; i++)
        statuses.push(
          (await fetch(`http://127.0.0.1:${port}/v1/auth/sign-in`, { method: 'POST', headers, body })).status,
        )
      expect(statuses).toEqual([401, 401, 401, 429])
      expect((await guess('socket@example.com', { address: '127.0.0.1' })).status).toBe(429)
    } finally {
      await new Promise((closed) => server.close(closed))
    }
  })

  test('without a trusted proxy the header is not read', async () => {
    const direct = await openTestApi(TEST_ENGINES[0]!, { env: { CREDENTIAL_ATTEMPTS: '1' } })
    try {
      const sign = (made: number) =>
        direct.request('POST', '/v1/auth/sign-in', {
          body: { email: 'a@example.com', password: 'x', deviceId: 'phone-0001' },
          address: '10.0.0.1',
          headers: { 'x-forwarded-for': `1.1.1.${made}` },
        })
      expect([(await sign(1)).status, (await sign(2)).status]).toEqual([401, 429])
    } finally {
      await direct.close()
    }
  })
})
