import type { KinshipParts, TitleReading } from '@modaics/shared'
import { findColors, kinshipParts, parseTitle, styleKinship, traitsOf } from '@modaics/shared'
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

/** Ours: how much each two pieces are of one look, and whether they can be worn together at all. */
export function ours(outfit: Wearing): number {
  return overPairs(outfit, styleKinship) + wearable(outfit)
}

/** A part of ours alone. */
export function oursOnly(part: keyof KinshipParts): Judge {
  return (outfit) => overPairs(outfit, (x, y) => kinshipParts(x, y)[part])
}

function overPairs(outfit: Wearing, judge: (x: TitleReading, y: TitleReading) => number): number {
  const pieces = Object.values(outfit).map(readTitle)
  let sum = 0
  for (const [i, x] of pieces.entries()) for (const y of pieces.slice(i + 1)) sum += judge(x, y)
  return sum
}

const readings = new Map<string, TitleReading>()

function readTitle(title: string): TitleReading {
  const reading = readings.get(title) ?? parseTitle(title)
  readings.set(title, reading)
  return reading
}

/**
 * The engine makes no outfit of pieces that need the same place, such as a shirt with a dress, and none that leaves the
 * body or the legs bare. Here a title may be silent, so what fits is worth as much as a shared detail or two.
 */
export function wearable(outfit: Wearing): number {
  const [worn, other] = Object.values(outfit)
    .map(readTitle)
    .map((piece) => traitsOf(piece)?.ways ?? [])
    .filter((ways) => ways.some((slots) => slots.some((slot) => BODY.has(slot))))
  if (!worn || !other) return 0
  const together = worn.flatMap((mine) =>
    other.flatMap((theirs) => (mine.some((slot) => theirs.includes(slot)) ? [] : [[...mine, ...theirs]])),
  )
  if (together.length === 0) return -FITS
  return together.some((slots) => slots.includes('base') && slots.includes('legs')) ? FITS : 0
}

const BODY: ReadonlySet<string> = new Set(['base', 'mid', 'outer', 'legs'])
const FITS = 0.5
