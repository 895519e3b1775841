import {
  conflictsOf,
  createId,
  isKind,
  isUuid,
  ModaicsError,
  type Refusal,
  type ServerHello,
} from '@modaics/shared'
import { platform as thisPlatform } from '#platform'
import { type Collection, createCollection, type Purged } from './collection.js'
import { createFinding } from './finding.js'
import { createOutfits } from './outfits.js'
import { createPhotoWork, type PhotoOptions } from './photos/photo-work.js'
import type { Platform, StorageOption } from './platform/platform.js'
import { openProjection } from './projection/open-projection.js'
import type { Projection } from './projection/projection.js'
import { createProjector } from './projection/projector.js'
import { createDatabase } from './query/database.js'
import { createOrm } from './query/orm.js'
import { createSql } from './query/sql.js'
import { createTabDatabase } from './query/tab-query.js'
import { resolveConflict, watchConflicts } from './replica/conflicts.js'
import { createEmitter } from './replica/emitter.js'
import { createErasure } from './replica/erasure.js'
import type { RecordKey } from './replica/fold-index.js'
import { openReplica } from './replica/open-replica.js'
import { createPast } from './replica/past.js'
import { createRecordHistory } from './replica/record-history.js'
import { createRefusedEdits } from './replica/refused-edits.js'
import { ORIGIN } from './replica/replica.js'
import { createUndo } from './replica/undo.js'
import { type Account, createDeviceId } from './sync/account.js'
import { INITIAL } from './sync/connection-state.js'
import { createSyncOnce } from './sync/sync-once.js'
import { createSyncSession, type SyncSession } from './sync/sync-session.js'
import { createTabRelay } from './sync/tab-relay.js'
import { connectTabs } from './sync/tabs.js'
import { createVerifier } from './sync/verifier.js'
import { createWardrobeRoutes } from './sync/wardrobe-routes.js'
import { exportLocal } from './transfer/export-local.js'
import type { Wardrobe, WardrobeEvents, WardrobeStatus } from './wardrobe.js'

export interface OpenOptions {
  /** names the wardrobe on this device */
  readonly name: string
  /** kept on this device unless told otherwise */
  readonly storage?: StorageOption
  /** with whom it syncs; without it the wardrobe stays on this device */
  readonly sync?: {
    readonly account: Account
    /** false waits for `resumeSync()`; true unless told */
    readonly start?: boolean
  }
  /** a wardrobe that is on the server already; a new one gets an id of its own */
  readonly wardrobeId?: string
  /**
   * false opens no database: for agents and servers that hold many wardrobes and only need typed reads. `query`, `live`
   * and `db` then reject with `unavailable`. true unless told.
   */
  readonly rows?: boolean
  /** how long edits are kept after others have taken their place, for `history`; 365 unless told, 0 keeps no more */
  readonly historyDays?: number
  readonly photos?: PhotoOptions
  /** ms since 1970 */
  readonly now?: () => number
}

/**
 * Opens a wardrobe on this device. It resolves when the journal is read: from then on reads and writes work, whether or
 * not there is a network. The rows (SQL) open behind, and the sync session connects by itself.
 *
 * @throws ModaicsError `storage-locked` where another process has it open, `storage-failed`, `storage-full`, `invalid`
 * @example
 * const wardrobe = await openWardrobe({ name: 'mine' })
 * await wardrobe.items.add({ name: 'Navy blazer', category: 'outerwear' })
 */
export function openWardrobe(options: OpenOptions): Promise<Wardrobe> {
  return openWardrobeOn(thisPlatform, options)
}

