import {
  filterDeficiencyDeuter,
  filterDeficiencyProt,
  filterDeficiencyTrit,
  parseHex,
  serializeHex,
} from 'culori/fn'
import { colorDistance } from './distance.js'

/** Which cones are weak or missing: those for long (protan), middle (deutan) or short (tritan) waves. */
export type ColorVision = 'protan' | 'deutan' | 'tritan'

export const COLOR_VISIONS: readonly ColorVision[] = ['protan', 'deutan', 'tritan']

/**
 * The colour as somebody with such eyes sees it. G. M. Machado, M. M. Oliveira, L. A. F. Fernandes: A
 * Physiologically-based Model for Simulation of Color Vision Deficiency, IEEE TVCG 15(6), 2009; as culori has it.
 *
 * @param severity 0 (sees all colours) to 1 (the cones are missing)
 * @returns `#rrggbb`, or null if the text is not a colour
 */
export function simulateVision(hex: string, vision: ColorVision, severity = 1): string | null {
  const color = parseHex(hex.trim())
  if (!color) return null
  const seen = FILTERS[vision](Math.min(1, Math.max(0, severity)))({
    mode: 'rgb',
    r: color.r,
    g: color.g,
    b: color.b,
  })
  return serializeHex(seen)
}

/** `colorDistance` as somebody with such eyes sees it; null if either is not a colour. */
export function colorDistanceFor(
  vision: ColorVision,
  hexA: string,
  hexB: string,
  severity = 1,
): number | null {
  const [x, y] = [simulateVision(hexA, vision, severity), simulateVision(hexB, vision, severity)]
  return x && y ? colorDistance(x, y) : null
}

const FILTERS = {
  protan: filterDeficiencyProt,
  deutan: filterDeficiencyDeuter,
  tritan: filterDeficiencyTrit,
}
