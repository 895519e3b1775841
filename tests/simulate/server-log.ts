import { type EditTuple, readUpdate } from '@modaics/shared'
import type { MemoryWardrobes } from '../../server/testing/simulated-server.js'

/** An edit as the log has it, by the value that it wrote. */
export interface LoggedEdit {
  readonly hlc: number
  readonly by: string
  readonly src: string
}

/** Reads the log of a wardrobe: what was ever stored, by its values. */
export function valuesOfLog(wardrobes: MemoryWardrobes, wardrobeId: string): ReadonlyMap<string, LoggedEdit> {
  const values = new Map<string, LoggedEdit>()
  for (const { updates } of wardrobes.get(wardrobeId)?.log ?? [])
    for (const update of updates) {
      const reading = readUpdate(update)
      if (!reading.ok) throw new Error(`the log holds what cannot be read: ${reading.detail}`)
      for (const { values: tuples } of reading.content.runs)
        for (const tuple of tuples ?? []) {
          const [hlc, by, , , set, , src = 'user'] = tuple as EditTuple
          for (const value of Object.values(set))
            if (typeof value === 'string') values.set(value, { hlc, by, src })
        }
    }
  return values
}
