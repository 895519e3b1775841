import * as nodeFs from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import { createAdaptorServer, upgradeWebSocket } from '@hono/node-server'
import { createId } from '@modaics/shared'
import { createAccounts } from './auth/accounts.js'
import { readJwtSecret } from './auth/jwt-secret.js'
import type { Config, S3Config } from './config/config.js'
import type { Database } from './db/database.js'
import { migrate } from './db/migrate.js'
import { type OpenedDatabase, openDatabase } from './db/open-database.js'
import { vacuumWorn } from './db/vacuum.js'
import { createEraser } from './erasure/eraser.js'
import { createPurges } from './erasure/purges.js'
import { readErased } from './erasure/tombstones.js'
import { createGateway } from './gateway/gateway.js'
import { createSyncRoutes } from './gateway/sync-routes.js'
import { createHistory } from './history/history.js'
import { limitConnections, REQUEST_TIMEOUTS } from './http/connection-limits.js'
import { createHttpApp } from './http/http-app.js'
import { allowedOriginsOf } from './http/origins.js'
import { createPhotoRoutes } from './http/photo-routes.js'
import { createPurgeRoutes } from './http/purge-routes.js'
import { createTransferRoutes } from './http/transfer-routes.js'
import type { Hub } from './hub/hub.js'
import { createLocalHub } from './hub/local-hub.js'
import { createPostgresHub } from './hub/postgres-hub.js'
import type { CommitStore } from './ingest/commit-store.js'
import { createCompactor } from './ingest/compactor.js'
import { createEpochs, pastClocks } from './ingest/epochs.js'
import { createIngest } from './ingest/ingest.js'
import { createPromptSync } from './ingest/prompt-sync.js'
import { createSqlCommitStore } from './ingest/sql-commit-store.js'
import { createSqlEpochStore } from './ingest/sql-epoch-store.js'
import { openWriteAheadLog } from './ingest/write-ahead-log.js'
import { openWriteAheadStore } from './ingest/write-ahead-store.js'
import type { Logger } from './observe/logger.js'
import { createClamdScanner } from './photos/clamd-scanner.js'
import { createFilePhotoStore } from './photos/file-photo-store.js'
import { createPhotoLinks } from './photos/photo-links.js'
import { createPhotoService } from './photos/photo-service.js'
import { type PictureScanner, scanWithAll } from './photos/picture-scanner.js'
import { createS3PhotoStore } from './photos/s3-photo-store.js'
import { createStructuralScanner } from './photos/structural-scanner.js'
import { createAnalyser } from './vision/create-analyser.js'

export interface RunningServer {
  /** where it listens */
  readonly url: string
  /** Takes no more, ends connections and jobs, closes the database. Idempotent. */
  stop(): Promise<void>
}

export interface ServerOptions {
  /** ms since 1970; the clock of this machine unless told */
  readonly now?: () => number
  /** the database, where it was opened before */
  readonly opened?: Promise<OpenedDatabase>
  /** how long the devices that come back have database and thread to themselves before jobs and clean-up begin, in ms; 0 */
  readonly jobsAfterMs?: number
}

/**
 * Puts the server together and starts it.
 *
 * @throws ModaicsError `storage-locked` where another process uses the data folder, `storage-damaged` where the database
 * is not this version's
 */
