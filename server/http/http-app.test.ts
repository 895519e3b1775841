import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TEST_ENGINES } from '../testing/databases.js'
import { openTestApi, type TestApi } from '../testing/http.js'

const [pglite] = TEST_ENGINES

describe('the HTTP API', () => {
  let api: TestApi
  beforeAll(async () => {
    api = await openTestApi(pglite!, { env: { ALLOWED_ORIGINS: 'https://app.example' } })
  })
  afterAll(() => api.close())

  test('an unknown path is a problem with the correlation id of the request', async () => {
    const answer = await api.request('GET', '/v1/nothing', { headers: { 'x-request-id': 'my-request-1' } })
    expect(answer.status).toBe(404)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(answer.headers.get('x-request-id')).toBe('my-request-1')
    expect(answer.json).toEqual({
      type: 'urn:modaics:error:not-found',
      title: 'There is nothing here for you',
      status: 404,
      detail: 'There is nothing at GET /v1/nothing',
      code: 'not-found',
      remedy: 'fix',
      instance: 'my-request-1',
    })
  })

  test('a correlation id that could forge a log line is replaced', async () => {
    const answer = await api.request('GET', '/health/live', {
      headers: { 'x-request-id': 'a{"level":"fatal"}' },
    })
    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
  })

  test('only the origins of the settings may read answers', async () => {
    const preflight = (origin: string) =>
      api.request('OPTIONS', '/v1/items', {
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization',
        },
      })
    const ours = await preflight('https://app.example')
    expect(ours.headers.get('access-control-allow-origin')).toBe('https://app.example')
    expect((await preflight('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull()
    const answer = await api.request('GET', '/v1/items', { headers: { origin: 'https://app.example' } })
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://app.example')
  })

  test('[ER6] no browser or proxy keeps an answer, a refusal neither', async () => {
    const { token } = await api.person('ada')
    for (const answer of [
      await api.request('GET', `/v1/items?wardrobe=${await api.wardrobe(token)}`, { token }),
      await api.request('GET', '/v1/items'),
    ])
      expect(answer.headers.get('cache-control')).toBe('no-store')
  })

  test('an answer may not run as a page', async () => {
    const { headers } = await api.request('GET', '/health/live')
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(headers.get('x-content-type-options')).toBe('nosniff')
  })

  test.each([
    ['no JSON', '{"email":', {}, 400, 'malformed'],
    ['another type', 'x', { 'content-type': 'text/plain' }, 400, 'malformed'],
    ['too much', JSON.stringify({ email: 'x'.repeat(300_000) }), {}, 413, 'too-large'],
  ])('a body that is %s is refused', async (_, body, headers, status, code) => {
    const answer = await api.request('POST', '/v1/auth/sign-in', { body, headers })
    expect([answer.status, answer.json.code]).toEqual([status, code])
  })

  test('a body that does not fit names every fault', async () => {
    const answer = await api.request('POST', '/v1/auth/sign-in', { body: { email: 'x', extra: 1 } })
    expect(answer.json).toMatchObject({ status: 400, code: 'invalid' })
    const paths = answer.json.errors.map((error: { path: string }) => error.path)
    expect(paths).toEqual(expect.arrayContaining(['body.email', 'body.password', 'body.deviceId']))
  })

  test('the OpenAPI document names every route that answers, with its problems', async () => {
    const { json } = await api.request('GET', '/openapi.json')
    const documented = Object.entries(json.paths).flatMap(([path, methods]) =>
      Object.keys(methods as object).map((method) => `${method.toUpperCase()} ${path}`),
    )
    const served = api.app.routes
      .filter(({ method, path }) => method !== 'ALL' && !/^\/(docs|openapi)/.test(path))
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`)
    expect([...new Set(documented)].sort()).toEqual([...new Set(served)].sort())
    expect(json.paths['/v1/items/{id}'].patch.security).toEqual([{ bearer: [] }])
    expect(json.components.schemas.Item.properties.tags).toMatchObject({ type: 'array' })
    expect(Object.keys(json.paths['/v1/auth/register'].post.responses)).toEqual(
      expect.arrayContaining(['201', '400', '403', '409', '429']),
    )
  })

  test('the reference is served from here, and lets nothing else in', async () => {
    const page = await api.request('GET', '/docs')
    expect(page.headers.get('content-security-policy')).toMatch(/script-src 'self';/)
    expect(page.text).not.toMatch(/https?:\/\//)
    const references = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1]!)
    expect(references.length).toBeGreaterThan(3)
    for (const reference of references) expect((await api.request('GET', `/${reference}`)).status).toBe(200)
    expect((await api.request('GET', '/docs/package.json')).status).toBe(404)
  })
})

describe('health', () => {
  test('a process with a failing check lives and is not ready', async () => {
    const broken = { name: 'photos', check: () => Promise.reject(new Error('secret place')) }
    const fine = { name: 'database', check: async () => {} }
    const api = await openTestApi(pglite!, { readyChecks: [fine, broken] })
    try {
      expect((await api.request('GET', '/health/live')).status).toBe(200)
      const ready = await api.request('GET', '/health/ready')
      expect(ready.status).toBe(503)
      expect(ready.json).toEqual({ status: 'unavailable', checks: { database: 'ok', photos: 'failed' } })
      expect(api.lines.join('')).toContain('secret place')
    } finally {
      await api.close()
    }
  })
})
