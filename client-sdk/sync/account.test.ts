import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openAccount } from './account.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A connection that is gone: nothing ever comes back. */
const silent = (_url: unknown, init?: RequestInit): Promise<Response> =>
  new Promise((_, reject) => {
    init?.signal?.addEventListener('abort', () => reject(init.signal?.reason))
  })

test('[SE1] a request that nobody answers ends as offline after half a minute', async () => {
  const account = await openAccount({ url: 'http://server', fetch: silent as typeof fetch })
  let outcome: unknown = 'waiting'
  account.signIn({ email: 'ada@example.com', password: 'secret' }).catch((error: unknown) => {
    outcome = error
  })
  await vi.advanceTimersByTimeAsync(29_000)
  expect(outcome).toBe('waiting')
  await vi.advanceTimersByTimeAsync(2_000)
  expect(outcome).toMatchObject({ code: 'offline' })
})

test('[SV13] a sign-in at a server that is not ready is tried once more, when it says so', async () => {
  const busy = JSON.stringify({ code: 'unavailable', detail: 'in a moment' })
  const asked: string[] = []
  const fetch = async (url: string): Promise<Response> => {
    asked.push(new URL(url).pathname)
    return asked.length === 1
      ? new Response(busy, { status: 503, headers: { 'retry-after': '2' } })
      : Response.json({
          user: { id: 'u', email: 'ada@example.com' },
          accessToken: 'a',
          accessTokenExpiresAt: Date.now() + 600_000,
          refreshToken: 'r',
        })
  }
  const account = await openAccount({ url: 'http://server', fetch: fetch as typeof globalThis.fetch })
  const signingIn = account.signIn({ email: 'ada@example.com', password: 'secret' })
  await vi.advanceTimersByTimeAsync(1_900)
  expect(asked).toEqual(['/v1/auth/sign-in'])
  await vi.advanceTimersByTimeAsync(200)
  await signingIn
  expect(account.user?.email).toBe('ada@example.com')
})

test('[SV13] what may have been done is not asked again by itself: the caller is told that it can be', async () => {
  let asked = 0
  const fetch = async (): Promise<Response> => {
    asked++
    return new Response(JSON.stringify({ code: 'unavailable' }), {
      status: 503,
      headers: { 'retry-after': '2' },
    })
  }
  const account = await openAccount({ url: 'http://server', fetch: fetch as typeof globalThis.fetch })
  await expect(
    account.register({ email: 'ada@example.com', password: 'secret of ada' }),
  ).rejects.toMatchObject({ code: 'unavailable', remedy: 'retry' })
  expect(asked).toBe(1)
})
