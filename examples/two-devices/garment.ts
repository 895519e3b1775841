import { findCategory, findSubcategory } from '@modaics/shared'

/** A garment that is put into the wardrobe in this demo. */
export interface Garment {
  readonly name: string
  /** of the taxonomy; null where nobody knows */
  readonly kind: GarmentKind | null
  readonly picture: Uint8Array
  /** what it is drawn in, `#rrggbb`, where the demo has drawn it */
  readonly drawnIn?: string
}

export interface GarmentKind {
  readonly category: string
  readonly subcategory?: string
}

/** Words that people and labelled collections use, and the taxonomy does not. */
const SYNONYMS: Readonly<Record<string, string>> = {
  body: 'top',
  bodysuit: 'top',
  jumper: 'sweater',
  outwear: 'jacket',
  overcoat: 'coat',
  pants: 'trousers',
  pullover: 'sweater',
  raincoat: 'rain-jacket',
  shoe: 'shoes',
  tee: 't-shirt',
  trainers: 'sneakers',
  tshirt: 't-shirt',
}

/** Finds the garment in a label or a file name: `T-Shirt`, `blue_rain jacket 2`, `Dresses`. */
export function kindFromWords(text: string): GarmentKind | null {
  const words = text
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word !== '')
  // Two words before one: a rain jacket is more than a jacket. And the last before the first: a shirt dress is a dress.
  for (const length of [2, 1])
    for (let at = words.length - length; at >= 0; at--) {
      const kind = kindOfWord(words.slice(at, at + length).join('-'))
      if (kind) return kind
    }
  return null
}

function kindOfWord(word: string): GarmentKind | null {
  for (const form of [word, `${word}s`, word.replace(/s$/, ''), word.replace(/es$/, '')]) {
    const id = SYNONYMS[form] ?? form
    const found = findSubcategory(id)
    if (found) return { category: found.category.id, subcategory: found.subcategory.id }
    if (findCategory(id)) return { category: id }
  }
  return null
}
