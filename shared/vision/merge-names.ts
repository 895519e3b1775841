import type { GarmentColor } from '../colour/garment-palette.js'

/** Colours that have one name as one, in the tone that covers most: two pinks of a shoe are pink. Largest share first. */
export function mergeNames(colors: readonly GarmentColor[]): GarmentColor[] {
  const byName = new Map<string, GarmentColor>()
  for (const color of colors) {
    const known = byName.get(color.name)
    const share = Math.round((color.share + (known?.share ?? 0)) * 1000) / 1000
    byName.set(color.name, { ...(known ?? color), share })
  }
  return [...byName.values()].sort((x, y) => y.share - x.share)
}
