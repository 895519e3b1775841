/** An outfit that the search has found: indices of pieces, in the order of their template. */
export interface Found {
  readonly pieces: readonly number[]
  readonly score: number
  /** indices in order: of two that score the same the one with the smaller key comes first */
  readonly key: readonly number[]
  /** equal for the same items, however they are worn */
  readonly items: string
}

/** The best so many outfits, each set of items once. */
export interface BestList {
  /** what an outfit must reach at least to get in; −∞ until the list is full */
  readonly least: number
  offer(found: Found): void
  /** best first */
  list(): readonly Found[]
  /** what better ones have put out, the last of it */
  displaced(): readonly Found[]
}

const DISPLACED = 200

export function createBestList(count: number): BestList {
  let best: Found[] = []
  let least = Number.NEGATIVE_INFINITY
  const displaced: Found[] = []
  return {
    get least() {
      return least
    },
    offer(found) {
      const same = best.find((other) => other.items === found.items)
      if (same && compare(same, found) <= 0) return
      if (!same && best.length >= count && compare(best[best.length - 1] as Found, found) <= 0) return
      best = [...best.filter((other) => other !== same), found].sort(compare)
      displaced.push(...best.splice(count))
      if (displaced.length > DISPLACED) displaced.shift()
      least = best.length < count ? Number.NEGATIVE_INFINITY : (best[best.length - 1] as Found).score
    },
    list: () => best,
    displaced: () => displaced,
  }
}

export function compare(x: Found, y: Found): number {
  if (x.score !== y.score) return y.score - x.score
  for (let i = 0; i < x.key.length || i < y.key.length; i++) {
    const apart = (x.key[i] ?? -1) - (y.key[i] ?? -1)
    if (apart !== 0) return apart
  }
  return 0
}
