#!/usr/bin/env node
import { readEnvironment } from './config/environment.js'
import { startPgliteThread } from './db/pglite-thread.js'

// The embedded database is loaded on a thread of its own while this one loads the rest, from the first moment: a restart
// takes little more than half as long. So nothing heavy may be imported above.
const environment = readEnvironment()
const thread = environment.DATABASE_URL ? undefined : startPgliteThread()

/** All devices come back at once after a restart: the first moments are theirs. */
const JOBS_AFTER_MS = 2_000

async function main(): Promise<void> {
  const { describeConfig, loadConfig } = await import('./config/config.js')
  const config = loadConfig(environment)
  const { beginOpening } = await import('./db/open-database.js')
  const { opened } = await beginOpening(config, thread)
  opened.catch(() => {}) // `startServer` says so
  const [{ startServer }, { createLogger }] = await Promise.all([
    import('./app.js'),
    import('./observe/logger.js'),
  ])
  const logger = createLogger(config.logLevel)
  logger.debug({ config: describeConfig(config) }, 'settings')
  const server = await startServer(config, logger, { opened, jobsAfterMs: JOBS_AFTER_MS })
  logger.info({ url: server.url, database: config.databaseUrl ? 'postgres' : 'embedded' }, 'listening')
  if (process.stdout.isTTY) console.log(`Modaics listens on ${server.url}, reference on ${server.url}/docs`)
  let signals = 0
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      if (++signals > 1) process.exit(1)
      logger.info({ signal }, 'stopping')
      server.stop().then(
        () => logger.info('stopped'),
        (error: unknown) => {
          logger.error({ err: error }, 'stopped with an error')
          process.exitCode = 1
        },
      )
    })
}

main().catch((error: unknown) => {
  // Before there is a logger, and for those who read it in a terminal.
  if (error instanceof Error && error.name === 'ModaicsError')
    console.error(`modaics-server: ${error.message}`)
  else console.error(error)
  process.exit(1)
})
