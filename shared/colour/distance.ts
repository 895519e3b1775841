import { differenceCiede2000, differenceEuclidean, parseHex } from 'culori/fn'
import type { Oklab } from './convert.js'
import { hexToOklab } from './convert.js'

/**
 * Difference of two colours in OKLab with the chroma axes doubled ("deltaE OK2" of CSS Color and Color.js: plain OKLab
 * distance underrates chroma against lightness by about that factor). 0 is the same colour, about 0.02 just
 * noticeable, black to white 1.
 */
export function oklabDistance(x: Oklab, y: Oklab): number {
  return difference({ mode: 'oklab', ...x }, { mode: 'oklab', ...y })
}

/** {@link oklabDistance} of two hex colours; null if either is not a colour. */
export function colorDistance(hexA: string, hexB: string): number | null {
  const x = hexToOklab(hexA)
  const y = hexToOklab(hexB)
  return x && y ? oklabDistance(x, y) : null
}

/** CIEDE2000 of two hex colours (CIE 142-2001; about 1 is just noticeable), to compare with others; null as above. */
export function ciede2000(hexA: string, hexB: string): number | null {
  const x = parseHex(hexA.trim())
  const y = parseHex(hexB.trim())
  return x && y ? ciede(x, y) : null
}

const ciede = differenceCiede2000()

// Weights apply to squared differences: 4 doubles an axis. The fourth is alpha.
const difference = differenceEuclidean('oklab', [1, 4, 4, 0])
