import { modeHsl, modeHwb, modeLab, modeLch, modeOklab, modeOklch, modeRgb, parse, useMode } from 'culori/fn'
import type { ColorModifier } from './color-words.js'
import { COLOR_MODIFIERS, COLOR_WORDS } from './color-words.js'
import type { Oklab } from './convert.js'
import { hexToOklab, oklabToHex, oklabToOklch, oklchToOklab } from './convert.js'

for (const mode of [modeRgb, modeHsl, modeHwb, modeLab, modeLch, modeOklch]) useMode(mode)
const toOklab = useMode(modeOklab)

/** A colour found in a text. */
export interface FoundColor {
  /** sRGB, `#rrggbb` */
  readonly hex: string
  /** the words that say it, in lower case: `dark navy blue` */
  readonly words: string
  /** where these words begin, counted in the words of the text */
  readonly at: number
}

/**
 * The colour that a text says: CSS Color 4 (`#1a2b3c`, `rgb(26 43 60)`, `oklch(…)`, `rebeccapurple`; alpha is
 * ignored), a word of fashion (`camel`), or several with what changes them (`dark navy blue`, `light dusty-pink`).
 * Null if it says none, or says something else besides.
 */
export function parseColor(text: string): string | null {
  const clean = text.trim().toLowerCase()
  const words = clean.split(SEPARATOR).filter((word) => word !== '')
  const said = colorAt(words, 0)
  if (said && said.length === words.length) return said.hex
  const css = clean.length <= LONGEST ? (parse(clean) ?? parse(`#${clean}`)) : undefined
  if (!css || css.alpha === 0) return null
  const { l, a, b } = toOklab(css)
  return [l, a, b].every(Number.isFinite) ? oklabToHex({ l, a, b }) : null
}

/** The colours of fashion that a sentence names, in their order: `black boots with gold studs`. No CSS: linen is cloth. */
export function findColors(text: string): FoundColor[] {
  const words = text
    .toLowerCase()
    .split(SEPARATOR)
    .filter((word) => word !== '')
  const found: FoundColor[] = []
  for (let at = 0; at < words.length; ) {
    const said = colorAt(words, at)
    if (said) found.push({ hex: said.hex, words: words.slice(at, at + said.length).join(' '), at })
    at += said?.length ?? 1
  }
  return found
}

const SEPARATOR = /[\s,;:/&+_()[\]"'–—-]+/
/** no CSS colour is longer */
const LONGEST = 80
/** no colour of the table has more words */
const MOST_WORDS = 3

interface Said {
  readonly hex: string
  readonly length: number
}

/** The longest colour that begins with word `at`: modifiers, then colour words; the last word has the hue. */
function colorAt(words: readonly string[], at: number): Said | null {
  const known = wordAt(words, at)
  if (known) return joined(words, at, known)
  const modifier = modifierOf(words[at] ?? '')
  if (!modifier) return null
  const rest = colorAt(words, at + 1)
  return rest && { hex: modified(rest.hex, modifier), length: rest.length + 1 }
}

/** `navy blue`, `wine red`: a word and the plain family it is of; the first says more, so its colour stays. */
function joined(words: readonly string[], at: number, first: Said): Said {
  const next = words[at + first.length] ?? ''
  if (!FAMILIES.has(next) || next === words[at]) return first
  if (wordAt(words, at + first.length)?.length !== 1) return first
  if (FAMILIES.has(words[at + first.length - 1] ?? '')) return first
  return { hex: first.hex, length: first.length + 1 }
}

const FAMILIES: ReadonlySet<string> = new Set([
  'black',
  'grey',
  'gray',
  'white',
  'brown',
  'red',
  'pink',
  'orange',
  'yellow',
  'green',
  'blue',
  'purple',
])

function wordAt(words: readonly string[], at: number): Said | null {
  for (let length = Math.min(MOST_WORDS, words.length - at); length > 0; length--) {
    const phrase = words.slice(at, at + length).join(' ')
    if (Object.hasOwn(COLOR_WORDS, phrase)) return { hex: COLOR_WORDS[phrase] ?? '', length }
  }
  return null
}

function modifierOf(word: string): ColorModifier | null {
  return Object.hasOwn(COLOR_MODIFIERS, word) ? (COLOR_MODIFIERS[word] ?? null) : null
}

function modified(hex: string, { towards = 0, chroma = 1 }: ColorModifier): string {
  const lab: Oklab = hexToOklab(hex) ?? { l: 0.5, a: 0, b: 0 }
  const { l, c, h } = oklabToOklch(lab)
  const lightness = towards >= 0 ? l + (0.97 - l) * towards : l + l * towards
  return oklabToHex(oklchToOklab({ l: lightness, c: c * chroma, h }))
}
