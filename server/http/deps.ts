import type { Accounts } from '../auth/accounts.js'
import type { Config } from '../config/config.js'
import type { Database } from '../db/database.js'
import type { History } from '../history/history.js'
import type { Door } from '../ingest/door.js'
import type { Logger } from '../observe/logger.js'

/** Something that must work before requests are let in. */
export interface ReadyCheck {
  readonly name: string
  /** Throws, or takes too long, where it is not ready. */
  check(): Promise<void>
}

/** What the routes stand on. */
export interface HttpDeps {
  readonly config: Config
  readonly database: Database
  readonly accounts: Accounts
  readonly door: Door
  readonly history: History
  readonly logger: Logger
  readonly readyChecks: readonly ReadyCheck[]
  /** ms since 1970 */
  readonly now: () => number
}
