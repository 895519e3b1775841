/** Where a piece is worn. One piece a slot, except `accessory`. */
export const SLOTS = ['base', 'mid', 'outer', 'legs', 'feet', 'accessory'] as const

export type Slot = (typeof SLOTS)[number]

export interface Subcategory {
  readonly id: string
  readonly label: string
  /** 1 (home) to 5 (black tie) */
  readonly formality: number
  /** thermal insulation in clo: typical values of ISO 9920 and ASHRAE 55, between them where they differ */
  readonly warmth: number
  /** keeps rain out; false unless told */
  readonly waterproof?: boolean
  /** made for sport; false unless told */
  readonly sport?: boolean
  /** ways to wear it, if they differ from those of the category */
  readonly ways?: Ways
  /** part of the body, for accessories: two for one part are not worn together */
  readonly place?: string
}

/** Each way to wear a piece is the slots that it fills at once; the usual way first. A dress fills two. */
export type Ways = readonly (readonly Slot[])[]

export interface Category {
  readonly id: string
  readonly label: string
  readonly ways: Ways
  /** what a piece is taken for when its subcategory is unknown */
  readonly typical: string
  readonly subcategories: readonly Subcategory[]
}

export type Taxonomy = readonly Category[]

/** What the engine needs to know of a piece, from its own fields or else from its place in the taxonomy. */
export interface Traits {
  readonly category: string
  readonly subcategory: string
  readonly label: string
  readonly ways: Ways
  readonly formality: number
  readonly warmth: number
  readonly waterproof: boolean
  readonly sport: boolean
  readonly place: string
}

/** The fields of a piece that the taxonomy fills in. Anything may be missing or nonsense. */
export interface Classified {
  readonly category?: string | null
  readonly subcategory?: string | null
  readonly formality?: number | null
  readonly warmth?: number | null
  readonly waterproof?: boolean | null
}

export function findCategory(id: string, taxonomy: Taxonomy = TAXONOMY): Category | undefined {
  return taxonomy.find((category) => category.id === id)
}

/** A subcategory and its category by the subcategory's id; in `categoryId`, if that has it, else wherever it is first. */
export function findSubcategory(
  id: string,
  categoryId?: string | null,
  taxonomy: Taxonomy = TAXONOMY,
): { readonly category: Category; readonly subcategory: Subcategory } | undefined {
  const first = taxonomy.filter((category) => category.id === categoryId)
  for (const category of [...first, ...taxonomy]) {
    const subcategory = category.subcategories.find((sub) => sub.id === id)
    if (subcategory) return { category, subcategory }
  }
  return undefined
}

/**
 * The traits of a piece; null if neither its category nor its subcategory is known. Words are compared without regard
 * to case and spaces (`T Shirt` is `t-shirt`). The piece's own numbers count where they are sensible.
 */
export function traitsOf(piece: Classified, taxonomy: Taxonomy = TAXONOMY): Traits | null {
  const wanted = slug(piece.category)
  const found = findSubcategory(slug(piece.subcategory), wanted, taxonomy)
  const category = findCategory(wanted, taxonomy)
  // A stated category wins over a subcategory of another, and a category that is a subcategory's name is read as that.
  const kind =
    found && (!category || found.category.id === category.id)
      ? found
      : category
        ? typicalOf(category)
        : findSubcategory(wanted, null, taxonomy)
  if (!kind) return null
  const { subcategory } = kind
  return {
    category: kind.category.id,
    subcategory: subcategory.id,
    label: subcategory.label,
    ways: subcategory.ways ?? kind.category.ways,
    formality: within(piece.formality, 1, 5) ?? subcategory.formality,
    warmth: within(piece.warmth, 0, 3) ?? subcategory.warmth,
    waterproof: typeof piece.waterproof === 'boolean' ? piece.waterproof : (subcategory.waterproof ?? false),
    sport: subcategory.sport ?? false,
    place: subcategory.place ?? kind.category.id,
  }
}

const UPPER: Ways = [['base']]
const LAYER: Ways = [['mid'], ['base']]

