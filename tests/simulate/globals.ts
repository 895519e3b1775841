import { createHash, webcrypto } from 'node:crypto'
import type { VirtualProcess, VirtualTime, VirtualTimer } from '@modaics/shared/testing'

/**
 * Clock, timers and randomness of this process, given by the simulation to whatever runs in it: also to the libraries,
 * which keep references to them from the moment they are loaded. So this file must be loaded before all others. Outside
 * the simulation everything is as it was.
 */
let time: VirtualTime | null = null
let onStray: (error: Error) => void = () => {}

const real = {
  now: Date.now,
  random: Math.random,
  setTimeout: globalThis.setTimeout,
  clearTimeout: globalThis.clearTimeout,
  setInterval: globalThis.setInterval,
  clearInterval: globalThis.clearInterval,
  setImmediate: globalThis.setImmediate,
  clearImmediate: globalThis.clearImmediate,
  getRandomValues: webcrypto.getRandomValues.bind(webcrypto),
  digest: webcrypto.subtle.digest.bind(webcrypto.subtle),
}

/** A turn of the real event loop: all promise reactions have run. */
export const settle = (): Promise<void> => new Promise((resolve) => real.setImmediate(resolve))

/** real time, ms since 1970 */
export const realNow = (): number => real.now()

/** @param onTimer told of timers that nobody of the simulation asks for: they would be real ones, and each run another */
export function useVirtualTime(next: VirtualTime | null, onTimer: (error: Error) => void = () => {}): void {
  time = next
  onStray = onTimer
}

class Timer {
  timer: VirtualTimer | null = null
  ref(): this {
    return this
  }
  unref(): this {
    return this
  }
  hasRef(): boolean {
    return true
  }
}

function process(): VirtualProcess | null {
  return time?.current ?? null
}

/** Whose timer it is; null outside of a simulation. */
function timekeeper(): VirtualProcess | null {
  if (time && !time.current) onStray(new Error('a timer outside of any process'))
  return process()
}

function schedule(label: string, delay: number, repeat: boolean, work: () => void): Timer {
  const owner = process()
  const timer = new Timer()
  const arm = (): void => {
    timer.timer =
      time?.at(owner, Math.max(1, delay || 0), label, () => {
        if (repeat) arm()
        work()
      }) ?? null
  }
  arm()
  return timer
}

const clear =
  (otherwise: (timer: never) => void) =>
  (timer: unknown): void => {
    if (timer instanceof Timer) timer.timer?.cancel()
    else otherwise(timer as never)
  }

type Work = (...args: unknown[]) => void

/** A timer from outside of the simulation that goes off during it is none of its doing: PGlite's own, between two runs. */
const outside =
  (work: Work): Work =>
  (...args) => {
    const inside = time
    time = null
    try {
      work(...args)
    } finally {
      time = inside
    }
  }

const fakes = {
  setTimeout: (work: Work, delay?: number, ...args: unknown[]) =>
    timekeeper()
      ? schedule('timer', delay ?? 0, false, () => work(...args))
      : real.setTimeout(outside(work), delay, ...args),
  setInterval: (work: Work, delay?: number, ...args: unknown[]) =>
    timekeeper()
      ? schedule('interval', delay ?? 0, true, () => work(...args))
      : real.setInterval(outside(work), delay, ...args),
  setImmediate: (work: Work, ...args: unknown[]) =>
    timekeeper()
      ? schedule('immediate', 0, false, () => work(...args))
      : real.setImmediate(outside(work), ...(args as [])),
  clearTimeout: clear(real.clearTimeout as never),
  clearInterval: clear(real.clearInterval as never),
  clearImmediate: clear(real.clearImmediate as never),
}
Object.assign(globalThis, fakes)

Date.now = () => (time ? Math.floor(time.now + (time.current?.clockError ?? 0)) : real.now())
Math.random = () => process()?.random.next() ?? real.random()

Object.defineProperty(webcrypto, 'getRandomValues', {
  configurable: true,
  value(array: Uint8Array) {
    const random = process()?.random
    if (!random) return real.getRandomValues(array)
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
    for (let i = 0; i < bytes.length; i++) bytes[i] = random.below(256)
    return array
  },
})

// The real one answers from another thread, at some time or other.
Object.defineProperty(webcrypto.subtle, 'digest', {
  configurable: true,
  async value(algorithm: string, bytes: Uint8Array) {
    if (!process()) return real.digest(algorithm, bytes as never)
    const digest = createHash(algorithm.replace('-', '').toLowerCase()).update(bytes).digest()
    return digest.buffer.slice(digest.byteOffset, digest.byteOffset + digest.byteLength)
  },
})
