import type { Oklab } from './convert.js'
import { hexToOklab, oklabToCielab } from './convert.js'
import { ISCC_NBS } from './iscc-nbs.js'

/**
 * The ISCC-NBS name of a colour, such as `dark grayish blue`: that of the nearest centroid in CIELAB (D65). Null if the
 * text is not a colour.
 */
export function nameIsccNbs(hex: string): string | null {
  const color = hexToOklab(hex)
  if (!color) return null
  const { l, a, b } = oklabToCielab(color)
  let name = ''
  let least = Number.POSITIVE_INFINITY
  for (const centroid of centroids()) {
    const distance = (centroid.lab.l - l) ** 2 + (centroid.lab.a - a) ** 2 + (centroid.lab.b - b) ** 2
    if (distance < least) {
      least = distance
      name = centroid.name
    }
  }
  return name
}

interface Centroid {
  readonly name: string
  readonly lab: Oklab
}

let read: readonly Centroid[] | undefined

/** Converted when first asked for: few need them. */
function centroids(): readonly Centroid[] {
  read ??= ISCC_NBS.flatMap(({ name, hex }) => {
    const color = hexToOklab(hex)
    return color ? [{ name, lab: oklabToCielab(color) }] : []
  })
  return read
}
