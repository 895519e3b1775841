import { describe, expect, test } from 'vitest'
import { hashPassword, passwordFault, verifyPassword } from './passwords.js'

describe('passwords', () => {
  test('a hash is bcrypt of cost 12, and only the password fits it', async () => {
    const hash = await hashPassword('correct horse battery')
    expect(hash).toMatch(/^\$2b\$12\$/)
    expect(await verifyPassword('correct horse battery', hash)).toBe(true)
    expect(await verifyPassword('correct horse batterz', hash)).toBe(false)
  })

  test('characters that look the same are the same', async () => {
    const hash = await hashPassword('caf\u00e9 caf\u00e9 caf\u00e9')
    expect(await verifyPassword('cafe\u0301 cafe\u0301 cafe\u0301', hash)).toBe(true)
  })

  test('what bcrypt would cut is refused, in bytes and not in characters', async () => {
    expect(passwordFault('a'.repeat(72))).toBeUndefined()
    expect(passwordFault('a'.repeat(73))).toContain('72 bytes')
    expect(passwordFault('é'.repeat(37))).toContain('72 bytes')
    expect(passwordFault('a'.repeat(9))).toContain('10 characters')
    await expect(hashPassword('a'.repeat(73))).rejects.toThrow(RangeError)
    const hash = await hashPassword('a'.repeat(72))
    expect(await verifyPassword('a'.repeat(73), hash)).toBe(false)
  })

  test('with no hash the answer is no, and the same work is done', async () => {
    const hash = await hashPassword('correct horse battery')
    const time = async (stored: string | undefined) => {
      const start = process.hrtime.bigint()
      expect(await verifyPassword('something else', stored)).toBe(false)
      return Number(process.hrtime.bigint() - start)
    }
    const known = await time(hash)
    const unknown = await time(undefined)
    // no work would be some thousand times faster: this holds on a busy machine
    expect(unknown).toBeGreaterThan(known / 20)
  })

  test('the event loop runs on while a password is hashed', async () => {
    let turns = 0
    const timer = setInterval(() => turns++, 1)
    await hashPassword('correct horse battery')
    clearInterval(timer)
    expect(turns).toBeGreaterThan(2)
  })
})
