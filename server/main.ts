#!/usr/bin/env node
import { ModaicsError } from '@modaics/shared'
import { startServer } from './app.js'
import { describeConfig, loadConfig } from './config/config.js'
import { readEnvironment } from './config/environment.js'
import { createLogger } from './observe/logger.js'

async function main(): Promise<void> {
  const config = loadConfig(readEnvironment())
  const logger = createLogger(config.logLevel)
  logger.debug({ config: describeConfig(config) }, 'settings')
  const server = await startServer(config, logger)
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
  if (error instanceof ModaicsError) console.error(`modaics-server: ${error.message}`)
  else console.error(error)
  process.exit(1)
})
