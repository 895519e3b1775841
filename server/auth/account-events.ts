import type { Database, Runner } from '../db/database.js'

export type AccountEvent =
  | { readonly type: 'session-ended'; readonly sessionId: string }
  /** somebody was given another role in a wardrobe, or none any more */
  | { readonly type: 'membership-changed'; readonly wardrobeId: string; readonly userId: string }

/** Tells every instance on the database what must take effect at once on open connections. */
export interface AccountEvents {
  /** Within the transaction that makes it true: instances hear of it when, and only if, it commits. */
  announce(runner: Runner, events: readonly AccountEvent[]): Promise<void>
  /** Returns how to stop. */
  subscribe(listener: (event: AccountEvent) => void): () => void
  close(): Promise<void>
}

const CHANNEL = 'modaics_accounts'

/** By NOTIFY, to this instance too: there is one way, and it is the tested one. */
export async function createAccountEvents(database: Database): Promise<AccountEvents> {
  const listeners = new Set<(event: AccountEvent) => void>()
  const stop = await database.listen(CHANNEL, (payload) => {
    const event = parse(payload)
    if (event) for (const listener of listeners) listener(event)
  })
  return {
    announce: async (runner, events) => {
      for (const event of events) await runner.query('select pg_notify($1, $2)', [CHANNEL, write(event)])
    },
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: stop,
  }
}

function write(event: AccountEvent): string {
  return event.type === 'session-ended'
    ? `${event.type} ${event.sessionId}`
    : `${event.type} ${event.wardrobeId} ${event.userId}`
}

function parse(payload: string): AccountEvent | undefined {
  const [type, first, second] = payload.split(' ')
  if (type === 'session-ended' && first) return { type, sessionId: first }
  if (type === 'membership-changed' && first && second) return { type, wardrobeId: first, userId: second }
  return undefined // of a newer instance
}