export async function startServer(
  config: Config,
  logger: Logger,
  { now = Date.now, opened, jobsAfterMs = 0 }: ServerOptions = {},
): Promise<RunningServer> {
  const dataDir = resolve(config.dataDir)
  const { database, close } = await (opened ?? openDatabase(config))
  const undo = [close]
  try {
    const applied = await migrate(database)
    if (applied.length > 0) logger.info({ applied }, 'migrated')
    const hub = await openHub(database, logger)
    undo.push(() => hub.close())
    const secret = await readJwtSecret({ ...config, dataDir })
    const accounts = await createAccounts({
      database,
      secret,
      issuer: config.publicUrl ?? 'modaics',
      accessTokenMinutes: config.accessTokenMinutes,
      refreshTokenDays: config.refreshTokenDays,
      registration: config.registration,
      now,
    })
    undo.push(() => accounts.close())
    const {
      store,
      forgetStored,
      close: closeStore,
    } = await openCommitStore(database, dataDir, logger, config.historyDays > 0)
    undo.push(closeStore)
    const epochStore = createSqlEpochStore(database)
    const ingest = createIngest({
      store,
      hub,
      now,
      randomClient,
      onCommitted(wardrobeId, records) {
        photos.recordsChanged(wardrobeId, records)
        // Deletions alone are no write of ours: a plain client may have taken out what nothing beats.
        compactor.touched(wardrobeId, records.length === 0)
      },
      pastClocks: (wardrobeId, clients) => pastClocks(epochStore, wardrobeId, clients),
      erased: (wardrobeId) => readErased(database, wardrobeId),
      onError: (error, wardrobeId) => logger.error({ err: error, wardrobeId }, 'the log could not be read'),
    })
    undo.push(() => ingest.close())
    const epochs = createEpochs({
      epochStore,
      store,
      mailbox: ingest.mailbox,
      randomClient,
      deadPercent: config.epochDeadPercent,
      minBytes: config.epochMinBytes,
    })
    const compactor = createCompactor({
      database,
      minBytes: config.compactLogBytes,
      settled: store.settled,
      onError: (error, wardrobeId) => logger.error({ err: error, wardrobeId }, 'a log was not compacted'),
      async onCompacted(wardrobeId, compacted) {
        const { seq, bytes } = compacted
        logger.debug({ wardrobeId, seq, bytes }, 'a log was compacted')
        if (await epochs.consider(wardrobeId, compacted)) logger.info({ wardrobeId }, 'a new epoch has begun')
      },
    })
    undo.push(() => compactor.stop())
    const photos = createPhotoService({
      database,
      door: ingest,
      store: config.s3
        ? createS3PhotoStore(s3Options(config.s3))
        : createFilePhotoStore(join(dataDir, 'photos')),
      logger,
      scanner: openScanner(config),
      analyser: createAnalyser(config),
      budget: config.analysisBudget,
      limits: { bytes: config.maxUploadBytes, pixels: config.maxPixels },
      now,
      drainMs: config.shutdownSeconds * 1000,
    })
    undo.push(() => photos.stop())
    const gateway = createGateway({
      ingest,
      authenticator: accounts,
      allowedOrigins: [...allowedOriginsOf(config)],
      perUser: config.connectionsPerUser,
      now,
      onError: (error, context) => logger.error({ err: error, ...context }, 'sync failed'),
    })
    const stopWatching = accounts.onMembershipChanged(gateway.expel)
    undo.push(async () => stopWatching())
    const history = createHistory(database)
    const purges = createPurges(database, now)
    const eraseAfterMs = config.eraseAfterDays * 86_400_000
    const eraser = createEraser({
      database,
      epochs,
      purges,
      photos,
      forgetStored,
      afterMs: eraseAfterMs,
      rewriteBytes: config.eraseRewriteBytes,
      now,
      logger,
    })
    undo.push(() => eraser.stop())
    const app = createHttpApp(
      {
        config,
        database,
        accounts,
        door: ingest,
        history,
        logger,
        now,
        readyChecks: [{ name: 'database', check: async () => void (await database.query('select 1')) }],
      },
      [
        {
          path: '/v1',
          routes: createPhotoRoutes({
            service: photos,
            authenticator: accounts,
            links: createPhotoLinks(secret),
            now,
          }),
        },
        { path: '/v1', routes: createTransferRoutes({ accounts, ingest, history, photos, database }) },
        {
          path: '/v1',
          routes: createPurgeRoutes({
            accounts,
            door: ingest,
            purges,
            afterMs: eraseAfterMs,
            onAsked: eraser.wake,
          }),
        },
        { path: '/v1', routes: createSyncRoutes({ ingest, authenticator: accounts, now }) },
      ],
    )
    // ws's own types are narrower than those that the adapter asks for, and do all that it does with them
    const upgrade = upgradeWebSocket((context) => gateway.events(context) as never)
    app.get('/sync/:wardrobeId', upgrade as never)
    const server = createAdaptorServer({
      fetch: app.fetch,
      websocket: { server: gateway.server as never },
      serverOptions: REQUEST_TIMEOUTS,
    }) as Server
    limitConnections(server, {
      connections: config.maxConnections,
      perAddress: config.connectionsPerAddress,
      trustedProxies: config.trustedProxies,
    })
    await new Promise<void>((listening, failed) => {
      server.once('error', failed)
      server.listen(config.port, config.host, listening)
    })
    undo.push(
      () =>
        new Promise((closed) => {
          server.close(() => closed())
          server.closeIdleConnections()
        }),
      () => gateway.close(config.shutdownSeconds * 1000),
    )
    const startJobs = (): void => {
      photos.start()
      compactor.start()
      eraser.start()
    }
    if (jobsAfterMs > 0) {
      const timer = setTimeout(startJobs, jobsAfterMs)
      undo.push(async () => clearTimeout(timer))
    } else startJobs()
    const forget = async (): Promise<void> => {
      await accounts.sweep()
      await history.prune(now() - config.historyDays * 86_400_000)
    }
    undo.push(every(3_600_000, forget, (error) => logger.error({ err: error }, 'sweep failed')))
    if (database.engine === 'pglite')
      undo.push(
        every(
          VACUUM_MS,
          () => vacuumWorn(database),
          (error) => logger.error({ err: error }, 'the database could not be vacuumed'),
        ),
      )
    const { port } = server.address() as AddressInfo
    const host = config.host.includes(':') ? `[${config.host}]` : config.host
    let stopping: Promise<void> | undefined
    return {
      url: `http://${host}:${port}`,
      stop() {
        stopping ??= unwind(undo)
        return stopping
      },
    }
  } catch (error) {
    await unwind(undo).catch((cause: unknown) => logger.error({ err: cause }, 'clean-up failed'))
    throw error
  }
}

