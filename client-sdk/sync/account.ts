import { ModaicsError } from '@modaics/shared'
import { z } from 'zod'
import { createAsk } from './ask.js'
import type { Credentials } from './credentials.js'

/** Where an account keeps its tokens on this device. What it saves is secret. */
export interface AccountStore {
  /** What was saved last, or null. What another tab has saved shows as soon as its `save` has resolved (not so in localStorage). */
  load(): Promise<string | null>
  save(text: string | null): Promise<void>
}

export interface SignIn {
  readonly email: string
  readonly password: string
}

export interface DeviceInfo {
  readonly id: string
  readonly name: string
  readonly createdAt: number
  readonly lastSeenAt: number
  readonly revokedAt: number | null
  /** the device that asks */
  readonly current: boolean
}

export interface WardrobeInfo {
  readonly id: string
  readonly name: string
  readonly role: 'owner' | 'editor' | 'viewer'
}

/** An account on a Modaics server, and this device's place in it. All rejections are ModaicsErrors with the server's codes. */
export interface Account extends Credentials {
  readonly url: string
  /** null while nobody is signed in */
  readonly user: { readonly id: string; readonly email: string } | null
  register(credentials: SignIn): Promise<void>
  signIn(credentials: SignIn): Promise<void>
  /** Ends the session of this device. The wardrobe stays on it. */
  signOut(): Promise<void>
  signOutEverywhere(): Promise<void>
  devices(): Promise<DeviceInfo[]>
  revokeDevice(id: string): Promise<void>
  wardrobes(): Promise<WardrobeInfo[]>
  /** A request to the server with this account's token. Rejects with the problem's code where the answer is one. */
  request(path: string, init?: RequestInit): Promise<Response>
}

export interface AccountOptions {
  /** of the server, `http(s)://host[:port][/path]` */
  readonly url: string
  /** what the list of devices shows */
  readonly deviceName?: string
  /** keeps the person signed in over restarts; without it they sign in each time */
  readonly store?: AccountStore
  readonly fetch?: typeof globalThis.fetch
  /** keep two tabs from using one refresh token; the platform's unless told, null for none */
  readonly locks?: Pick<LockManager, 'request'> | null
  /** ms since 1970 */
  readonly now?: () => number
}

const savedSchema = z.object({
  deviceId: z.string(),
  session: z
    .object({
      user: z.object({ id: z.string(), email: z.string() }),
      accessToken: z.string(),
      accessTokenExpiresAt: z.number(),
      refreshToken: z.string(),
      /** when it was given, by this device's clock; its life counts from here, whatever the clock says */
      givenAt: z.number(),
      lifeMs: z.number(),
    })
    .nullable(),
})
type Saved = z.infer<typeof savedSchema>

const signedInSchema = z.object({
  user: z.object({ id: z.string(), email: z.string() }),
  accessToken: z.string(),
  accessTokenExpiresAt: z.number(),
  refreshToken: z.string(),
})

/** An access token is exchanged when this much of its life is left, in ms; of a short life, a quarter. */
const MARGIN_MS = 60_000