/** The same on another platform than this process runs on: for the simulator. */
export async function openWardrobeOn(
  platform: Pick<Platform, 'WebSocket' | 'openStorage' | 'decodePicture' | 'watchMetered' | 'openEyes'>,
  options: OpenOptions,
): Promise<Wardrobe> {
  const {
    name,
    storage: where = 'device',
    sync,
    rows: wantsRows = true,
    historyDays = 365,
    now = Date.now,
  } = options
  if (options.wardrobeId !== undefined && !isUuid(options.wardrobeId))
    throw new ModaicsError('invalid', 'a wardrobe id is a UUID in lower case')
  const storage = await platform.openStorage(name, where)
  // Elsewhere a storage has one owner; in the browser it is shared by tabs.
  const tabbed = storage.mode === 'indexeddb'
  const tabs = connectTabs(tabbed ? `modaics-${name}` : null)
  const fresh = {
    wardrobeId: options.wardrobeId ?? createId(),
    device: sync?.account.deviceId ?? createDeviceId(),
  }
  const writer = createDeviceId().slice(0, 8)
  const replica = await storage
    .alone(() => openReplica({ journal: storage.journal, fresh, now, writer, shared: tabbed }))
    .catch(async (error: unknown) => {
      tabs.close()
      await storage.journal.close()
      throw error
    })
  const { index } = replica
  const { wardrobeId } = replica.meta()
  if (options.wardrobeId !== undefined && options.wardrobeId !== wardrobeId) {
    tabs.close()
    await replica.close()
    throw new ModaicsError('conflict', `${name} holds another wardrobe: ${wardrobeId}`)
  }

  const events = createEmitter<WardrobeEvents>()
  const undo = createUndo({ replica, writer, now })
  const past = createPast({ open: storage.openHistory, now, keepMs: historyDays * 86_400_000 })
  const records = createRecordHistory({ replica, past, wardrobeId, account: sync?.account ?? null })
  const routes = sync ? createWardrobeRoutes(sync.account, { id: wardrobeId, name }) : null
  let session: SyncSession | null = null
  let role: ServerHello['role'] | null = null
  let rows: WardrobeStatus['rows'] = !wantsRows ? 'off' : tabbed ? 'waiting' : 'opening'
  let owned: { release(): void } | null = null
  let closing: Promise<void> | null = null
  let wantsSync = sync !== undefined && sync.start !== false

  // Rows: from the first tab only. What changes before they are open waits in the projector.
  const opening = storage.own().then(async (ownership): Promise<Projection> => {
    if (closing) {
      ownership.release()
      throw new ModaicsError('closed', 'the wardrobe is closed')
    }
    owned = ownership
    if (tabbed) {
      await replica.reload()
      replica.adoptStrays()
    }
    if (!sync && replica.meta().syncedAt === null) replica.sent([])
    relay.takeOver()
    startSession()
    photoWork.own()
    database.takeOver()
    // What the last owner had stored and could not tell any more: else it would count as pending in the others for good.
    relay.tellAll()
    if (!wantsRows) throw new ModaicsError('unavailable', 'the wardrobe was opened without rows')
    rows = 'opening'
    const { dataDir, removeData, seed } = storage
    return openProjection({ dataDir, removeData, wardrobeId, source: index, ...(seed ? { seed } : {}) })
  })
  opening.then(
    () => setRows('ready'),
    () => {
      setRows(wantsRows ? 'failed' : 'off')
      database.takeOver() // so that whoever asks is told why
    },
  )
  const projector = createProjector(opening)
  const settled = async (): Promise<void> => {
    await replica.journaled().catch(() => {}) // what cannot be stored still shows
    await projector.settled()
  }
  const database = createTabDatabase({
    local: createDatabase(opening, settled, projector.watch),
    tabs,
    passedOn: () => replica.journaled().catch(() => {}),
    onChange: (listener) => replica.events.on('change', listener),
  })
  const sql = createSql(database)

  function setRows(next: WardrobeStatus['rows']): void {
    rows = next
    emitStatus()
  }

  const newId = createId
  const deps = { replica, now, newId, purge }
  const photoRecords = createCollection('photos', deps)
  const photoWork = createPhotoWork({
    replica,
    records: photoRecords,
    wardrobeId,
    storage,
    platform,
    account: sync?.account ?? null,
    options: options.photos ?? {},
    onUpload(id, progress) {
      events.emit('change', { records: [{ kind: 'photos', id, fields: [] }], remote: false })
      if (events.listened('uploads')) events.emit('uploads', progress())
    },
  })

  const onRefused = ({ code, detail }: Pick<Refusal, 'code' | 'detail'>): void =>
    events.emit('refused', { code, detail })
  const relay = createTabRelay({
    tabs,
    replica,
    owns: () => owned !== null,
    ownStatus() {
      const { name: connection, fault } = session?.state ?? INITIAL
      return { connection, fault, rows, role }
    },
    onStatus(taken) {
      if (taken) database.askAgain()
      emitStatus()
    },
    onRefused,
    onMeta: photoWork.hold,
    onSync: setSync,
  })
  replica.events.on('change', ({ records, origin }) => {
    if (wantsRows)
      projector.push(
        records
          .filter(({ kind }) => isKind(kind))
          .map((key) => [`${key.kind} ${key.id}`, index.projected(key) ?? null]),
      )
    const remote = origin === ORIGIN.remote || origin === ORIGIN.relayed
    events.emit('change', { records, remote })
    if (remote && events.listened('conflict'))
      for (const key of records)
        for (const conflict of conflictsOf(index.live(key))) events.emit('conflict', conflict)
    if (records.some(({ kind }) => kind === 'photos')) photoWork.changed()
  })
  const verifier = sync
    ? createVerifier({
        replica,
        account: sync.account,
        wardrobeId,
        isOnline: () => owned !== null && relay.status().connection === 'online',
        onDivergence: (divergence) => events.emit('diverged', divergence),
      })
    : null
  replica.events.on('progress', emitStatus)
  replica.events.on('beaten', past.add)
  const erasure = createErasure({
    replica,
    past,
    pictures: storage.photos,
    rows: async () => {
      if (!wantsRows) return
      await opening
      await projector.scrub()
    },
  })
  replica.events.on('erased', erasure.wake)
  tabs.start()
  tabs.send({ type: 'hello', state: replica.stateVector() })

  function status(): WardrobeStatus {
    const { count, oldestAt } = replica.pending()
    const { syncedAt, refused } = replica.meta()
    return {
      ...relay.status(),
      pending: count,
      oldestPendingMs: oldestAt === null ? null : Math.max(0, now() - oldestAt),
      lastSyncAt: syncedAt,
      refused: refused.length,
      storage: storage.mode,
      storageFault: replica.storageFault,
    }
  }

  function emitStatus(): void {
    if (events.listened('status')) events.emit('status', status())
    if (tabbed) relay.tellStatus()
  }

  function setSync(wanted: boolean): void {
    wantsSync = wanted
    if (wanted) session?.start()
    else session?.pause()
  }

  function startSession(): void {
    if (!sync || !routes || session) return
    const { account } = sync
    session = createSyncSession({
      replica,
      url: account.url,
      credentials: account,
      WebSocket: platform.WebSocket,
      now,
      random: Math.random,
      createWardrobe: routes.create,
      onState(state, newRole) {
        role = newRole ?? role
        photoWork.online(state.name === 'online')
        emitStatus()
      },
      onRefused,
    })
    if (wantsSync) session.start()
  }

  const { whenSynced, syncOnce } = createSyncOnce({
    replica,
    account: sync?.account ?? null,
    routes,
    now,
    isOnline: () => relay.status().connection === 'online',
    isClosing: () => closing !== null,
    onStatus: (listener) => events.on('status', listener),
    onHello(hello) {
      role = hello.role
    },
    onRefused,
    onSynced: emitStatus,
  })

  /** Erasing is no edit: the server must have the record, and say that this person may. */
  async function purge(record: RecordKey): Promise<Purged> {
    if (!routes) throw new ModaicsError('invalid', 'the wardrobe was opened without an account')
    await syncOnce()
    return routes.purge(record)
  }

  const collection = <K extends Parameters<typeof createCollection>[0]>(kind: K): Collection<K> =>
    createCollection(kind, deps)
  const items = collection('items')
  const profile = collection('profile')

  return {
    id: wardrobeId,
    get deviceId() {
      return replica.meta().device
    },
    items,
    outfits: collection('outfits'),
    outfitItems: collection('outfit_items'),
    wears: collection('wears'),
    feedback: collection('feedback'),
    profile,
    photos: photoWork.photos,
    ...createOutfits({ index, items, profile, deviceId: () => replica.meta().device, now }),
    conflicts: index.conflicts,
    onConflicts: (listener) => watchConflicts(replica, listener),
    resolve: (conflict, choice) => resolveConflict(replica, conflict, choice),
    history: records.of,
    restore: records.restore,
    undo: undo.undo,
    redo: undo.redo,
    undoSteps: undo.steps,
    verify: async () => (verifier ? verifier.check() : 'same'),
    fingerprint: index.fingerprint,
    export: (into, onProgress) =>
      exportLocal(
        {
          wardrobe: { id: wardrobeId, name },
          index,
          past,
          files: storage.photos,
          account: sync?.account ?? null,
          now: now(),
          onProgress,
        },
        into,
      ),
    ...createRefusedEdits(replica),
    db: createOrm(database),
    query: sql.query,
    ...createFinding({ replica, items, photos: photoRecords, sql }),
    live: sql.live,
    status,
    on: events.on,
    whenDurable: (tier = 'device') => (tier === 'device' ? replica.journaled() : replica.stored()),
    whenSynced,
    syncOnce,
    pauseSync() {
      setSync(false)
      relay.tellSync(false)
    },
    resumeSync() {
      setSync(true)
      relay.tellSync(true)
    },
    close() {
      closing ??= (async () => {
        session?.close()
        verifier?.close()
        await erasure.close()
        emitStatus()
        tabs.close()
        await photoWork.close()
        await sql.close()
        database.close()
        try {
          await replica.close()
        } finally {
          if (owned || !tabbed) await projector.close()
          await past.close()
          await storage.photos.close()
          owned?.release()
        }
      })()
      return closing
    },
  }
}