export const TAXONOMY: Taxonomy = [
  {
    id: 'top',
    label: 'top',
    ways: UPPER,
    typical: 't-shirt',
    subcategories: [
      { id: 't-shirt', label: 'T-shirt', formality: 2, warmth: 0.09 },
      { id: 'undershirt', label: 'undershirt', formality: 1, warmth: 0.06 },
      { id: 'tank-top', label: 'tank top', formality: 1, warmth: 0.06 },
      { id: 'top', label: 'top', formality: 2, warmth: 0.12 },
      { id: 'longsleeve', label: 'long-sleeved top', formality: 2, warmth: 0.2 },
      { id: 'polo', label: 'polo shirt', formality: 2.5, warmth: 0.17 },
      { id: 'shirt', label: 'shirt', formality: 3.5, warmth: 0.25 },
      { id: 'blouse', label: 'blouse', formality: 3.5, warmth: 0.2 },
      { id: 'turtleneck', label: 'turtleneck', formality: 3, warmth: 0.28, ways: [['base'], ['mid']] },
      { id: 'sweater', label: 'sweater', formality: 3, warmth: 0.3, ways: LAYER },
      { id: 'sweatshirt', label: 'sweatshirt', formality: 1.5, warmth: 0.3, ways: LAYER },
      { id: 'hoodie', label: 'hoodie', formality: 1.5, warmth: 0.32, ways: LAYER },
      { id: 'cardigan', label: 'cardigan', formality: 3, warmth: 0.28, ways: [['mid']] },
      { id: 'vest', label: 'vest', formality: 3, warmth: 0.15, ways: [['mid']] },
      { id: 'blazer', label: 'blazer', formality: 4, warmth: 0.38, ways: [['mid']] },
      { id: 'sport-top', label: 'sports top', formality: 1, warmth: 0.1, sport: true },
      { id: 'thermal-top', label: 'thermal top', formality: 1, warmth: 0.2 },
    ],
  },
  {
    id: 'bottom',
    label: 'bottoms',
    ways: [['legs']],
    typical: 'trousers',
    subcategories: [
      { id: 'jeans', label: 'jeans', formality: 2, warmth: 0.24 },
      { id: 'chinos', label: 'chinos', formality: 3, warmth: 0.2 },
      { id: 'trousers', label: 'trousers', formality: 3, warmth: 0.22 },
      { id: 'dress-trousers', label: 'dress trousers', formality: 4, warmth: 0.22 },
      { id: 'leggings', label: 'leggings', formality: 1.5, warmth: 0.15, sport: true },
      { id: 'sweatpants', label: 'sweatpants', formality: 1, warmth: 0.28, sport: true },
      { id: 'shorts', label: 'shorts', formality: 1.5, warmth: 0.07 },
      { id: 'sport-shorts', label: 'sports shorts', formality: 1, warmth: 0.06, sport: true },
      { id: 'skirt', label: 'skirt', formality: 3, warmth: 0.16 },
      { id: 'rain-trousers', label: 'rain trousers', formality: 1, warmth: 0.2, waterproof: true },
    ],
  },
  {
    id: 'dress',
    label: 'dress',
    ways: [['base', 'legs']],
    typical: 'dress',
    subcategories: [
      { id: 'dress', label: 'dress', formality: 3, warmth: 0.3 },
      { id: 'sundress', label: 'sundress', formality: 2, warmth: 0.2 },
      { id: 'evening-dress', label: 'evening dress', formality: 5, warmth: 0.3 },
      { id: 'jumpsuit', label: 'jumpsuit', formality: 2.5, warmth: 0.4 },
    ],
  },
  {
    id: 'suit',
    label: 'suit',
    ways: [['mid', 'legs']],
    typical: 'suit',
    subcategories: [
      { id: 'suit', label: 'suit', formality: 4.5, warmth: 0.6 },
      { id: 'tuxedo', label: 'tuxedo', formality: 5, warmth: 0.6 },
    ],
  },
  {
    id: 'outerwear',
    label: 'outerwear',
    ways: [['outer']],
    typical: 'jacket',
    subcategories: [
      { id: 'jacket', label: 'jacket', formality: 2.5, warmth: 0.35 },
      { id: 'denim-jacket', label: 'denim jacket', formality: 2, warmth: 0.3 },
      { id: 'leather-jacket', label: 'leather jacket', formality: 2.5, warmth: 0.4 },
      { id: 'windbreaker', label: 'windbreaker', formality: 1.5, warmth: 0.3 },
      { id: 'rain-jacket', label: 'rain jacket', formality: 2, warmth: 0.31, waterproof: true },
      { id: 'trench-coat', label: 'trench coat', formality: 3.5, warmth: 0.45, waterproof: true },
      { id: 'gilet', label: 'gilet', formality: 2, warmth: 0.3 },
      { id: 'coat', label: 'coat', formality: 3.5, warmth: 0.6 },
      { id: 'down-jacket', label: 'down jacket', formality: 2, warmth: 0.6 },
      { id: 'parka', label: 'parka', formality: 2, warmth: 0.7, waterproof: true },
    ],
  },
  {
    id: 'shoes',
    label: 'shoes',
    ways: [['feet']],
    typical: 'shoes',
    subcategories: [
      { id: 'shoes', label: 'shoes', formality: 2.5, warmth: 0.03 },
      { id: 'sneakers', label: 'sneakers', formality: 2, warmth: 0.03 },
      { id: 'running-shoes', label: 'running shoes', formality: 1, warmth: 0.03, sport: true },
      { id: 'loafers', label: 'loafers', formality: 3.5, warmth: 0.03 },
      { id: 'dress-shoes', label: 'dress shoes', formality: 4.5, warmth: 0.03 },
      { id: 'heels', label: 'heels', formality: 4, warmth: 0.02 },
      { id: 'flats', label: 'flats', formality: 3, warmth: 0.02 },
      { id: 'sandals', label: 'sandals', formality: 1.5, warmth: 0.02 },
      { id: 'slippers', label: 'slippers', formality: 1, warmth: 0.03 },
      { id: 'boots', label: 'boots', formality: 2.5, warmth: 0.1 },
      { id: 'rain-boots', label: 'rain boots', formality: 1, warmth: 0.08, waterproof: true },
    ],
  },
  {
    id: 'accessory',
    label: 'accessory',
    ways: [['accessory']],
    typical: 'accessory',
    subcategories: [
      { id: 'accessory', label: 'accessory', formality: 2.5, warmth: 0, place: 'other' },
      { id: 'scarf', label: 'scarf', formality: 3, warmth: 0.07, place: 'neck' },
      { id: 'tie', label: 'tie', formality: 4.5, warmth: 0.01, place: 'neck' },
      { id: 'hat', label: 'hat', formality: 2.5, warmth: 0.03, place: 'head' },
      { id: 'cap', label: 'cap', formality: 1.5, warmth: 0.01, place: 'head' },
      { id: 'beanie', label: 'beanie', formality: 1.5, warmth: 0.05, place: 'head' },
      { id: 'gloves', label: 'gloves', formality: 2.5, warmth: 0.05, place: 'hands' },
      { id: 'belt', label: 'belt', formality: 3, warmth: 0.01, place: 'waist' },
      { id: 'bag', label: 'bag', formality: 3, warmth: 0, place: 'bag' },
      { id: 'backpack', label: 'backpack', formality: 1.5, warmth: 0, place: 'bag' },
      { id: 'watch', label: 'watch', formality: 3, warmth: 0, place: 'wrist' },
      { id: 'jewellery', label: 'jewellery', formality: 3.5, warmth: 0, place: 'jewellery' },
      { id: 'sunglasses', label: 'sunglasses', formality: 2, warmth: 0, place: 'eyes' },
      { id: 'umbrella', label: 'umbrella', formality: 3, warmth: 0, waterproof: true, place: 'hand' },
    ],
  },
]

function typicalOf(category: Category): { category: Category; subcategory: Subcategory } | undefined {
  const subcategory =
    category.subcategories.find((sub) => sub.id === category.typical) ?? category.subcategories[0]
  return subcategory && { category, subcategory }
}

function slug(text: unknown): string {
  return typeof text === 'string'
    ? text
        .trim()
        .toLowerCase()
        .replace(/[\s_]+/g, '-')
    : ''
}

function within(value: unknown, low: number, high: number): number | undefined {
  return typeof value === 'number' && value >= low && value <= high ? value : undefined
}
