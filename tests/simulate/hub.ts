import type { Prng, VirtualProcess, VirtualTime } from '@modaics/shared/testing'
import type { Hub } from '../../server/testing/simulated-server.js'
import type { SharedDatabase } from './database.js'

/** What the instances tell each other: hints that are lost, doubled and late. */
export interface SharedHub {
  open(process: VirtualProcess): Hub
  /** how many get lost, 0 to 1 */
  loss: number
}

/** As often as the hub on PostgreSQL compares heads. */
const POLL_MS = 10_000

export function createSharedHub(
  time: VirtualTime,
  random: Prng,
  database: SharedDatabase,
  count: (what: string) => void,
): SharedHub {
  const listeners = new Map<(wardrobeId: string) => void, VirtualProcess>()
  const hub: SharedHub = {
    loss: 0,
    open: (process) => ({
      publish(wardrobeId) {
        for (const [listener, other] of listeners) {
          if (other === process || !other.alive || !process.alive) continue
          const copies = random.chance(0.1) ? 2 : 1
          if (copies > 1) count('hints doubled')
          for (let copy = 0; copy < copies; copy++)
            if (random.chance(hub.loss)) count('hints lost')
            else time.at(other, 1 + random.next() * 200, 'hint', () => listener(wardrobeId))
        }
      },
      subscribe(onMoved, open) {
        listeners.set(onMoved, process)
        const look = (): void => {
          time.at(process, POLL_MS, 'compare heads', look)
          for (const [wardrobeId, known] of database.down ? [] : open())
            if (database.head(wardrobeId) > known) onMoved(wardrobeId)
        }
        time.at(process, POLL_MS, 'compare heads', look)
        return () => listeners.delete(onMoved)
      },
      close: async () => {},
    }),
  }
  return hub
}
