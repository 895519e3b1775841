import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openMemoryJournal } from '../journal/memory-journal.js'
import { openReplica } from '../replica/replica.js'
import { createSyncSession } from './sync-session.js'

/** Sockets that never say anything, and open only where told. */
function deadSockets(opens: boolean) {
  const made: DeadSocket[] = []
  class DeadSocket {
    readonly OPEN = 1
    readyState = 0
    onopen: (() => void) | null = null
    constructor() {
      made.push(this)
      if (opens)
        queueMicrotask(() => {
          this.readyState = 1
          this.onopen?.()
        })
    }
    send(): void {}
    close(): void {}
  }
  return { made, WebSocket: DeadSocket as unknown as typeof globalThis.WebSocket }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test.each([
  ['that opens and is silent', true],
  ['that never opens', false],
])(
  '[SE1] a connection %s is given up for another one, though the clock is set back',
  async (_what, opens) => {
    const { made, WebSocket } = deadSockets(opens)
    const fresh = { wardrobeId: '0190c0de-0000-7000-8000-000000000001', device: 'device-1' }
    const replica = await openReplica({ journal: openMemoryJournal(), fresh, now: Date.now, writer: 'w' })
    const session = createSyncSession({
      replica,
      url: 'http://server',
      credentials: {
        deviceId: 'device-1',
        token: async () => 'token',
        refresh: async () => 'token',
        onChange: () => () => {},
      },
      WebSocket,
      now: Date.now,
      random: () => 0,
      createWardrobe: async () => {},
      onState: () => {},
      onRefused: () => {},
    })
    session.start()
    await vi.advanceTimersByTimeAsync(10)
    expect(made).toHaveLength(1)
    vi.setSystemTime(Date.now() - 365 * 86_400_000)
    await vi.advanceTimersByTimeAsync(45_000)
    expect(made.length).toBeGreaterThan(1)
    session.close()
    await replica.close()
  },
)
