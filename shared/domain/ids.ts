/**
 * UUID version 7 (RFC 9562): 48 bits of milliseconds, then random bits, so that ids sort by creation.
 *
 * @param ms milliseconds since 1970-01-01T00:00Z
 * @param random 16 random bytes; the first six are overwritten by the time
 */
export function uuidv7(ms: number, random: Uint8Array): string {
  const bytes = random.slice(0, 16)
  for (let i = 0; i < 6; i++) bytes[i] = Math.floor(ms / 2 ** (8 * (5 - i))) % 256
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f)
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f)
  let hex = ''
  for (const byte of bytes) hex += byte.toString(16).padStart(2, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** A new UUIDv7 from the platform's clock and random source: for composition roots; pure code takes ids as arguments. */
export function createId(): string {
  return uuidv7(Date.now(), crypto.getRandomValues(new Uint8Array(16)))
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** True for a UUID of any version in lower case: what wardrobes, devices and users are named by. */
export function isUuid(text: string): boolean {
  return UUID.test(text)
}

/** SHA-256 in lower-case hex: what photos are named by. */
export function isSha256(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text)
}
