import type { Taxonomy } from '../domain/garment.js'
import { findSubcategory } from '../domain/taxonomy.js'
import type { TasteModel } from './taste-model.js'

/** One thing that is believed of the owner's taste, to be shown to them. */
export interface TasteBelief {
  /** name of the trait: `colour:blue`, `together:blue+brown`, `piece:ID` */
  readonly trait: string
  readonly about:
    | 'colour'
    | 'level'
    | 'colour-strength'
    | 'kind'
    | 'style'
    | 'pattern'
    | 'material'
    | 'palette'
    | 'contrast'
    | 'together'
    | 'piece'
  readonly lean: 'for' | 'against'
  /** pull in log-odds, without its sign */
  readonly strength: number
  /** 0 to 1: how likely it is that the lean is real, beyond even chance */
  readonly sureness: number
  /** signs that had the trait and spoke for it, and against it */
  readonly signs: { readonly for: number; readonly against: number }
  readonly text: string
}

export interface DescribeTasteOptions {
  /** how a piece is called; its id unless told */
  readonly nameOf?: (itemId: string) => string | undefined
  /** sentences of another language, by what they are about */
  readonly words?: TasteWords
  /** how kinds are called; the engine's own unless told */
  readonly taxonomy?: Taxonomy
  /** beliefs less sure than this are left out; 0.5 unless told */
  readonly leastSure?: number
}

/** `{x}` stands for the name of the trait. */
export type TasteWords = Readonly<
  Record<TasteBelief['about'], { readonly for: string; readonly against: string }>
>

export const TASTE_WORDS: TasteWords = {
  colour: { for: 'you lean to {x}', against: 'you tend to pass over {x}' },
  level: { for: 'you lean to {x} tones', against: 'you tend to pass over {x} tones' },
  'colour-strength': { for: 'you lean to {x} colours', against: 'you tend to pass over {x} colours' },
  kind: { for: 'you like to wear {x}', against: 'you seldom choose {x}' },
  style: { for: 'you lean to {x} pieces', against: 'you tend to pass over {x} pieces' },
  pattern: { for: 'you lean to {x} pieces', against: 'you tend to pass over {x} pieces' },
  material: { for: 'you lean to {x}', against: 'you tend to pass over {x}' },
  palette: { for: 'you like outfits of {x}', against: 'you tend to pass over outfits of {x}' },
  contrast: { for: 'you like {x} contrast', against: 'you tend to pass over {x} contrast' },
  together: { for: 'you like {x} together', against: 'you do not take {x} together' },
  piece: { for: '{x} is a favourite', against: '{x} is seldom your choice' },
}

const PALETTES: Readonly<Record<string, string>> = {
  neutrals: 'neutrals only',
  accent: 'neutrals with one colour',
  tonal: 'one colour in its shades',
  colours: 'several colours',
}

/** What is believed of the owner's taste, in words, surest and strongest first. What is hardly known is left out. */
export function describeTaste(model: TasteModel, options: DescribeTasteOptions = {}): readonly TasteBelief[] {
  const { nameOf = () => undefined, words = TASTE_WORDS, leastSure = 0.5, taxonomy } = options
  const beliefs: TasteBelief[] = []
  for (const [trait, { mean, sd, for: pro, against }] of Object.entries(model.weights)) {
    const [about = '', ...rest] = trait.split(':')
    if (!isAbout(about)) continue
    const sureness = Math.max(0, 2 * normalCdf(Math.abs(mean) / sd) - 1)
    if (!(sureness >= leastSure)) continue
    const lean = mean > 0 ? 'for' : 'against'
    const text = words[about][lean].replaceAll('{x}', nameOfTrait(about, rest.join(':'), nameOf, taxonomy))
    beliefs.push({
      trait,
      about,
      lean,
      strength: Math.abs(mean),
      sureness,
      signs: { for: pro, against },
      text,
    })
  }
  return beliefs.sort(
    (x, y) => y.sureness * y.strength - x.sureness * x.strength || (x.trait < y.trait ? -1 : 1),
  )
}

function isAbout(text: string): text is TasteBelief['about'] {
  return Object.hasOwn(TASTE_WORDS, text)
}

function nameOfTrait(
  about: TasteBelief['about'],
  name: string,
  nameOf: (id: string) => string | undefined,
  taxonomy?: Taxonomy,
): string {
  if (about === 'piece') return nameOf(name) ?? name
  if (about === 'together') {
    const [x = '', y = ''] = name.split('+')
    return x === y ? `${x} and ${x}` : `${x} and ${y}`
  }
  if (about === 'palette') return PALETTES[name] ?? name
  return about === 'kind' ? (findSubcategory(name, null, taxonomy)?.subcategory.label ?? name) : name
}

/** Abramowitz and Stegun 26.2.17, |error| < 7.5e-8. For x ≥ 0. */
function normalCdf(x: number): number {
  const t = 1 / (1 + 0.2316419 * x)
  const poly =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
  return 1 - (Math.exp(-(x * x) / 2) / Math.sqrt(2 * Math.PI)) * poly
}
