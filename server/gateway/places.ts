/** So many may be taken by each holder at once. */
export interface Places {
  /** Takes one. Returns how to give it back, or null where the holder has all that there are for one. */
  take(holder: string): (() => void) | null
}

export function createPlaces(each: number): Places {
  const taken = new Map<string, number>()
  return {
    take(holder) {
      const before = taken.get(holder) ?? 0
      if (before >= each) return null
      taken.set(holder, before + 1)
      let given = false
      return () => {
        if (given) return
        given = true
        const left = (taken.get(holder) ?? 1) - 1
        if (left > 0) taken.set(holder, left)
        else taken.delete(holder)
      }
    },
  }
}
