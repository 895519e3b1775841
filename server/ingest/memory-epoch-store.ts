import { editToTuple } from '@modaics/shared'
import * as Y from 'yjs'
import { recordKey } from '../fold/fold-records.js'
import type { EpochStore, LiveRecord } from './epoch-store.js'
import { SERVER } from './judge.js'
import type { MemoryWardrobe, MemoryWardrobes } from './memory-commit-store.js'

/** Epochs of wardrobes in memory: for tests and the simulator. */
export function createMemoryEpochStore(wardrobes: MemoryWardrobes): EpochStore {
  const records = ({ folds }: MemoryWardrobe): LiveRecord[] =>
    [...folds.values()].flatMap((live) => {
      const [first] = live
      return first ? [{ kind: first.kind, id: first.id, live: live.map(editToTuple) }] : []
    })
  const of = (wardrobeId: string): LiveRecord[] => {
    const wardrobe = wardrobes.get(wardrobeId)
    return wardrobe ? records(wardrobe) : []
  }

  return {
    async page(wardrobeId, after, count) {
      const later = of(wardrobeId).filter(
        ({ kind, id }) => kind > after.kind || (kind === after.kind && id > after.id),
      )
      return later
        .sort((x, y) => (x.kind < y.kind || (x.kind === y.kind && x.id < y.id) ? -1 : 1))
        .slice(0, count)
    },
    async live(wardrobeId, keys) {
      const wanted = new Set(keys.map(recordKey))
      return of(wardrobeId).filter((record) => wanted.has(recordKey(record)))
    },
    async turn({ wardrobeId, expectedEpoch, expectedHead, ended, client, length, pieces, gone }) {
      const wardrobe = wardrobes.get(wardrobeId)
      if (!wardrobe || wardrobe.epoch !== expectedEpoch || wardrobe.head !== expectedHead) return false
      wardrobe.epoch++
      wardrobe.head++
      wardrobe.logStart = wardrobe.head
      wardrobe.log = []
      wardrobe.snapshot = { seq: wardrobe.head, updates: [...pieces], snapshot: { epoch: wardrobe.epoch } }
      wardrobe.ended.unshift(Y.encodeStateVector(new Map(ended)))
      wardrobe.writers.clear()
      if (length > 0) wardrobe.writers.set(client, { clock: length, owner: SERVER })
      for (const key of gone) wardrobe.folds.delete(recordKey(key))
      return true
    },
    ended: async (wardrobeId) => wardrobes.get(wardrobeId)?.ended ?? [],
  }
}
