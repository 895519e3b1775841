import type { Oklab } from '../colour/convert.js'
import { ACCEPTED, PHOTO_COLORS, SPREAD } from './photo-colors.js'

export interface PhotoColorName {
  readonly name: string
  /** how likely a person would accept it, 0 to 1 */
  readonly confidence: number
}

/**
 * What people call cloth that a phone photo shows in a colour. A photo is no colour chart: white cloth in a room comes out
 * grey, navy black. So names have their places where labelled photos have them, and common names weigh more: a mixture of
 * equal spheres, fitted by `bench/vision/train/colors.ts`.
 */
export function nameInPhoto(color: Oklab): PhotoColorName {
  return likeliest(namesInPhoto(color))
}

/** How likely each name is the one that a person would give, all adding up to 1. */
export function namesInPhoto({ l, a, b }: Oklab): Map<string, number> {
  const scores = PHOTO_COLORS.map(
    ({ at, weight }) =>
      weight - ((l - at[0]) ** 2 + (2 * a - at[1]) ** 2 + (2 * b - at[2]) ** 2) / (2 * SPREAD ** 2),
  )
  const greatest = Math.max(...scores)
  const sums = new Map<string, number>()
  for (const [i, { name }] of PHOTO_COLORS.entries())
    sums.set(name, (sums.get(name) ?? 0) + Math.exp((scores[i] ?? 0) - greatest))
  return normalised(sums)
}

/** Shares that add up to 1. */
export function normalised(sums: ReadonlyMap<string, number>): Map<string, number> {
  const total = [...sums.values()].reduce((sum, value) => sum + value, 0)
  return new Map([...sums].map(([name, sum]) => [name, sum / total]))
}

/** The likeliest of names, and how likely a person would accept it: more often than only that one would be given. */
export function likeliest(names: ReadonlyMap<string, number>): PhotoColorName {
  let [best, share] = ['grey', 0]
  for (const [name, one] of names) if (one > share) [best, share] = [name, one]
  const held = Math.min(0.999, Math.max(0.001, share))
  const odds = ACCEPTED.slope * Math.log(held / (1 - held)) + ACCEPTED.offset
  return { name: best, confidence: 1 / (1 + Math.exp(-odds)) }
}
