import { modeLrgb, parseHex, useMode, wcagContrast } from 'culori/fn'

useMode(modeLrgb)

/**
 * Contrast of two colours as WCAG 2 has it (ratio of relative luminances, 1 to 21; text needs 4.5). Null if either is
 * not a colour.
 */
export function contrast(hexA: string, hexB: string): number | null {
  const x = parseHex(hexA.trim())
  const y = parseHex(hexB.trim())
  return x && y ? wcagContrast(x, y) : null
}
