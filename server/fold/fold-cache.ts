import type { Edit } from '@modaics/shared'

/**
 * Live edits of records that were read or written lately: what a person edits, they edit again. Bounded over all
 * wardrobes; the wardrobe that was used longest ago goes first.
 */
export interface FoldCache {
  get(wardrobeId: string, key: string): readonly Edit[] | undefined
  set(wardrobeId: string, key: string, live: readonly Edit[]): void
  /** Somebody else may have written. */
  forget(wardrobeId: string): void
}

export function createFoldCache(maxRecords: number): FoldCache {
  const wardrobes = new Map<string, Map<string, readonly Edit[]>>()
  let size = 0

  function forget(wardrobeId: string): void {
    size -= wardrobes.get(wardrobeId)?.size ?? 0
    wardrobes.delete(wardrobeId)
  }

  function touched(wardrobeId: string): Map<string, readonly Edit[]> | undefined {
    const records = wardrobes.get(wardrobeId)
    if (!records) return undefined
    // A Map keeps the order of insertion: the first is the one used longest ago.
    wardrobes.delete(wardrobeId)
    wardrobes.set(wardrobeId, records)
    return records
  }

  return {
    get: (wardrobeId, key) => touched(wardrobeId)?.get(key),
    set(wardrobeId, key, live) {
      let records = touched(wardrobeId)
      if (!records) {
        records = new Map()
        wardrobes.set(wardrobeId, records)
      }
      if (!records.has(key)) size++
      records.set(key, live)
      while (size > maxRecords) {
        const oldest = wardrobes.keys().next().value
        if (oldest === undefined) return
        forget(oldest)
      }
    },
    forget,
  }
}
