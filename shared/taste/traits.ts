import type { ColorFamily } from '../colour/color-names.js'
import { hexToOklab, oklabToOklch } from '../colour/convert.js'
import { nameOklab } from '../colour/name-color.js'
import type { Taxonomy } from '../domain/garment.js'
import type { ItemColor } from '../domain/records.js'
import type { Classified } from '../domain/taxonomy.js'
import { traitsOf } from '../domain/taxonomy.js'

/** What taste reads of a piece. An `Item` is one; any field may be missing or nonsense. */
export interface TasteGarment extends Classified {
  readonly id: string
  readonly colors?: readonly ItemColor[] | null
  readonly pattern?: string | null
  readonly material?: string | null
}

/** The main colour of a piece, as coarsely as people choose by it. */
export interface Tone {
  readonly family: ColorFamily
  readonly neutral: boolean
  readonly level: 'dark' | 'middle' | 'light'
}

/** A piece as taste sees it: read once. */
export interface TasteTraits {
  readonly id: string
  /** of the taxonomy; pieces of one group are alternatives to each other */
  readonly group: string
  /** null where no colour is known */
  readonly tone: Tone | null
  /** equal for equal tones */
  readonly toneKey: string
  /** how much it counts in an outfit: an accessory less than a coat */
  readonly part: number
  /** names of what a person may like or not, each with how much of it there is */
  readonly features: ReadonlyMap<string, number>
}

/** Null where neither category nor subcategory is known: then nobody can say what it is an alternative to. */
export function toTasteTraits(item: TasteGarment, taxonomy?: Taxonomy): TasteTraits | null {
  const traits = traitsOf(item, taxonomy)
  if (!traits) return null
  const features = new Map<string, number>([
    [`kind:${traits.subcategory}`, 1],
    [`piece:${item.id}`, 1],
  ])
  if (traits.formality >= 3.5) features.set('style:dressy', 1)
  if (traits.formality <= 2) features.set('style:casual', 1)
  for (const name of ['pattern', 'material'] as const) {
    const word = wordOf(item[name])
    if (word) features.set(`${name}:${word}`, 1)
  }
  const colors = readColors(item.colors)
  for (const { tone, share } of colors) {
    const name = `colour:${tone.family}`
    features.set(name, (features.get(name) ?? 0) + share)
  }
  const main = colors[0]
  if (main) {
    features.set(`level:${main.tone.level}`, 1)
    if (main.chroma >= STRONG) features.set('colour-strength:strong', 1)
    if (main.chroma < STRONG && !main.tone.neutral) features.set('colour-strength:muted', 1)
  }
  return {
    id: item.id,
    group: traits.category,
    tone: main?.tone ?? null,
    toneKey: main ? `${main.tone.family} ${main.tone.neutral} ${main.tone.level}` : '',
    part: traits.category === 'accessory' ? 0.3 : 1,
    features,
  }
}

/** What two colours worn together are called; empty where one is not known. */
export function pairFeatures(x: Tone | null, y: Tone | null): readonly string[] {
  if (!x || !y) return []
  const families = x.family < y.family ? `${x.family}+${y.family}` : `${y.family}+${x.family}`
  const names = [`together:${families}`]
  if (x.neutral && y.neutral) names.push('palette:neutrals')
  else if (x.neutral !== y.neutral) names.push('palette:accent')
  else names.push(x.family === y.family ? 'palette:tonal' : 'palette:colours')
  if (x.level === y.level) names.push('contrast:low')
  else if (x.level !== 'middle' && y.level !== 'middle') names.push('contrast:high')
  return names
}

/** Chroma in OKLCH from which a colour is called strong: mustard and up, not sage. */
const STRONG = 0.11
const MAIN_COLORS = 2
/** More colours than these are not read: a record may hold any number. */
const MOST_COLORS = 16

function readColors(
  colors: unknown,
): { readonly tone: Tone; readonly share: number; readonly chroma: number }[] {
  if (!Array.isArray(colors)) return []
  const read = colors
    .slice(0, MOST_COLORS)
    .flatMap((color) => {
      const lab = typeof color?.hex === 'string' ? hexToOklab(color.hex) : null
      if (!lab) return []
      const { family, neutral } = nameOklab(lab)
      const level = lab.l < 0.42 ? 'dark' : lab.l > 0.75 ? 'light' : 'middle'
      const share = typeof color.share === 'number' && color.share > 0 ? Math.min(1, color.share) : 0.01
      return [{ tone: { family, neutral, level } as const, share, chroma: oklabToOklch(lab).c }]
    })
    .sort((x, y) => y.share - x.share)
    .slice(0, MAIN_COLORS)
  const total = read.reduce((sum, { share }) => sum + share, 0)
  return read.map((color) => ({ ...color, share: color.share / total }))
}

function wordOf(text: unknown): string {
  return typeof text === 'string' ? text.trim().toLowerCase().slice(0, 64) : ''
}