/** PostgreSQL looks each minute whether a table needs it. */
const VACUUM_MS = 60_000

/** Runs an errand from time to time, one at a time. Returns how to end that. */
function every(
  ms: number,
  errand: () => Promise<unknown>,
  onError: (error: unknown) => void,
): () => Promise<void> {
  let running: Promise<unknown> | null = null
  const timer = setInterval(() => {
    running ??= errand()
      .catch(onError)
      .finally(() => {
        running = null
      })
  }, ms)
  timer.unref()
  return async () => {
    clearInterval(timer)
    await running
  }
}

/** The last first; each is tried, and the first error thrown at the end. */
async function unwind(undo: readonly (() => Promise<void>)[]): Promise<void> {
  const errors: unknown[] = []
  for (const step of [...undo].reverse()) await step().catch((error: unknown) => errors.push(error))
  if (errors.length > 0) throw errors[0]
}

/** PostgreSQL syncs its own log; in front of the embedded database stands one of ours. */
async function openCommitStore(
  database: Database,
  dataDir: string,
  logger: Logger,
  keepsHistory: boolean,
): Promise<{ store: CommitStore; forgetStored(): void; close(): Promise<void> }> {
  const sql = createSqlCommitStore(database, { keepsHistory })
  if (database.engine === 'postgres') return { store: sql, forgetStored() {}, close: async () => {} }
  const store = await openWriteAheadStore({
    store: sql,
    log: openWriteAheadLog(
      join(dataDir, 'commits.log'),
      (error) => logger.error({ err: error }, 'the disk does not sync'),
      { ...nodeFs, fdatasync: createPromptSync() },
    ),
    onError: (error, wardrobeId) =>
      logger.error({ err: error, wardrobeId }, 'a commit waits in the write-ahead log'),
  })
  return { store, forgetStored: store.forgetStored, close: () => store.close() }
}

const randomClient = (): number => crypto.getRandomValues(new Uint32Array(1))[0] ?? 0

function s3Options({ endpoint, credentials, ...rest }: S3Config): Parameters<typeof createS3PhotoStore>[0] {
  return { ...rest, ...(endpoint ? { endpoint } : {}), ...(credentials ? { credentials } : {}) }
}

function openScanner({ clamdUrl }: Config): PictureScanner {
  const scanners = [createStructuralScanner()]
  if (clamdUrl) scanners.push(createClamdScanner({ url: clamdUrl }))
  return scanWithAll(scanners)
}

async function openHub(database: Database, logger: Logger): Promise<Hub> {
  if (database.engine === 'pglite') return createLocalHub()
  return createPostgresHub({
    database,
    instance: createId(),
    onError: (error) => logger.warn({ err: error }, 'other instances could not be told or heard'),
  })
}
