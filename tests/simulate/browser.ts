import type { VirtualProcess, VirtualTime } from '@modaics/shared/testing'
import type { SimulatedTab } from '../../client-sdk/testing/simulated-device.js'

/** What the tabs of one browser share: storage, locks and channels. */
export interface Browser {
  /** no room for more */
  full: boolean
  readonly accounts: { text: string | null }
  readonly pictures: Map<string, Uint8Array>
  /** A tab that has just been opened. */
  open(process: VirtualProcess): SimulatedTab
  /** A tab is gone: what it held is free. */
  close(process: VirtualProcess): void
}

interface Lock {
  holder: VirtualProcess | null
  readonly waiting: { readonly process: VirtualProcess; readonly grant: () => void }[]
}

/** IndexedDB stores all of a transaction or nothing; it is there after this, ms. */
const STORE_MS = 2
const MESSAGE_MS = 1

/** The browser that a process is a tab of. */
const browsers = new WeakMap<VirtualProcess, { channels: Map<string, Set<Channel>>; locks: Locks }>()
let time: VirtualTime | null = null

export function useBrowsers(next: VirtualTime | null): void {
  time = next
}

export function createBrowser(): Browser {
  const storage = { updates: [], meta: {} }
  const history = { updates: [], meta: {} }
  const shared = { channels: new Map<string, Set<Channel>>(), locks: createLocks() }
  const browser: Browser = {
    full: false,
    accounts: { text: null },
    pictures: new Map(),
    open(process) {
      browsers.set(process, shared)
      return {
        storage,
        history,
        stored: () => wait(process, STORE_MS, 'store'),
        full: () => browser.full,
        lock: (name, work) => shared.locks.request(process, name, work),
      }
    },
    close(process) {
      shared.locks.free(process)
      for (const channels of shared.channels.values())
        for (const channel of channels) if (channel.process === process) channels.delete(channel)
    },
  }
  return browser
}

function wait(process: VirtualProcess, ms: number, label: string): Promise<void> {
  return new Promise((done) => void (process.alive && time?.at(process, ms, label, done)))
}

interface Locks {
  request<T>(process: VirtualProcess, name: string, work: () => Promise<T>): Promise<T>
  free(process: VirtualProcess): void
}

/** Web Locks: one holder for each name, in the order of the requests. */
function createLocks(): Locks {
  const locks = new Map<string, Lock>()

  function next(lock: Lock): void {
    lock.holder = null
    for (let one = lock.waiting.shift(); one; one = lock.waiting.shift()) {
      const { process, grant } = one
      if (!process.alive) continue
      lock.holder = process
      time?.at(process, MESSAGE_MS, 'lock', grant)
      return
    }
  }

  return {
    async request(process, name, work) {
      const lock = locks.get(name) ?? { holder: null, waiting: [] }
      locks.set(name, lock)
      await new Promise<void>((grant) => {
        lock.waiting.push({ process, grant })
        if (!lock.holder) next(lock)
      })
      try {
        return await work()
      } finally {
        if (process.alive) next(lock)
      }
    },
    free(process) {
      for (const lock of locks.values()) if (lock.holder === process) next(lock)
    },
  }
}

/** A BroadcastChannel between the tabs of one browser. */
class Channel {
  onmessage: ((event: { data: unknown }) => void) | null = null
  readonly process: VirtualProcess
  private readonly peers: Set<Channel>

  constructor(process: VirtualProcess, peers: Set<Channel>) {
    this.process = process
    this.peers = peers
    peers.add(this)
  }

  postMessage(data: unknown): void {
    if (!this.process.alive) return
    for (const peer of this.peers)
      if (peer !== this && peer.process.alive) {
        const copy = structuredClone(data)
        time?.at(peer.process, MESSAGE_MS, 'message', () => peer.onmessage?.({ data: copy }))
      }
  }

  close(): void {
    this.peers.delete(this)
  }
}

const RealChannel = globalThis.BroadcastChannel

function openChannel(name: string): unknown {
  const process = time?.current
  const browser = process && browsers.get(process)
  if (!process || !browser) return new RealChannel(name)
  const peers = browser.channels.get(name) ?? new Set()
  browser.channels.set(name, peers)
  return new Channel(process, peers)
}

Object.assign(globalThis, {
  BroadcastChannel: function BroadcastChannel(name: string) {
    return openChannel(name)
  },
})

const realNavigator = globalThis.navigator
Object.defineProperty(globalThis, 'navigator', {
  configurable: true,
  get() {
    const process = time?.current
    const browser = process && browsers.get(process)
    if (!process || !browser) return realNavigator
    return {
      locks: {
        request: (name: string, work: () => Promise<unknown>) => browser.locks.request(process, name, work),
      },
    }
  },
})
