import { join } from 'node:path'
import { createLogger, loadConfig, startServer } from '@modaics/server'
import type { Terminal } from './terminal.js'

export interface Server {
  readonly url: string
  stop(): Promise<void>
}

/** A server of the demo's own: embedded database, local analysis, a free port. What it warns of is shown. */
export function startOwnServer(folder: string, terminal: Terminal): Promise<Server> {
  const config = loadConfig({ PORT: '0', DATA_DIR: join(folder, 'server'), ANALYSIS: 'local' })
  const logger = createLogger('warn', { write: (line) => terminal.note(`server: ${line.trim()}`) })
  return startServer(config, logger)
}
