import {
  addFingerprints,
  createId,
  type Edit,
  EMPTY_FINGERPRINT,
  fingerprintToHex,
  recordFingerprint,
} from '@modaics/shared'
import type { Principal } from '../auth/principal.js'
import { createConnection } from '../gateway/connection.js'
import { syncOverHttp } from '../gateway/http-sync.js'
import { createLocalHub } from '../hub/local-hub.js'
import { createIngest } from '../ingest/ingest.js'
import {
  createMemoryCommitStore,
  createMemoryWardrobe,
  type MemoryWardrobe,
  type MemoryWardrobes,
} from '../ingest/memory-commit-store.js'

/** One end of a connection that a fuzzer feeds. */
export interface FuzzConnection {
  receive(frame: Uint8Array): Promise<void>
  ended(): void
  /** why the server has closed it */
  readonly closed: string | null
  /** bytes that the server has sent */
  readonly sentBytes: number
}

/** A wardrobe as it is now, for whoever checks it. */
export interface FuzzedWardrobe {
  readonly id: string
  readonly head: number
  readonly updates: readonly Uint8Array[]
  readonly live: readonly Edit[]
  readonly fingerprint: string
}

/** The server's door for one hostile device, over a store in memory, with a second wardrobe that is none of its business. */
export interface FuzzTarget {
  readonly device: string
  /** ms since 1970: stands still */
  readonly now: number
  connect(): FuzzConnection
  /** The body of one HTTP sync. Resolves to the bytes answered; rejects with a ModaicsError where it was refused. */
  post(body: Uint8Array): Promise<Uint8Array>
  /** how far the fuzzed wardrobe's log has come with a Yjs client */
  clockOf(client: number): number
  wardrobe(): FuzzedWardrobe
  other(): FuzzedWardrobe
  /** what somebody connected to the second wardrobe has heard, in frames */
  readonly heardByOther: number
  /** A new wardrobe takes the place of the fuzzed one. */
  renew(): void
}

export async function createFuzzTarget(): Promise<FuzzTarget> {
  const now = Date.UTC(2026, 5, 1)
  const device = 'hostile-0001'
  const wardrobes: MemoryWardrobes = new Map()
  const store = createMemoryCommitStore(wardrobes)
  const create = (wardrobeId: string): MemoryWardrobe => {
    const wardrobe = createMemoryWardrobe()
    wardrobes.set(wardrobeId, wardrobe)
    return wardrobe
  }
  let clients = 1
  const ingest = createIngest({
    store,
    hub: createLocalHub(),
    now: () => now,
    randomClient: () => 4_000_000_000 + clients++,
  })
  const principal = (userId: string, deviceId: string): Principal => ({
    userId,
    deviceId,
    sessionId: 's',
    expiresAt: now + 3_600_000,
  })
  const mallory = principal(createId(), device)
  const ada = principal(createId(), 'honest-0001')
  const authenticator = {
    authenticate: async (token: string) =>
      token === 'good'
        ? { ok: true as const, principal: mallory }
        : { ok: false as const, code: 'unauthenticated' as const, detail: 'no' },
    roleOf: async () => 'editor' as const,
    onSessionEnded: () => () => {},
  }
  const deps = { ingest, authenticator, now: () => now }
  let id = createId()
  let mine: MemoryWardrobe = create(id)
  const otherId = createId()
  const others = create(otherId)
  let heardByOther = 0
  const listener = createConnection({
    ...deps,
    wardrobeId: otherId,
    principal: ada,
    role: 'owner',
    sink: { send: () => void heardByOther++, close() {} },
    onAwareness: () => {},
  })
  await ingest.write(otherId, { source: 'user', device: ada.deviceId }, [
    { kind: 'items', id: 'precious', set: { name: 'Hers' } },
  ])
  // A plain client that has joined: every commit would come to it.
  await listener.receive(new Uint8Array([0, 0, 1, 0]))
  heardByOther = 0

  const look = (wardrobeId: string, wardrobe: MemoryWardrobe): FuzzedWardrobe => {
    let sum = EMPTY_FINGERPRINT
    for (const [key, live] of wardrobe.folds) {
      const space = key.indexOf(' ')
      sum = addFingerprints(sum, recordFingerprint(key.slice(0, space), key.slice(space + 1), live))
    }
    return {
      id: wardrobeId,
      head: wardrobe.head,
      updates: wardrobe.log.flatMap(({ updates }) => updates),
      live: [...wardrobe.folds.values()].flat(),
      fingerprint: fingerprintToHex(sum),
    }
  }

  return {
    device,
    now,
    connect() {
      let closed: string | null = null
      let sentBytes = 0
      const connection = createConnection({
        ...deps,
        wardrobeId: id,
        principal: mallory,
        role: 'editor',
        sink: {
          send: (frame) => {
            sentBytes += frame.byteLength
          },
          close: (code) => {
            closed = code
          },
        },
        onAwareness: () => {},
      })
      return {
        receive: (frame) => connection.receive(frame),
        ended: () => connection.ended(),
        get closed() {
          return closed
        },
        get sentBytes() {
          return sentBytes
        },
      }
    },
    post: (body) => syncOverHttp(deps, { wardrobeId: id, principal: mallory, role: 'editor', body }),
    clockOf: (client) => mine.writers.get(client)?.clock ?? 0,
    wardrobe: () => look(id, mine),
    other: () => look(otherId, others),
    get heardByOther() {
      return heardByOther
    },
    renew() {
      wardrobes.delete(id)
      id = createId()
      mine = create(id)
    },
  }
}
