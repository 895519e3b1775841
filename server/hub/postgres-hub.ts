import type { Database } from '../db/database.js'
import type { Hub } from './hub.js'

const CHANNEL = 'modaics_moved'

export interface PostgresHubOptions {
  readonly database: Database
  /** names this instance */
  readonly instance: string
  readonly onError: (error: unknown) => void
  /** how often it looks for what no notification told of, in ms; 10 s unless told */
  readonly pollMs?: number
}

type Subscriber = Parameters<Hub['subscribe']>

/**
 * Instances on one PostgreSQL, by LISTEN and NOTIFY. Only ids travel: a payload holds 8,000 bytes at most. What is
 * notified while the connection is lost, or could not be notified, is found by comparing heads: after each reconnection,
 * and from time to time.
 */
export async function createPostgresHub({
  database,
  instance,
  onError,
  pollMs = 10_000,
}: PostgresHubOptions): Promise<Hub> {
  const subscribers = new Set<Subscriber>()
  let looking: Promise<void> | null = null

  function look(): void {
    looking ??= compareHeads()
      .catch(onError)
      .finally(() => {
        looking = null
      })
  }

  async function compareHeads(): Promise<void> {
    for (const [onMoved, open] of subscribers) {
      const known = open()
      if (known.size === 0) continue
      const heads = await database.query<{ id: string; head_seq: number }>(
        `select w.id, w.head_seq from wardrobes w
           join jsonb_array_elements_text($1::text::jsonb) as k(id) on w.id = k.id::uuid`,
        [JSON.stringify([...known.keys()])],
      )
      for (const { id, head_seq } of heads) if (head_seq > (known.get(id) ?? 0)) onMoved(id)
    }
  }

  const stop = await database.listen(
    CHANNEL,
    (payload) => {
      const [from, wardrobeId] = payload.split(' ')
      if (from === instance || !wardrobeId) return
      for (const [onMoved] of subscribers) onMoved(wardrobeId)
    },
    look,
  )
  const poll = setInterval(look, pollMs)
  poll.unref()
  return {
    publish(wardrobeId, seq) {
      // Not awaited: the commit stands, and the others find it at their next look all the same.
      database.query('select pg_notify($1, $2)', [CHANNEL, `${instance} ${wardrobeId} ${seq}`]).catch(onError)
    },
    subscribe(...subscriber) {
      subscribers.add(subscriber)
      return () => subscribers.delete(subscriber)
    },
    async close() {
      clearInterval(poll)
      await stop()
      await looking
    },
  }
}
