import { describe, expect, test } from 'vitest'
import { createCredentialLimiter, createRateLimiter, networkOf } from './rate-limit.js'

describe('rate limits', () => {
  test('a burst passes, then attempts come back one by one', () => {
    const limiter = createRateLimiter({ burst: 3, refillMs: 1000 })
    expect([0, 0, 0].map(() => limiter.take('a', 0))).toEqual([0, 0, 0])
    expect(limiter.take('a', 0)).toBe(1000)
    expect(limiter.take('a', 400)).toBe(600)
    expect(limiter.take('a', 1000)).toBe(0)
    expect(limiter.take('a', 1000)).toBe(1000)
    expect(limiter.take('b', 1000)).toBe(0)
  })

  test('a refused attempt does not make the wait longer, and a clock that goes back gives nothing', () => {
    const limiter = createRateLimiter({ burst: 1, refillMs: 1000 })
    limiter.take('a', 5000)
    for (let i = 0; i < 50; i++) expect(limiter.take('a', 4000)).toBeGreaterThan(0)
    expect(limiter.take('a', 5000)).toBe(0)
  })

  test('memory is bounded: what was unused longest is forgotten', () => {
    const limiter = createRateLimiter({ burst: 1, refillMs: 1e9 }, 3)
    for (const key of ['a', 'b', 'c']) limiter.take(key, 0)
    limiter.take('a', 1)
    limiter.take('d', 2)
    expect(limiter.take('a', 3)).toBeGreaterThan(0)
    expect(limiter.take('b', 3)).toBe(0)
  })

  test('one e-mail is guarded per address, one address over all e-mails', () => {
    const limiter = createCredentialLimiter(2)
    expect(limiter.take('1.1.1.1', 'a@b.c', 0)).toBe(0)
    expect(limiter.take('1.1.1.1', ' A@B.c', 0)).toBe(0)
    expect(limiter.take('1.1.1.1', 'a@b.c', 0)).toBe(150_000)
    expect(limiter.take('2.2.2.2', 'a@b.c', 0)).toBe(0)
    for (let i = 0; i < 17; i++) expect(limiter.take('1.1.1.1', `${i}@b.c`, 0)).toBe(0)
    expect(limiter.take('1.1.1.1', 'new@b.c', 0)).toBeGreaterThan(0)
  })

  test('who signs in rightly is not held up', () => {
    const limiter = createCredentialLimiter(2)
    for (let i = 0; i < 100; i++) {
      expect(limiter.take('1.1.1.1', 'a@b.c', 0)).toBe(0)
      limiter.succeeded('1.1.1.1', 'a@b.c', 0)
    }
  })

  test.each([
    ['127.0.0.1', '127.0.0.1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ])('the network of %s is %s', (address, network) => {
    expect(networkOf(address)).toBe(network)
  })
})
