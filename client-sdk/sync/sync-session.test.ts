import {
  encodeRefusal,
  encodeServerHello,
  encodeSyncFrame,
  MESSAGE,
  PROTOCOL_VERSION,
  SYNC,
} from '@modaics/shared'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openMemoryJournal } from '../journal/memory-journal.js'
import { openReplica } from '../replica/open-replica.js'
import type { ConnectionState } from './connection-state.js'
import { createSyncSession } from './sync-session.js'

type Answer = (frame: Uint8Array, say: (data: ArrayBuffer) => void) => void

/** Sockets that never say anything, unless there is an answer, and open only where told. */
function deadSockets(opens: boolean, answer?: Answer) {
  const made: DeadSocket[] = []
  class DeadSocket {
    readonly OPEN = 1
    readyState = 0
    onopen: (() => void) | null = null
    onmessage: ((event: { data: ArrayBuffer }) => void) | null = null
    onclose: ((event: { code: number; reason: string }) => void) | null = null
    constructor() {
      made.push(this)
      if (opens)
        queueMicrotask(() => {
          this.readyState = 1
          this.onopen?.()
        })
    }
    send(frame: Uint8Array): void {
      if (answer) queueMicrotask(() => answer(frame, (data) => this.onmessage?.({ data })))
    }
    close(): void {
      queueMicrotask(() => this.onclose?.({ code: 1000, reason: '' }))
    }
  }
  return { made, WebSocket: DeadSocket as unknown as typeof globalThis.WebSocket }
}

async function openSession(WebSocket: typeof globalThis.WebSocket) {
  const fresh = { wardrobeId: '0190c0de-0000-7000-8000-000000000001', device: 'device-1' }
  const replica = await openReplica({ journal: openMemoryJournal(), fresh, now: Date.now, writer: 'w' })
  const states: ConnectionState[] = []
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
    onState: (state) => states.push(state),
    onRefused: () => {},
  })
  return { replica, session, states }
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
    const { replica, session } = await openSession(WebSocket)
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

test('[SE3] what is refused again and again is tried again later and later, and told meanwhile', async () => {
  const bytes = (frame: Uint8Array): ArrayBuffer => Uint8Array.from(frame).buffer
  const tries: number[] = []
  const { WebSocket } = deadSockets(true, ([type, kind], say) => {
    const now = Date.now()
    if (type === MESSAGE.hello)
      say(
        bytes(
          encodeServerHello({
            protocol: PROTOCOL_VERSION,
            now,
            epoch: 0,
            head: 0,
            role: 'owner',
            expiresAt: now + 1e7,
          }),
        ),
      )
    else if (type === MESSAGE.sync && kind === SYNC.step1)
      say(bytes(encodeSyncFrame(SYNC.step1, Uint8Array.of(0))))
    else if (type === MESSAGE.sync) {
      tries.push(now)
      say(bytes(encodeRefusal({ code: 'resync', detail: 'it lacks something', now })))
    }
  })
  const { replica, session, states } = await openSession(WebSocket)
  await replica.write({ kind: 'items', id: 'one', set: { name: 'Coat' } })
  session.start()
  await vi.advanceTimersByTimeAsync(5_000)
  const atOnce = tries.length
  expect(atOnce).toBeGreaterThan(40)
  expect(session.state).toMatchObject({ name: 'offline', fault: { code: 'resync' } })
  await vi.advanceTimersByTimeAsync(3_600_000)
  const gaps = tries.slice(atOnce).map((at, i) => Math.round((at - (tries[atOnce + i - 1] ?? 0)) / 1000))
  expect(gaps.slice(0, 8)).toEqual([15, 30, 60, 120, 240, 300, 300, 300])
  expect(session.state).toMatchObject({ name: 'offline', fault: { code: 'resync' } })
  expect(states.map(({ name }) => name)).not.toContain('stopped')
  expect(replica.pending().count).toBe(1)
  session.close()
  await replica.close()
})