/** Opens the account of this device, signed in as it was left. */
export async function openAccount(options: AccountOptions): Promise<Account> {
  const { url, store, deviceName, fetch = globalThis.fetch, now = Date.now } = options
  const { locks = globalThis.navigator?.locks ?? null } = options
  const base = url.replace(/\/$/, '')
  const call = createAsk(base, fetch)
  const listeners = new Set<() => void>()
  let saved: Saved = readSaved(await store?.load()) ?? { deviceId: createDeviceId(), session: null }
  let refreshing: Promise<string | null> | null = null

  async function save(next: Saved): Promise<void> {
    saved = next
    await store?.save(JSON.stringify(next))
    for (const listener of [...listeners]) listener()
  }

  const post = (path: string, body: unknown): Promise<Response> =>
    call(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })

  async function keep(response: Response): Promise<string> {
    const answer = signedInSchema.parse(await response.json())
    const date = Date.parse(response.headers.get('date') ?? '')
    const serverNow = Number.isNaN(date) ? now() : date
    const lifeMs = answer.accessTokenExpiresAt - serverNow
    await save({ ...saved, session: { ...answer, givenAt: now(), lifeMs } })
    return answer.accessToken
  }

  async function open(path: string, { email, password }: SignIn): Promise<void> {
    const attempt = async (): Promise<string> =>
      keep(
        await post(path, {
          email,
          password,
          deviceId: saved.deviceId,
          ...(deviceName ? { deviceName } : {}),
        }),
      )
    try {
      await attempt()
    } catch (error) {
      if (!(error instanceof ModaicsError) || error.code !== 'conflict') throw error
      // Somebody else was signed in on this device before: to the server it is another one from now on.
      saved = { deviceId: createDeviceId(), session: null }
      await attempt()
    }
  }

  async function exchange(): Promise<string | null> {
    const { session } = saved
    if (!session) return null
    try {
      return await keep(await post('/v1/auth/refresh', { refreshToken: session.refreshToken }))
    } catch (error) {
      if (!(error instanceof ModaicsError) || error.remedy !== 'sign-in') throw error
      // The session has ended: the wardrobe stays, the person signs in again.
      if (saved.session === session) await save({ ...saved, session: null })
      return null
    }
  }

  /** What another tab with the same store has got since is taken, and not asked for again with a token that is spent. */
  async function exchangeStored(): Promise<string | null> {
    const stored = readSaved(await store?.load())
    if (!stored?.session || stored.session.refreshToken === saved.session?.refreshToken) return exchange()
    saved = stored
    for (const listener of [...listeners]) listener()
    return stored.session.accessToken
  }

  async function exchangeAlone(): Promise<string | null> {
    return store && locks
      ? locks.request(`modaics-account-${saved.deviceId}`, exchangeStored)
      : exchangeStored()
  }

  /** A refresh token is good for one use: all who wait for a new token share one exchange. */
  function refresh(): Promise<string | null> {
    refreshing ??= exchangeAlone().finally(() => {
      refreshing = null
    })
    return refreshing
  }

  async function token(): Promise<string | null> {
    const { session } = saved
    if (!session) return null
    const age = now() - session.givenAt
    const margin = Math.min(MARGIN_MS, session.lifeMs / 4)
    return age >= 0 && age < session.lifeMs - margin ? session.accessToken : refresh()
  }

  async function request(path: string, init: RequestInit = {}): Promise<Response> {
    const send = async (bearer: string | null): Promise<Response> => {
      if (!bearer) throw new ModaicsError('unauthenticated', 'sign in first')
      return call(path, {
        ...init,
        headers: { ...(init.headers as Record<string, string>), authorization: `Bearer ${bearer}` },
      })
    }
    try {
      return await send(await token())
    } catch (error) {
      if (!(error instanceof ModaicsError) || error.code !== 'token-expired') throw error
      return send(await refresh())
    }
  }

  async function forget(path: string): Promise<void> {
    try {
      await request(path, { method: 'POST' })
    } catch (error) {
      // Signed out is signed out, also where the server has ended the session already.
      if (!(error instanceof ModaicsError) || error.remedy !== 'sign-in') throw error
    }
    await save({ ...saved, session: null })
  }

  return {
    url: base,
    get deviceId() {
      return saved.deviceId
    },
    get user() {
      return saved.session?.user ?? null
    },
    token,
    refresh,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    register: (credentials) => open('/v1/auth/register', credentials),
    signIn: (credentials) => open('/v1/auth/sign-in', credentials),
    signOut: () => forget('/v1/auth/sign-out'),
    signOutEverywhere: () => forget('/v1/auth/sign-out-everywhere'),
    devices: async () =>
      ((await (await request('/v1/auth/devices')).json()) as { devices: DeviceInfo[] }).devices,
    async revokeDevice(id) {
      await request(`/v1/auth/devices/${encodeURIComponent(id)}`, { method: 'DELETE' })
    },
    wardrobes: async () =>
      ((await (await request('/v1/wardrobes')).json()) as { wardrobes: WardrobeInfo[] }).wardrobes,
    request,
  }
}

/** The id of a device that nobody is signed in on yet: 128 random bits. */
export function createDeviceId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '')
}

function readSaved(text: string | null | undefined): Saved | null {
  if (!text) return null
  try {
    return savedSchema.parse(JSON.parse(text))
  } catch {
    return null // what cannot be read is as good as not signed in
  }
}
