import { ModaicsError } from '@modaics/shared'
import {
  createPrng,
  createVirtualDisk,
  type VirtualDisk,
  type VirtualEndpoint,
  type VirtualNetwork,
  type VirtualProcess,
  type VirtualTime,
} from '@modaics/shared/testing'
import {
  openSimulatedDevice,
  type PhotoFiles,
  type SimulatedDevice,
} from '../../client-sdk/testing/simulated-device.js'
import type { SimulatedAnswer, SimulatedRequest } from '../../server/testing/simulated-server.js'
import type { Browser } from './browser.js'
import { watchSeen } from './ledger.js'
import { createWebSocketClass } from './web-socket.js'

export interface DeviceOptions {
  readonly name: string
  readonly seed: number
  readonly user: string
  readonly wardrobeId: string
  readonly clockError: number
  /** whose tab it is; null where it is an app of its own */
  readonly browser: Browser | null
  readonly time: VirtualTime
  readonly network: VirtualNetwork
  /** the host that the load balancer gives a new connection to */
  readonly serverHost: () => string
  /** what the next HTTP request meets */
  readonly httpFate: () => HttpFate
  readonly onFailure: (message: string) => void
  readonly log: (text: string) => void
  readonly onRefused: () => void
  readonly onOnline: () => void
}

export type HttpFate = 'ok' | 'lose request' | 'lose answer' | 'twice' | 'unavailable'

/** A person's device: what outlives the app, and the app while it runs. */
export interface Device {
  readonly name: string
  readonly user: string
  readonly wardrobeId: string
  readonly disk: VirtualDisk
  readonly browser: Browser | null
  readonly process: VirtualProcess | null
  readonly app: SimulatedDevice | null
  /** the values of a field that its person may have seen */
  readonly seen: (id: string, field: string) => ReadonlySet<string>
  /** it was there before, and is not online now */
  readonly away: boolean
  /** its clock has jumped, and it has not compared it with the server's since */
  readonly clockSuspect: boolean
  /** Starts the app; `online` false keeps it from syncing. */
  boot(online?: boolean): void
  kill(how: 'kill' | 'power'): void
  /** In the middle of the n-th operation on the disk from now on. */
  killAfterWrites(count: number, how: 'kill' | 'power', then: () => void): void
  /** The clock moves by this, ms. */
  jump(by: number): void
}

/** undici waits this long for an answer. */
const FETCH_TIMEOUT_MS = 300_000
const SIGN_IN_AGAIN_MS = 5_000
const BOOT_AGAIN_MS = 10_000

