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
