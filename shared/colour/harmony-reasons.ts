import { BEST_DISTANCE, meanOfPairs, moderateMatch } from './harmony-terms.js'
import { areOpposite, hueConcentration } from './hues.js'
import type { Swatch } from './swatch.js'
import { judgePair } from './swatch.js'

/** What speaks for colours worn together and against them, in words, weightiest first. */
export function harmonyReasons(swatches: readonly Swatch[]): string[] {
  if (swatches.length === 0) return []
  const hued = swatches.filter(({ name }) => !name.neutral)
  const concentration = hueConcentration(hued)
  const said: string[] = []
  const names = unique(hued.map(({ name }) => name.name))
  const calm = unique(swatches.filter(({ name }) => name.neutral).map(({ name }) => name.name))
  if (names.length === 0) said.push(`${list(calm)}: nothing but neutrals`)
  else if (names.length === 1 && calm.length > 0) said.push(`${list(names)} stands out from ${list(calm)}`)
  else if (concentration < 0.5 && areOpposite(swatches))
    said.push(`${list(names)} face each other on the wheel`)
  else if (concentration >= 0.85) said.push(`${list(names)}: hues that belong together`)
  else if (concentration < 0.5) said.push(`${list(names)} pull in different directions`)
  else if (calm.length > 0) said.push(`${list(calm)} calm ${list(names)}`)
  const areas = swatches.map(({ share }) => Math.sqrt(share))
  const distance = meanOfPairs(swatches, areas, (x, y) => judgePair(x, y).distance, BEST_DISTANCE)
  if (moderateMatch(distance) < 0.25)
    said.push(distance < BEST_DISTANCE ? 'almost one flat colour' : 'very strong contrast')
  return said
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)]
}

function list(names: readonly string[]): string {
  if (names.length <= 1) return names[0] ?? ''
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}
