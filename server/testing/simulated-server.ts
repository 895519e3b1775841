import { ERRORS, isErrorCode, ModaicsError } from '@modaics/shared'
import type { Context } from 'hono'
import type { WSContext } from 'hono/ws'
import type { WebSocket } from 'ws'
import { PERMISSIONS } from '../auth/principal.js'
import type { Database } from '../db/database.js'
import { createGateway } from '../gateway/gateway.js'
import { syncOverHttp } from '../gateway/http-sync.js'
import type { Hub } from '../hub/hub.js'
import type { CommitStore } from '../ingest/commit-store.js'
import type { EpochStore } from '../ingest/epoch-store.js'
import { createEpochs, type Epochs, pastClocks } from '../ingest/epochs.js'
import { createIngest, type Ingest } from '../ingest/ingest.js'
import {
  compactMemoryWardrobe,
  createMemoryCommitStore,
  createMemoryWardrobe,
  type MemoryWardrobe,
  type MemoryWardrobes,
} from '../ingest/memory-commit-store.js'
import { createMemoryEpochStore } from '../ingest/memory-epoch-store.js'
import { type LogFileSystem, openWriteAheadLog } from '../ingest/write-ahead-log.js'
import { openWriteAheadStore } from '../ingest/write-ahead-store.js'
import type { PhotoStore } from '../photos/photo-store.js'
import { type Analyser, AnalysisError } from '../vision/analyser.js'
import { createMemoryPhotoDatabase, createPhotoTables, type PhotoTables } from './memory-photo-database.js'
import {
  type AccountTables,
  createAccountTables,
  createSimulatedAccounts,
  endSession,
  type SimulatedAccounts,
} from './simulated-accounts.js'
import {
  createSimulatedPhotos,
  type SimulatedJob,
  type SimulatedPhotos,
  type SimulatedPhotosOptions,
} from './simulated-photos.js'

export type {
  AccountTables,
  Analyser,
  CommitStore,
  Database,
  EpochStore,
  Hub,
  LogFileSystem,
  MemoryWardrobe,
  MemoryWardrobes,
  PhotoStore,
  PhotoTables,
  SimulatedAccounts,
  SimulatedJob,
  SimulatedPhotos,
  SimulatedPhotosOptions,
}
export {
  AnalysisError,
  compactMemoryWardrobe,
  createAccountTables,
  createMemoryCommitStore,
  createMemoryEpochStore,
  createMemoryPhotoDatabase,
  createMemoryWardrobe,
  createPhotoTables,
  createSimulatedAccounts,
  endSession,
}

export interface SimulatedServerOptions {
  readonly store: CommitStore
  readonly epochStore: EpochStore
  /** the disk of the write-ahead log; null where the database syncs its own */
  readonly log: LogFileSystem | null
  readonly hub: Hub
  readonly accounts: SimulatedAccounts
  /** Makes the wardrobe, where it is not there. */
  readonly createWardrobe: (wardrobeId: string, userId: string) => void
  readonly now: () => number
  readonly randomClient: () => number
  readonly onError: (error: unknown) => void
  /** photos and who looks at them; null where there are none */
  readonly photos: ((door: Ingest) => Omit<SimulatedPhotosOptions, 'door' | 'now'>) | null
}

export interface SimulatedRequest {
  readonly method: string
  readonly path: string
  readonly authorization: string
  readonly body: Uint8Array
}

export interface SimulatedAnswer {
  readonly status: number
  readonly body: Uint8Array
}

/** Gateway, judge, mailboxes, log and hub of one instance, as `startServer` puts them together; the network is the caller's. */
export interface SimulatedServer {
  readonly ingest: Ingest
  readonly photos: SimulatedPhotos | null
  readonly epochs: Epochs
  /** @param open answers the upgrade */
  accept(open: () => WebSocket, path: string, protocols: readonly string[]): Promise<void>
  /** The role of a user has changed. */
  expel(wardrobeId: string, userId: string): void
  answer(request: SimulatedRequest): Promise<SimulatedAnswer>
}

