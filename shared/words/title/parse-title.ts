import type { FoundColor } from '../../colour/parse-color.js'
import { findColors } from '../../colour/parse-color.js'
import type { Category, Subcategory, Taxonomy } from '../../domain/garment.js'
import { FITS, findLook, MATERIALS, PATTERNS } from '../../domain/looks.js'
import { TAXONOMY } from '../../domain/taxonomy.js'
import type { Described } from '../style/kinship.js'
import { departmentOf } from '../style/look.js'
import type { StyleTable } from '../style/style-profile.js'
import { STYLE_TABLE, styleProfile } from '../style/style-profile.js'
import { plainWords, readWords } from './read-words.js'
import type { Department } from './title-tables.js'
import {
  DEPARTMENT_WORDS,
  DETAIL_WORDS,
  DOUBTFUL_COLORS,
  OCCASION_WORDS,
  SCALE_WORDS,
  SEASON_WORDS,
} from './title-tables.js'

/** What the title of a garment says of it. What it does not say is null or empty; brands are not read. */
export interface TitleReading extends Described {
  /** id of the taxonomy */
  readonly category: string | null
  readonly subcategory: string | null
  /** ids of the tables in `domain/looks.ts` */
  readonly material: string | null
  readonly pattern: string | null
  /** small or large, of a pattern that the title names */
  readonly patternScale: string | null
  readonly fit: string | null
  readonly department: Department | null
  /** in the order in which the title names them */
  readonly colors: readonly FoundColor[]
  readonly seasons: readonly string[]
  readonly occasions: readonly string[]
}

/**
 * Reads the title that a shop or a person gives a garment, in English and in whatever words the taxonomy brings.
 *
 * @example
 * parseTitle("Women's navy cable-knit wool sweater") // { subcategory: 'sweater', material: 'wool', … }
 */
export function parseTitle(
  title: string,
  taxonomy: Taxonomy = TAXONOMY,
  styles: StyleTable = STYLE_TABLE,
): TitleReading {
  const words = readWords(title, (phrase) => styles.vectors.has(phrase) || DETAIL_WORDS.has(phrase))
  const plain = plainWords(title)
  const text = plain.join(' ')
  const kind = findKind(plain, taxonomy)
  const style = styleProfile(title, styles)
  const pattern = findLook(PATTERNS, text)
  const colors = findColors(text).filter((color) => !DOUBTFUL_COLORS.has(color.words))
  return {
    category: kind?.category.id ?? null,
    subcategory: kind?.subcategory?.id ?? null,
    material: findLook(MATERIALS, text)?.id ?? null,
    pattern: pattern?.id ?? null,
    patternScale: pattern && pattern.scale > 0 ? (all(plain, SCALE_WORDS)[0] ?? null) : null,
    fit: findLook(FITS, text)?.id ?? null,
    department: departmentOf(words),
    colors,
    seasons: all(words, SEASON_WORDS),
    occasions: all(words, OCCASION_WORDS),
    style,
    features: new Set([
      ...words.filter((word) => DETAIL_WORDS.has(word)),
      ...[...style.words].filter((word) => !Object.hasOwn(DEPARTMENT_WORDS, word)),
      ...colors.map((color) => color.words),
    ]),
  }
}

interface Kind {
  readonly category: Category
  /** undefined where the title names the category only */
  readonly subcategory: Subcategory | undefined
}

/** no phrase of a taxonomy is looked for that has more words */
const MOST_WORDS = 3

/** What comes after these words is not the garment: `boots with studs`, `dress for women`. */
const ASIDE: ReadonlySet<string> = new Set(['with', 'for', 'by', 'in', 'from'])

/** The last garment that is named, for English puts the noun last: `denim jacket`, `shirt dress`, `leather ankle boots`. */
function findKind(words: readonly string[], taxonomy: Taxonomy): Kind | undefined {
  const kinds = kindsOf(taxonomy)
  const aside = words.findIndex((word, i) => i > 0 && ASIDE.has(word))
  const parts = aside > 0 ? [words.slice(0, aside), words] : [words]
  for (const part of parts)
    for (let end = part.length; end > 0; end--)
      for (let length = Math.min(MOST_WORDS, end); length > 0; length--) {
        const kind = kinds.get(part.slice(end - length, end).join(' '))
        if (kind) return kind
      }
  return undefined
}

const known = new WeakMap<Taxonomy, ReadonlyMap<string, Kind>>()

/** Every id, label and word of the taxonomy, in singular and plural. */
function kindsOf(taxonomy: Taxonomy): ReadonlyMap<string, Kind> {
  const found = known.get(taxonomy)
  if (found) return found
  const kinds = new Map<string, Kind>()
  const add = (name: string, kind: Kind): void => {
    const phrase = plainWords(name.replace(/-/g, ' ')).join(' ')
    for (const form of [phrase, `${phrase}s`, `${phrase}es`, phrase.replace(/s$/, '')])
      if (form !== '' && !kinds.has(form)) kinds.set(form, kind)
  }
  for (const category of taxonomy)
    for (const subcategory of category.subcategories) {
      const kind = { category, subcategory }
      add(subcategory.id, kind)
      add(subcategory.label, kind)
    }
  for (const category of taxonomy)
    for (const subcategory of category.subcategories)
      for (const word of subcategory.words ?? []) add(word, { category, subcategory })
  for (const category of taxonomy) add(category.label, { category, subcategory: undefined })
  known.set(taxonomy, kinds)
  return kinds
}

function all(words: readonly string[], table: Readonly<Record<string, string>>): string[] {
  return [...new Set(words.flatMap((word) => (Object.hasOwn(table, word) ? [table[word] ?? ''] : [])))]
}
