import type { Replica } from '../../client-sdk/testing/simulated-device.js'

/** A value that somebody wrote. Every one is another, so that a value names its edit whatever stamp that gets. */
export interface WrittenValue {
  readonly value: string
  readonly wardrobe: number
  readonly device: number
  readonly id: string
  readonly field: string
  /** true time, ms since 1970 */
  readonly at: number
  /** the values of this field that its author had seen */
  readonly saw: ReadonlySet<string>
  /** the promise of the write has resolved */
  onDevice: boolean
  /** the device knows that the server has it */
  onServer: boolean
  /** the author's clock has jumped since, before the server had it: nobody can know when it was written */
  timeless: boolean
  /** taken from the bag without the server: by `discardRefused`, or written anew */
  dropped: boolean
}

/** What people wrote and saw: the oracle's knowledge, which comes from outside of the program. */
export interface Ledger {
  readonly written: ReadonlyMap<string, WrittenValue>
  write(value: WrittenValue): void
}

export function createLedger(): Ledger {
  const written = new Map<string, WrittenValue>()
  return { written, write: (value) => void written.set(value.value, value) }
}

export const fieldKey = (id: string, field: string): string => `${id} ${field}`

/** All values of all fields that a replica has held since it was opened: what somebody at it may have seen. */
export function watchSeen(replica: Replica): (id: string, field: string) => ReadonlySet<string> {
  const seen = new Map<string, Set<string>>()
  const look = (kind: string, id: string): void => {
    for (const { src, set } of replica.index.live({ kind, id })) {
      if (src !== 'user') continue
      for (const [field, value] of Object.entries(set)) {
        const key = fieldKey(id, field)
        const values = seen.get(key) ?? new Set()
        seen.set(key, values)
        if (typeof value === 'string') values.add(value)
      }
    }
  }
  for (const { id } of replica.index.list('items')) look('items', id)
  replica.events.on('change', ({ records }) => {
    for (const { kind, id } of records) look(kind, id)
  })
  return (id, field) => {
    look('items', id) // also what was written in this turn
    return new Set(seen.get(fieldKey(id, field)))
  }
}
