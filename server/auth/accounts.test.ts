import { SignJWT } from 'jose'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { TEST_ENGINES, type TestDatabase } from '../testing/databases.js'
import { type Accounts, createAccounts, type SignedIn } from './accounts.js'
import { orThrow } from './outcome.js'

const DAY_MS = 86_400_000
const password = 'correct horse battery'
const secret = new TextEncoder().encode('x'.repeat(32))

describe.each(TEST_ENGINES)('accounts on $name', (engine) => {
  let opened: TestDatabase
  let accounts: Accounts
  let people = 0

  const open = (options: { registration?: 'open' | 'closed' } = {}) =>
    createAccounts({
      database: opened.database,
      secret,
      issuer: 'https://modaics.example',
      accessTokenMinutes: 15,
      refreshTokenDays: 7,
      registration: 'open',
      now: () => Date.now(),
      ...options,
    })

  async function person(): Promise<SignedIn & { password: string }> {
    people++
    const email = `p${people}@example.com`
    const deviceId = of('phone')
    const signedIn = orThrow(await accounts.register({ email, password, deviceId, deviceName: 'Phone' }))
    return { ...signedIn, password }
  }
  /** A device of the newest person: nobody shares one. */
  const of = (device: string) => `${device}-of-${people}`
  const signIn = async (who: SignedIn, deviceId: string) =>
    orThrow(await accounts.signIn({ email: who.user.email, password, deviceId }))
  const isLive = async (who: SignedIn) => (await accounts.authenticate(who.accessToken)).ok

  beforeAll(async () => {
    opened = await engine.open()
    accounts = await open()
  })
  afterEach(() => {
    vi.useRealTimers()
  })
  afterAll(async () => {
    await accounts.close()
    await opened.close()
  })

  /** Moves the clock, Lucia's too, and leaves timers alone. */
  const after = (ms: number) => vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms })

  test('who registers is signed in on the device', async () => {
    const who = await person()
    const result = await accounts.authenticate(who.accessToken)
    expect(result).toMatchObject({ ok: true, principal: { userId: who.user.id, deviceId: who.deviceId } })
    expect(who.accessTokenExpiresAt - Date.now()).toBeGreaterThan(14 * 60_000)
    expect(await accounts.listDevices(who.user.id)).toMatchObject([
      { id: who.deviceId, name: 'Phone', revokedAt: null },
    ])
  })

  test('nothing stored could be used to sign in', async () => {
    const who = await person()
    const stored = JSON.stringify(
      await Promise.all(
        ['users', 'sessions', 'refresh_tokens', 'devices'].map((table) =>
          opened.database.query(`select * from ${table}`),
        ),
      ),
    )
    expect(stored).toContain(who.user.email)
    for (const part of [password, ...who.refreshToken.split('.'), who.accessToken.split('.')[2]!])
      expect(stored).not.toContain(part)
  })

  test('an e-mail address is taken once, however it is written, also by two at once', async () => {
    const who = await person()
    const again = { email: ` ${who.user.email.toUpperCase()}`, password, deviceId: 'tablet-001' }
    expect(await accounts.register(again)).toMatchObject({ ok: false, code: 'email-taken' })
    const race = { email: 'race@example.com', password, deviceId: 'tablet-of-race' }
    const outcomes = await Promise.all([accounts.register(race), accounts.register(race)])
    expect(outcomes.map((outcome) => (outcome.ok ? 'ok' : outcome.code)).sort()).toEqual([
      'email-taken',
      'ok',
    ])
  })

  test('an unknown address and a wrong password get the same answer', async () => {
    const who = await person()
    const wrong = await accounts.signIn({
      email: who.user.email,
      password: 'not the password',
      deviceId: 'phone-001',
    })
    const unknown = await accounts.signIn({ email: 'nobody@example.com', password, deviceId: 'phone-001' })
    expect(wrong).toMatchObject({ ok: false, code: 'wrong-credentials' })
    expect(unknown).toEqual(wrong)
  })

  test.each(['short', 'a'.repeat(65), 'with space', 'vision-00', 'server-01'])(
    'the device id %j is refused',
    async (deviceId) => {
      const outcome = await accounts.register({ email: 'dev@example.com', password, deviceId })
      expect(outcome).toMatchObject({ ok: false, code: 'invalid' })
    },
  )

  test('a device id of another account is refused, at registration and at sign-in', async () => {
    const who = await person()
    const other = await person()
    const { deviceId } = who
    await expect(accounts.register({ email: 'x@example.com', password, deviceId })).rejects.toMatchObject({
      code: 'conflict',
    })
    await expect(signIn(other, deviceId)).rejects.toMatchObject({ code: 'conflict' })
    expect(await isLive(await signIn(who, deviceId))).toBe(true)
  })

  test('a closed server takes no registrations', async () => {
    const closed = await open({ registration: 'closed' })
    const outcome = await closed.register({ email: 'new@example.com', password, deviceId: 'phone-001' })
    expect(outcome).toMatchObject({ ok: false, code: 'forbidden' })
    await closed.close()
  })

  test('an access token ends after its minutes, and says so', async () => {
    const who = await person()
    after(15 * 60_000 + 1000)
    expect(await accounts.authenticate(who.accessToken)).toMatchObject({ ok: false, code: 'token-expired' })
  })

  test('tokens of another key, issuer, audience or algorithm are not valid', async () => {
    const who = await person()
    const [, payload] = who.accessToken.split('.')
    const claims = JSON.parse(Buffer.from(payload!, 'base64url').toString())
    const signed = (changes: object, key = secret) =>
      new SignJWT({ ...claims, ...changes }).setProtectedHeader({ alg: 'HS256' }).sign(key)
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`
    expect(await accounts.authenticate(await signed({}))).toMatchObject({ ok: true })
    for (const token of [
      await signed({ iss: 'https://evil.example' }),
      await signed({ aud: 'other' }),
      await signed({ sub: '00000000-0000-7000-8000-000000000001' }),
      await signed({ dev: 'tablet-001' }),
      await signed({}, new TextEncoder().encode('y'.repeat(32))),
      unsigned,
      `${who.accessToken}x`,
      'x',
    ])
      expect(await accounts.authenticate(token)).toMatchObject({ ok: false, code: 'unauthenticated' })
  })

  test('a refresh token gives new tokens of the same session, once', async () => {
    const who = await person()
    const next = orThrow(await accounts.refresh(who.refreshToken))
    expect(next.refreshToken).not.toBe(who.refreshToken)
    expect(next.user).toEqual(who.user)
    expect(await isLive(next)).toBe(true)
    const third = orThrow(await accounts.refresh(next.refreshToken))
    expect(await isLive(third)).toBe(true)
  })

  test('[SE4] a refresh whose answer was lost can be asked for again: it is answered with the same successor', async () => {
    const who = await person()
    const lost = orThrow(await accounts.refresh(who.refreshToken))
    after(110_000)
    const again = orThrow(await accounts.refresh(who.refreshToken))
    expect(again.refreshToken).toBe(lost.refreshToken)
    expect([await isLive(again), await isLive(lost)]).toEqual([true, true])
    const next = orThrow(await accounts.refresh(again.refreshToken))
    expect(next.refreshToken).not.toBe(again.refreshToken)
  })

  test('[SE4] once its successor is used, or two minutes later, a refresh token that is used again ends its session', async () => {
    const stolen = await person()
    const next = orThrow(await accounts.refresh(stolen.refreshToken))
    const last = orThrow(await accounts.refresh(next.refreshToken))
    expect(await accounts.refresh(stolen.refreshToken)).toMatchObject({ ok: false, code: 'token-reused' })
    expect(await isLive(last)).toBe(false)
    const late = await person()
    const answer = orThrow(await accounts.refresh(late.refreshToken))
    after(121_000)
    expect(await accounts.refresh(late.refreshToken)).toMatchObject({ ok: false, code: 'token-reused' })
    expect(await isLive(answer)).toBe(false)
  })

  test('a refresh token used twice ends its session, and no other', async () => {
    const who = await person()
    const other = await signIn(who, of('tablet'))
    const ended: string[] = []
    const stop = accounts.onSessionEnded((sessionId) => void ended.push(sessionId))
    const next = orThrow(await accounts.refresh(who.refreshToken))
    const principal = await accounts.authenticate(next.accessToken)
    await accounts.refresh(next.refreshToken)
    expect(await accounts.refresh(who.refreshToken)).toMatchObject({ ok: false, code: 'token-reused' })
    expect(await isLive(next)).toBe(false)
    expect(await accounts.refresh(next.refreshToken)).toMatchObject({ ok: false, code: 'unauthenticated' })
    expect(await isLive(other)).toBe(true)
    await vi.waitFor(() => expect(ended).toEqual([principal.ok && principal.principal.sessionId]))
    stop()
  })

  test('[SE4] many refreshes at once with one token are one refresh', async () => {
    const who = await person()
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => accounts.refresh(who.refreshToken)))
    expect(new Set(outcomes.map((outcome) => orThrow(outcome).refreshToken)).size).toBe(1)
    expect(await isLive(who)).toBe(true)
  })

  test.each(['', 'x', `${'a'.repeat(27)}.${'b'.repeat(43)}`])('%j is no refresh token', async (token) => {
    expect(await accounts.refresh(token)).toMatchObject({ ok: false, code: 'unauthenticated' })
  })

  test('a device that comes back within the days of its refresh token stays signed in, for ever', async () => {
    let who: SignedIn = await person()
    for (let week = 0; week < 6; week++) {
      after(6.9 * DAY_MS)
      who = orThrow(await accounts.refresh(who.refreshToken))
      expect(await isLive(who)).toBe(true)
    }
    after(7.1 * DAY_MS)
    expect(await accounts.refresh(who.refreshToken)).toMatchObject({ ok: false, code: 'token-expired' })
  })

  test('what has expired is swept away, and nothing else', async () => {
    const who = await person()
    after(15 * DAY_MS)
    const fresh = await person()
    await accounts.sweep()
    const count = async (table: string, userId: string) =>
      (
        await opened.database.query(
          table === 'sessions'
            ? 'select 1 from sessions where user_id = $1'
            : 'select 1 from refresh_tokens r join sessions s on s.id = r.session_id where s.user_id = $1',
          [userId],
        )
      ).length
    expect([await count('sessions', who.user.id), await count('sessions', fresh.user.id)]).toEqual([0, 1])
    expect(await count('refresh_tokens', fresh.user.id)).toBe(1)
    expect(await isLive(fresh)).toBe(true)
  })

  test('signing out ends this session, signing out everywhere all of them', async () => {
    const who = await person()
    const tablet = await signIn(who, of('tablet'))
    const laptop = await signIn(who, of('laptop'))
    const result = await accounts.authenticate(tablet.accessToken)
    if (result.ok) await accounts.signOut(result.principal)
    expect([await isLive(who), await isLive(tablet), await isLive(laptop)]).toEqual([true, false, true])
    await accounts.signOutEverywhere(who.user.id)
    expect([await isLive(who), await isLive(laptop)]).toEqual([false, false])
    expect(await accounts.refresh(laptop.refreshToken)).toMatchObject({ ok: false, code: 'unauthenticated' })
  })

  test('a revoked device is out at once, on every instance, until it signs in again', async () => {
    const who = await person()
    const tablet = await signIn(who, of('tablet'))
    const elsewhere = await open()
    const ended: string[] = []
    elsewhere.onSessionEnded((sessionId) => void ended.push(sessionId))
    orThrow(await accounts.revokeDevice(who.user.id, of('tablet')))
    expect(await elsewhere.authenticate(tablet.accessToken)).toMatchObject({
      ok: false,
      code: 'unauthenticated',
    })
    expect(await isLive(who)).toBe(true)
    await vi.waitFor(() => expect(ended).toHaveLength(1))
    const revoked = (await accounts.listDevices(who.user.id)).find(({ id }) => id === of('tablet'))
    expect(revoked?.revokedAt).toBeTypeOf('number')
    expect(await isLive(await signIn(who, of('tablet')))).toBe(true)
    expect((await accounts.listDevices(who.user.id)).every((device) => device.revokedAt === null)).toBe(true)
    await elsewhere.close()
  })

  test('a device of somebody else cannot be revoked', async () => {
    const [who, other] = [await person(), await person()]
    await signIn(other, of('tablet'))
    expect(await accounts.revokeDevice(who.user.id, of('tablet'))).toMatchObject({
      ok: false,
      code: 'not-found',
    })
  })

  test('a wardrobe keeps an owner, also when two leave at once', async () => {
    const [ada, bob] = [await person(), await person()]
    const id = '00000000-0000-7000-8000-0000000000aa'
    const { memberships } = accounts
    expect(await memberships.putWardrobe(ada.user.id, id, 'Ours')).toMatchObject({
      ok: true,
      value: { made: true },
    })
    expect(await memberships.removeMember(id, ada.user.id)).toMatchObject({ ok: false, code: 'conflict' })
    orThrow(await memberships.putMember(id, bob.user.email, 'owner'))
    const outcomes = await Promise.all([
      memberships.removeMember(id, ada.user.id),
      memberships.putMember(id, bob.user.email, 'viewer'),
    ])
    expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(1)
    expect((await memberships.listMembers(id)).filter(({ role }) => role === 'owner')).toHaveLength(1)
  })

  test('everybody hears of a changed membership', async () => {
    const [ada, bob] = [await person(), await person()]
    const id = '00000000-0000-7000-8000-0000000000bb'
    await accounts.memberships.putWardrobe(ada.user.id, id, 'Ours')
    const heard: string[] = []
    const stop = accounts.onMembershipChanged(
      (wardrobeId, userId) => void heard.push(`${wardrobeId} ${userId}`),
    )
    orThrow(await accounts.memberships.putMember(id, bob.user.email, 'editor'))
    await vi.waitFor(() => expect(heard).toEqual([`${id} ${bob.user.id}`]))
    orThrow(await accounts.memberships.removeMember(id, bob.user.id))
    await vi.waitFor(() => expect(heard).toHaveLength(2))
    expect(await accounts.roleOf(bob.user.id, id)).toBeNull()
    stop()
  })

  test('there is no role in what is no wardrobe', async () => {
    expect(await accounts.roleOf((await person()).user.id, "x' or 1=1")).toBeNull()
  })
})
