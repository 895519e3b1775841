import {
  convertLabToLch,
  convertLchToLab,
  convertOklabToRgb,
  modeLab65,
  modeOklab,
  modeRgb,
  parseHex,
  serializeHex,
  useMode,
} from 'culori/fn'

/** A colour in OKLab (Ottosson 2020, D65). `l` 0 (black) to 1 (white); `a`, `b` about −0.4 to 0.4. */
export interface Oklab {
  readonly l: number
  readonly a: number
  readonly b: number
}

/** A colour in OKLCH: OKLab in polar form. `h` in degrees, 0 to 360; 0 for an exact grey. */
export interface Oklch {
  readonly l: number
  readonly c: number
  readonly h: number
}

useMode(modeRgb)
const toOklab = useMode(modeOklab)
/** sRGB or OKLab to CIELAB under D65, for formulas published in it. */
const toLab65 = useMode(modeLab65)

/** An sRGB colour (`#rgb`, `#rrggbb`, with or without `#`, alpha ignored) in OKLab; null if the text is no such colour. */
export function hexToOklab(hex: string): Oklab | null {
  const rgb = parseHex(hex.trim())
  return rgb ? rgb8ToOklab(rgb.r * 255, rgb.g * 255, rgb.b * 255) : null
}

/** sRGB with components 0 to 255 in OKLab. */
export function rgb8ToOklab(r: number, g: number, b: number): Oklab {
  const { l, a, b: blueYellow } = toOklab({ mode: 'rgb', r: r / 255, g: g / 255, b: b / 255 })
  return { l, a, b: blueYellow }
}

/** `#rrggbb` of an OKLab colour; what sRGB cannot show is clipped per component. */
export function oklabToHex(color: Oklab): string {
  return serializeHex(convertOklabToRgb(color))
}

export function oklabToOklch({ l, a, b }: Oklab): Oklch {
  const lch = convertLabToLch({ l, a, b }, 'oklch')
  return { l: lch.l, c: lch.c, h: lch.h ?? 0 }
}

export function oklchToOklab({ l, c, h }: Oklch): Oklab {
  const lab = convertLchToLab({ l, c, h })
  return { l: lab.l, a: lab.a ?? 0, b: lab.b ?? 0 }
}

/** CIELAB (D65): `l` 0 to 100. */
export function oklabToCielab({ l, a, b }: Oklab): Oklab {
  const lab = toLab65({ mode: 'oklab', l, a, b })
  return { l: lab.l, a: lab.a, b: lab.b }
}
