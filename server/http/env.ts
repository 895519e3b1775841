import type { HttpBindings } from '@hono/node-server'
import type { Principal } from '../auth/principal.js'
import type { Logger } from '../observe/logger.js'

/** What the handlers of every route find in their context. */
export interface HttpEnv {
  readonly Bindings: Partial<HttpBindings>
  readonly Variables: {
    /** the correlation id: in the logs, in `X-Request-Id`, and in a problem's `instance` */
    requestId: string
    /** writes the correlation id with each line */
    logger: Logger
    /** set by `authenticate`; only routes behind it may read it */
    principal: Principal
  }
}