export async function startSimulatedServer(options: SimulatedServerOptions): Promise<SimulatedServer> {
  const { accounts, epochStore, hub, now, randomClient, onError, createWardrobe } = options
  const store = options.log
    ? await openWriteAheadStore({
        store: options.store,
        log: openWriteAheadLog('/commits.log', onError, options.log),
        onError,
      })
    : options.store
  const ingest = createIngest({
    store,
    hub,
    now,
    randomClient,
    pastClocks: (wardrobeId, clients) => pastClocks(epochStore, wardrobeId, clients),
    onCommitted: (wardrobeId, records) => photos?.recordsChanged(wardrobeId, records),
    onError,
  })
  const photos: SimulatedPhotos | null = options.photos
    ? createSimulatedPhotos({ ...options.photos(ingest), door: ingest, now })
    : null
  const epochs = createEpochs({
    epochStore,
    store,
    mailbox: ingest.mailbox,
    randomClient,
    deadPercent: 100,
    minBytes: 0,
  })
  const gateway = createGateway({ ingest, authenticator: accounts, allowedOrigins: [], now, onError })

  async function respond({ method, path, authorization, body }: SimulatedRequest): Promise<SimulatedAnswer> {
    if (path === '/v1/auth/sign-in') {
      const { email, deviceId } = readJson(body) as { email: string; deviceId: string }
      return json(accounts.signIn(email.replace(/@.*/, ''), deviceId))
    }
    if (path === '/v1/auth/refresh')
      return json(accounts.refresh((readJson(body) as { refreshToken: string }).refreshToken))
    const authentication = await accounts.authenticate(authorization.replace('Bearer ', ''))
    if (!authentication.ok) throw new ModaicsError(authentication.code, authentication.detail)
    const { principal } = authentication
    const [, wardrobeId = '', rest] = /^\/v1\/wardrobes\/([^/]+)(\/sync)?$/.exec(path) ?? []
    if (method === 'PUT' && wardrobeId && !rest) {
      createWardrobe(wardrobeId, principal.userId)
      return json({ status: 201, body: {} })
    }
    const picture = /^\/v1\/photos\/([0-9a-f]{64})(\/upload)?\?wardrobe=([^&]+)$/.exec(path)
    if (photos && picture) {
      const [, hash = '', invite, id = ''] = picture
      const may = await accounts.roleOf(principal.userId, id)
      if (!may) throw new ModaicsError('not-found', 'there is no such wardrobe')
      if (!PERMISSIONS[may].write) throw new ModaicsError('forbidden', `a ${may} may not write`)
      if (invite)
        return json({ status: 200, body: { type: (await photos.isStored(id, hash)) ? 'stored' : 'server' } })
      await photos.take(id, hash, body)
      return json({ status: 201, body: {} })
    }
    if (photos && path === '/v1/ai/analyze') {
      const { wardrobe, photoId } = readJson(body) as { wardrobe: string; photoId: string }
      const may = await accounts.roleOf(principal.userId, wardrobe)
      if (!may || !PERMISSIONS[may].write) throw new ModaicsError('forbidden', 'may not write')
      await photos.analyse(wardrobe, photoId)
      return json({ status: 202, body: {} })
    }
    if (rest !== '/sync') throw new ModaicsError('not-found', path)
    const role = await accounts.roleOf(principal.userId, wardrobeId)
    if (!role || !PERMISSIONS[role].read) throw new ModaicsError('not-found', 'there is no such wardrobe')
    const request = { wardrobeId, principal, role, body }
    return { status: 200, body: await syncOverHttp({ ingest, authenticator: accounts, now }, request) }
  }

  photos?.start()
  photos?.takeUpUnfinished().catch(() => {}) // again within the hour

  return {
    ingest,
    photos,
    epochs,
    expel: (wardrobeId, userId) => gateway.expel(wardrobeId, userId),
    async accept(open, path, protocols) {
      const events = await gateway.events(contextOf(path, protocols))
      events.onOpen?.(new Event('open'), { raw: open() } as WSContext<WebSocket>)
    },
    async answer(request) {
      try {
        return await respond(request)
      } catch (error) {
        const code = error instanceof ModaicsError && isErrorCode(error.code) ? error.code : 'internal'
        if (code === 'internal') onError(error)
        return json({ status: ERRORS[code].status, body: { code, detail: String(error) } })
      }
    },
  }
}

/** What the gateway reads of a request to upgrade. */
function contextOf(path: string, protocols: readonly string[]): Context {
  const wardrobeId = path.slice(path.lastIndexOf('/') + 1)
  const headers: Record<string, string> = { 'sec-websocket-protocol': protocols.join(', ') }
  return {
    req: {
      param: () => wardrobeId,
      header: (name: string) => headers[name],
      query: () => undefined,
    },
  } as unknown as Context
}

const readJson = (body: Uint8Array): unknown => JSON.parse(Buffer.from(body).toString())
const json = ({ status, body }: { status: number; body: unknown }): SimulatedAnswer => ({
  status,
  body: Buffer.from(JSON.stringify(body)),
})
