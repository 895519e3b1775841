import { EventEmitter } from 'node:events'
import {
  BEARER_PREFIX,
  createId,
  type EditTuple,
  encodeClientHello,
  encodeEdits,
  encodeSyncFrame,
  KEEP_ALIVE_FRAME,
  msToHlc,
  PROTOCOL_VERSION,
  SUBPROTOCOL,
  SYNC,
} from '@modaics/shared'
import { describe, expect, test, vi } from 'vitest'
import type { WebSocket } from 'ws'
import { createLocalHub } from '../hub/local-hub.js'
import {
  createAccountTables,
  createMemoryCommitStore,
  createMemoryEpochStore,
  createMemoryWardrobe,
  createSimulatedAccounts,
  type MemoryWardrobes,
  startSimulatedServer,
} from '../testing/simulated-server.js'

const NOW = Date.UTC(2026, 0, 1)
const DEVICE = 'phone-0001'

/** A socket whose client never answers a close: until it does, `ws` goes on handing out what comes. */
class DeafSocket extends EventEmitter {
  readonly OPEN = 1
  readonly CLOSED = 3
  readyState = 1
  bufferedAmount = 0
  readonly reasons: string[] = []
  send(): void {}
  ping(): void {}
  close(_code: number, reason: string): void {
    this.readyState = 2
    this.reasons.push(reason)
  }
}

async function start() {
  const id = createId()
  const wardrobes: MemoryWardrobes = new Map([[id, createMemoryWardrobe()]])
  const tables = createAccountTables()
  const roles = new Map([['ada', 'owner' as const]])
  tables.roles.set(id, roles)
  const accounts = createSimulatedAccounts({
    tables,
    accessTokenMs: 900_000,
    now: () => NOW,
    tell: (work) => work(),
  })
  const server = await startSimulatedServer({
    store: createMemoryCommitStore(wardrobes),
    epochStore: createMemoryEpochStore(wardrobes),
    log: null,
    photos: null,
    hub: createLocalHub(),
    accounts,
    createWardrobe() {},
    now: () => NOW,
    randomClient: () => 4_000_000_000,
    onError(error) {
      throw error
    },
  })
  const { accessToken } = accounts.signIn('ada', DEVICE).body as { accessToken: string }
  const join = async (): Promise<DeafSocket> => {
    const socket = new DeafSocket()
    await server.accept(() => socket as unknown as WebSocket, `/sync/${id}`, [
      SUBPROTOCOL,
      BEARER_PREFIX + accessToken,
    ])
    return socket
  }
  const socket = await join()
  const say = (frame: Uint8Array): void => void socket.emit('message', Buffer.from(frame), true)
  let client = 1
  return {
    server,
    id,
    socket,
    join,
    say,
    head: () => wardrobes.get(id)?.head,
    write(name: string): void {
      const edit: EditTuple = [msToHlc(NOW), `${DEVICE}/w${++client}`, 'items', createId(), { name }]
      say(encodeSyncFrame(SYNC.update, encodeEdits(client, 0, [edit])))
    },
  }
}

describe('a connection that the server ends', () => {
  test('[SE14] brings nothing more, though its client still sends', async () => {
    const { server, id, socket, say, head, write } = await start()
    say(encodeClientHello({ protocol: PROTOCOL_VERSION, device: DEVICE, cursor: null }))
    say(encodeSyncFrame(SYNC.step1, new Uint8Array([0])))
    write('Coat')
    await vi.waitFor(() => expect(head()).toBe(1))
    server.expel(id, 'ada')
    expect(socket.reasons).toEqual(['unavailable: the role has changed; connect again'])
    write('Scarf')
    // Would be behind it in the mailbox.
    await server.ingest.write(id, { source: 'vision' }, [
      { kind: 'items', id: createId(), set: { name: 'Hat' } },
    ])
    expect(head()).toBe(2)
    socket.emit('close')
  })

  test('[SV10] is one that does not read what the others tell of themselves', async () => {
    const { join, say } = await start()
    const [quick, slow] = [await join(), await join()]
    slow.bufferedAmount = 67_108_865
    say(KEEP_ALIVE_FRAME)
    await vi.waitFor(() => expect(slow.reasons).toEqual(['too-slow: too much is waiting to be read']))
    expect(quick.reasons).toEqual([])
  })
})
