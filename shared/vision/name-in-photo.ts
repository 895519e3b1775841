import type { Oklab } from '../colour/convert.js'
import { PHOTO_COLORS, SPREAD } from './photo-colors.js'

export interface PhotoColorName {
  readonly name: string
  /** how likely a person would call it so, 0 to 1 */
  readonly confidence: number
}

/**
 * What people call cloth that a phone photo shows in a colour. A photo is no colour chart: white cloth in a room comes out
 * grey, navy black. So names have their places where labelled photos have them, and common names weigh more: a mixture of
 * equal spheres, fitted by `bench/vision/train-colors.ts`.
 */
export function nameInPhoto({ l, a, b }: Oklab): PhotoColorName {
  const sums = new Map<string, number>()
  let greatest = Number.NEGATIVE_INFINITY
  const scores = PHOTO_COLORS.map(({ name, at, weight }) => {
    const distance = (l - at[0]) ** 2 + (2 * a - at[1]) ** 2 + (2 * b - at[2]) ** 2
    const score = weight - distance / (2 * SPREAD ** 2)
    greatest = Math.max(greatest, score)
    return { name, score }
  })
  let total = 0
  for (const { name, score } of scores) {
    const share = Math.exp(score - greatest)
    total += share
    sums.set(name, (sums.get(name) ?? 0) + share)
  }
  let best: PhotoColorName = { name: 'grey', confidence: 0 }
  for (const [name, sum] of sums) if (sum / total > best.confidence) best = { name, confidence: sum / total }
  return best
}
