import { createHash } from 'node:crypto'
import type { Database } from '../db/database.js'
import type { RecordKey } from '../fold/fold-records.js'

/** What is kept of an erased record: enough to know it again, and nothing to read. Ids may be words of their owner. */
export const tombstoneOf = (wardrobeId: string, { kind, id }: RecordKey): string =>
  createHash('sha256').update(`${wardrobeId} ${kind} ${id}`).digest('hex')

/** Which records of a wardrobe have been erased, as of this epoch. */
export async function readErased(
  database: Database,
  wardrobeId: string,
): Promise<(key: RecordKey) => boolean> {
  const rows = await database.query<{ key: string }>('select key from tombstones where wardrobe_id = $1', [
    wardrobeId,
  ])
  const keys = new Set(rows.map(({ key }) => key))
  return (key) => keys.size > 0 && keys.has(tombstoneOf(wardrobeId, key))
}