export function createDevice(options: DeviceOptions): Device {
  const { name, user, wardrobeId, browser, time, network, onFailure } = options
  const random = createPrng(options.seed)
  const disk = createVirtualDisk(time)
  disk.latency = () => random.next() * 3
  let clockError = options.clockError
  let process: VirtualProcess | null = null
  let app: SimulatedDevice | null = null
  let clockSuspect = false
  let seen: Device['seen'] = () => new Set()
  /** what the account store holds: written at once, as it is renamed into place */
  const pictures = browser?.pictures ?? new Map<string, Uint8Array>()
  const saved = browser?.accounts ?? { text: null as string | null }

  function connect(mine: VirtualProcess, hello: unknown): VirtualEndpoint {
    return network.connect(name, mine, options.serverHost(), hello)
  }

  function boot(online = true): void {
    if (process?.alive) return
    options.log(`${name} boots`)
    const mine = time.spawn(name, createPrng(random.below(2 ** 32)), clockError)
    process = mine
    time.at(mine, 0, 'boot', () => void start(mine, online))
  }

  async function start(mine: VirtualProcess, online: boolean): Promise<void> {
    try {
      const opened = await openSimulatedDevice({
        process: mine,
        disk,
        tab: browser?.open(mine) ?? null,
        wardrobeId,
        online,
        pictures: picturesOn(mine),
        WebSocket: createWebSocketClass((url, protocols) =>
          connect(mine, { kind: 'socket', path: new URL(url).pathname, protocols }),
        ),
        fetch: createFetch(mine),
        accounts: {
          load: async () => saved.text,
          async save(text) {
            await new Promise<void>((done) => void time.at(mine, disk.latency(), 'save account', done))
            saved.text = text
          },
        },
      })
      app = opened
      seen = watchSeen(opened.replica)
      let before = ''
      opened.wardrobe.on('status', ({ connection, fault, pending }) => {
        options.log(`${name} is ${connection} ${fault?.code ?? ''} with ${pending} pending`)
        if (connection === 'online' && before !== connection) {
          clockSuspect = false
          options.onOnline()
        }
        before = connection
      })
      opened.wardrobe.on('refused', ({ code, detail }) => {
        options.onRefused()
        options.log(`${name}: refused ${code} ${detail}`)
      })
      if (online) keepSignedIn(mine, opened)
    } catch (error) {
      const { code } = error as { code?: string }
      // No room to make the files, or the disk is broken: the person tries again later.
      if (code === 'storage-full' || code === 'storage-failed')
        time.at(mine, BOOT_AGAIN_MS, 'boot again', () => void start(mine, online))
      else onFailure(`${name} does not open: ${String(error)}`)
    }
  }

  /** Stored whole, a little later, or not at all. */
  function picturesOn(mine: VirtualProcess): PhotoFiles {
    const use = <T>(label: string, work: () => T): Promise<T> =>
      new Promise((done, fail) => {
        time.at(mine, disk.latency(), label, () => {
          try {
            done(work())
          } catch (error) {
            fail(error)
          }
        })
      })
    return {
      put: (hash, bytes) =>
        use('store picture', () => {
          if (disk.failing) throw new ModaicsError('storage-failed', 'the disk is broken')
          if (browser?.full || disk.used >= disk.capacity) throw new ModaicsError('storage-full', 'no room')
          pictures.set(hash, bytes.slice())
        }),
      get: (hash) => use('read picture', () => pictures.get(hash)?.slice()),
      delete: (hash) => use('delete picture', () => void pictures.delete(hash)),
      close: async () => {},
    }
  }

  /** A person who signs in whenever the app asks for it. */
  function keepSignedIn(mine: VirtualProcess, { account }: SimulatedDevice): void {
    const look = async (): Promise<void> => {
      if (account.user === null)
        await account.signIn({ email: `${user}@example.com`, password: 'secret' }).catch(() => {})
      time.at(mine, SIGN_IN_AGAIN_MS, 'signed in?', () => void look())
    }
    void look()
  }

  function createFetch(mine: VirtualProcess): typeof globalThis.fetch {
    const fetch = (url: string, init: RequestInit = {}): Promise<unknown> =>
      new Promise((resolve, reject) => {
        const headers = init.headers as Record<string, string> | undefined
        const request: SimulatedRequest = {
          method: init.method ?? 'GET',
          path: new URL(url).pathname + new URL(url).search,
          authorization: headers?.authorization ?? '',
          body: typeof init.body === 'string' ? Buffer.from(init.body) : ((init.body ?? []) as Uint8Array),
        }
        const fate = options.httpFate()
        const fail = (what: string): void => reject(new TypeError(`fetch failed: ${what}`))
        const timer = time.at(mine, FETCH_TIMEOUT_MS, 'fetch timeout', () => fail('timeout'))
        init.signal?.addEventListener('abort', () => reject(init.signal?.reason))
        if (fate === 'lose request') return
        if (fate === 'unavailable') {
          const busy = { status: 503, body: Buffer.from('busy') }
          time.at(mine, 50, 'a proxy says 503', () => resolve(responseOf(busy, time.now)))
          return
        }
        const hello = { kind: 'request', request }
        const endpoint = connect(mine, hello)
        if (fate === 'twice') connect(mine, hello)
        endpoint.onPacket = (answer) => {
          if (fate === 'lose answer') return
          timer.cancel()
          endpoint.destroy()
          resolve(responseOf(answer as SimulatedAnswer, time.now))
        }
        endpoint.onEnd = fail
      })
    return fetch as unknown as typeof globalThis.fetch
  }

  function kill(how: 'kill' | 'power'): void {
    if (!process?.alive) return
    options.log(`${name} ends (${how})`)
    time.kill(process)
    app = null
    network.stop(name, process, how === 'power')
    disk.crash(how, random)
    browser?.close(process)
  }

  return {
    name,
    user,
    wardrobeId,
    disk,
    browser,
    get process() {
      return process
    },
    get app() {
      return process?.alive ? app : null
    },
    get away() {
      return process !== null && !(process.alive && app?.wardrobe.status().connection === 'online')
    },
    get clockSuspect() {
      return clockSuspect
    },
    get seen() {
      return seen
    },
    boot,
    kill,
    killAfterWrites(count, how, then) {
      let left = count
      disk.onOperation = () => {
        if (--left > 0) return
        disk.onOperation = null
        if (!process?.alive) return
        kill(how)
        then()
      }
    },
    jump(by) {
      clockError += by
      clockSuspect = true
      if (process) process.clockError = clockError
    },
  }
}

/** What `openAccount` and the wardrobe use of a Response. */
function responseOf({ status, body }: SimulatedAnswer, now: number): unknown {
  return {
    ok: status >= 200 && status < 300,
    status,
    headers: new Headers({ date: new Date(now).toUTCString() }),
    json: async () => JSON.parse(Buffer.from(body).toString()),
    arrayBuffer: async () => Uint8Array.from(body).buffer,
  }
}
