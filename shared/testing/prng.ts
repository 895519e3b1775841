/** Seeded random numbers: the same seed, the same sequence, on every machine. */
export interface Prng {
  /** in [0, 1) */
  next(): number
  /** a whole number in [0, limit) */
  below(limit: number): number
  /** true with this probability */
  chance(probability: number): boolean
  /** @throws RangeError when the list is empty */
  pick<T>(list: readonly T[]): T
  /** a new list in random order (Fisher–Yates) */
  shuffle<T>(list: readonly T[]): T[]
}

/** mulberry32 (Tommy Ettinger, 2017): 32 bits of state, good enough to choose test cases, for nothing else. */
export function createPrng(seed: number): Prng {
  let state = seed >>> 0
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit: number): number => Math.floor(next() * limit)
  return {
    next,
    below,
    chance: (probability) => next() < probability,
    pick<T>(list: readonly T[]): T {
      if (list.length === 0) throw new RangeError('nothing to pick from')
      return list[below(list.length)] as T
    },
    shuffle<T>(list: readonly T[]): T[] {
      const result = [...list]
      for (let i = result.length - 1; i > 0; i--) {
        const j = below(i + 1)
        const held = result[i] as T
        result[i] = result[j] as T
        result[j] = held
      }
      return result
    },
  }
}
