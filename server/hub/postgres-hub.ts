import type { Database } from '../db/database.js'
import type { Hub } from './hub.js'

const CHANNEL = 'modaics_moved'

/** Instances on one PostgreSQL, by LISTEN and NOTIFY. Only ids travel: a payload holds 8,000 bytes at most. */
export async function createPostgresHub(
  database: Database,
  instance: string,
  onError: (error: unknown) => void,
): Promise<Hub> {
  const listeners = new Set<(wardrobeId: string) => void>()
  const stop = await database.listen(CHANNEL, (payload) => {
    const [from, wardrobeId] = payload.split(' ')
    if (from === instance || !wardrobeId) return
    for (const listener of listeners) listener(wardrobeId)
  })
  return {
    publish(wardrobeId, seq) {
      // Not awaited: the commit stands, and the others would find it at their next look all the same.
      database.query('select pg_notify($1, $2)', [CHANNEL, `${instance} ${wardrobeId} ${seq}`]).catch(onError)
    },
    subscribe(onMoved) {
      listeners.add(onMoved)
      return () => listeners.delete(onMoved)
    },
    close: stop,
  }
}
