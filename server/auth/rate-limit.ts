export interface RateLimit {
  /** attempts that may come at once */
  readonly burst: number
  /** ms until one spent attempt has come back */
  readonly refillMs: number
}

/** Token buckets in memory, by key; at most `maxKeys`, of which those longest unused go first. */
export interface RateLimiter {
  /** Spends one attempt. Returns 0, or the ms to wait where none is left (and then spends none). */
  take(key: string, now: number): number
  /** Gives one attempt back: what was tried was right. */
  giveBack(key: string, now: number): void
}

interface Bucket {
  left: number
  at: number
}

export function createRateLimiter({ burst, refillMs }: RateLimit, maxKeys = 10_000): RateLimiter {
  const buckets = new Map<string, Bucket>()

  function bucketOf(key: string, now: number): Bucket {
    const bucket = buckets.get(key) ?? { left: burst, at: now }
    const elapsed = Math.max(0, now - bucket.at)
    bucket.left = Math.min(burst, bucket.left + elapsed / refillMs)
    bucket.at = now
    buckets.delete(key) // a Map keeps the order of insertion: what is used moves to the end
    buckets.set(key, bucket)
    const oldest = buckets.keys().next().value
    if (buckets.size > maxKeys && oldest !== undefined) buckets.delete(oldest)
    return bucket
  }

  return {
    take(key, now) {
      const bucket = bucketOf(key, now)
      if (bucket.left < 1) return Math.ceil((1 - bucket.left) * refillMs)
      bucket.left -= 1
      return 0
    },
    giveBack(key, now) {
      const bucket = bucketOf(key, now)
      bucket.left = Math.min(burst, bucket.left + 1)
    },
  }
}

const FIVE_MINUTES_MS = 300_000

/** Guards passwords: few attempts for one address and e-mail, ten times as many for one address. */
export interface CredentialLimiter {
  /** 0, or the ms to wait */
  take(address: string, email: string, now: number): number
  succeeded(address: string, email: string, now: number): void
}

export function createCredentialLimiter(attempts: number): CredentialLimiter {
  const limitOf = (burst: number): RateLimit => ({ burst, refillMs: FIVE_MINUTES_MS / burst })
  const byPair = createRateLimiter(limitOf(attempts))
  const byAddress = createRateLimiter(limitOf(attempts * 10))
  const pairOf = (address: string, email: string) => `${networkOf(address)} ${email.trim().toLowerCase()}`
  return {
    take(address, email, now) {
      const wait = byAddress.take(networkOf(address), now)
      return wait > 0 ? wait : byPair.take(pairOf(address, email), now)
    },
    succeeded(address, email, now) {
      byAddress.giveBack(networkOf(address), now)
      byPair.giveBack(pairOf(address, email), now)
    },
  }
}

/** One customer has a whole /64 of IPv6: addresses in it count as one. */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)
  if (mapped?.[1]) return mapped[1]
  const [head = '', tail] = (address.split('%')[0] ?? '').split('::')
  const groups = head === '' ? [] : head.split(':')
  if (tail !== undefined) {
    const rest = tail === '' ? [] : tail.split(':')
    while (groups.length + rest.length < 8) groups.push('0')
    groups.push(...rest)
  }
  const numbers = groups.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16))
  return `${numbers.join(':')}::/64`
}
