import { findColors, harmony } from '@modaics/shared'
import { wheel } from './colour-baselines.js'

/** Titles by slot. */
export type Wearing = Readonly<Record<string, string>>

/** Says how good an outfit is: larger is better. */
export type Judge = (outfit: Wearing) => number

/** How usual the words of the pieces are: the mean log frequency of each title's words among all titles. */
export function createPopularity(outfits: readonly Wearing[]): Judge {
  const counts = new Map<string, number>()
  for (const outfit of outfits)
    for (const title of Object.values(outfit))
      for (const word of new Set(title.split(' '))) counts.set(word, (counts.get(word) ?? 0) + 1)
  return (outfit) => {
    const logs = Object.values(outfit).flatMap((title) =>
      title.split(' ').map((word) => Math.log(counts.get(word) ?? 1)),
    )
    return logs.length > 0 ? logs.reduce((sum, log) => sum + log, 0) / logs.length : 0
  }
}

/** The colour that each title names first, by the wheel of textbooks. */
export function colourWheel(outfit: Wearing): number {
  const hexes = Object.values(outfit).flatMap((title) => findColors(title)[0]?.hex ?? [])
  return hexes.length >= 2 ? wheel(hexes) : 0.5
}

/** Ours, with what titles tell. */
export function engine(outfit: Wearing): number {
  return harmony(Object.values(outfit).flatMap((title) => findColors(title)[0]?.hex ?? [])).score
}
