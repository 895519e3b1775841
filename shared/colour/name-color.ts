import type { ColorFamily } from './color-names.js'
import { COLOR_NAMES } from './color-names.js'
import type { Oklab } from './convert.js'
import { hexToOklab } from './convert.js'
import { oklabDistance } from './distance.js'

export interface ColorName {
  /** a plain word of fashion: navy, camel, light grey */
  readonly name: string
  readonly family: ColorFamily
  /** goes with most things: grey, denim, camel … */
  readonly neutral: boolean
}

/** The plain name of a colour: that of the nearest centroid in {@link COLOR_NAMES}. Null if the text is not a colour. */
export function nameColor(hex: string): ColorName | null {
  const color = hexToOklab(hex)
  return color ? nameOklab(color) : null
}

export function nameOklab(color: Oklab): ColorName {
  let best = CENTROIDS[0]
  let least = Number.POSITIVE_INFINITY
  for (const centroid of CENTROIDS) {
    const distance = oklabDistance(color, centroid.at)
    if (distance < least) {
      least = distance
      best = centroid
    }
  }
  return best?.name ?? { name: 'grey', family: 'grey', neutral: true }
}

const CENTROIDS = COLOR_NAMES.flatMap(({ name, family, neutral, hexes }) =>
  hexes.flatMap((hex) => {
    const at = hexToOklab(hex)
    return at ? [{ name: { name, family, neutral }, at }] : []
  }),
)
