import type { Category, Climate, Subcategory, Taxonomy, Volume, Ways } from './garment.js'
import { GARMENTS } from './garments.js'

/** What the engine needs to know of a piece, from its own fields or else from its place in the taxonomy. */
export interface Traits {
  readonly category: string
  readonly subcategory: string
  readonly label: string
  readonly ways: Ways
  readonly formality: number
  readonly warmth: number
  /** 0 to 1 */
  readonly rain: number
  readonly sport: boolean
  readonly place: string
  readonly volume: Volume
  readonly openLegs: boolean
  readonly wrap: boolean
  readonly climate: Climate | null
  readonly indoors: boolean
}

/** The fields of a piece that the taxonomy fills in. Anything may be missing or nonsense. */
export interface Classified {
  readonly category?: string | null
  readonly subcategory?: string | null
  readonly formality?: number | null
  readonly warmth?: number | null
  readonly waterproof?: boolean | null
}

/** The garments that come with the engine. An app adds its own with {@link extendTaxonomy}. */
export const TAXONOMY: Taxonomy = GARMENTS

/**
 * A taxonomy with more categories, or with others in place of its own. A category with a known id keeps what it does
 * not say and gains subcategories; one of a known id replaces that one, so that labels can be translated.
 *
 * @example
 * extendTaxonomy([{ id: 'sash', label: 'sash', ways: [['accessory']], typical: 'obi', subcategories: […] }])
 */
export function extendTaxonomy(own: readonly Category[], taxonomy: Taxonomy = TAXONOMY): Taxonomy {
  const merged = new Map(taxonomy.map((category) => [category.id, category]))
  for (const category of own) {
    const known = merged.get(category.id)
    const subcategories = new Map(
      [...(known?.subcategories ?? []), ...category.subcategories].map((sub) => [sub.id, sub]),
    )
    merged.set(category.id, { ...known, ...category, subcategories: [...subcategories.values()] })
  }
  return [...merged.values()]
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
  const { categories, subcategories } = indexOf(taxonomy)
  const category = typeof categoryId === 'string' ? categories.get(categoryId) : undefined
  const within = category?.subcategories.find((sub) => sub.id === id)
  return category && within ? { category, subcategory: within } : subcategories.get(id)
}

/**
 * The traits of a piece; null if neither its category nor its subcategory is known. Words are compared without regard
 * to case and spaces (`T Shirt` is `t-shirt`). The piece's own numbers count where they are sensible.
 */
export function traitsOf(piece: Classified, taxonomy: Taxonomy = TAXONOMY): Traits | null {
  const wanted = slug(piece.category)
  const found = findSubcategory(slug(piece.subcategory), wanted, taxonomy)
  const category = indexOf(taxonomy).categories.get(wanted)
  // A stated category wins over a subcategory of another, and a category that is a subcategory's name is read as that.
  const kind =
    found && (!category || found.category.id === category.id)
      ? found
      : category
        ? typicalOf(category)
        : findSubcategory(wanted, null, taxonomy)
  if (!kind) return null
  const { subcategory } = kind
  const rain = subcategory.rain ?? 0
  return {
    category: kind.category.id,
    subcategory: subcategory.id,
    label: subcategory.label,
    ways: subcategory.ways ?? kind.category.ways,
    formality: within(piece.formality, 1, 5) ?? subcategory.formality,
    warmth: within(piece.warmth, 0, 3) ?? subcategory.warmth,
    rain: typeof piece.waterproof === 'boolean' ? (piece.waterproof ? 1 : Math.min(rain, 0.3)) : rain,
    sport: subcategory.sport ?? false,
    place: subcategory.place ?? kind.category.id,
    volume: subcategory.volume ?? 1,
    openLegs: subcategory.openLegs ?? false,
    wrap: subcategory.wrap ?? false,
    climate: subcategory.climate ?? null,
    indoors: subcategory.indoors ?? false,
  }
}

interface Index {
  readonly categories: ReadonlyMap<string, Category>
  readonly subcategories: ReadonlyMap<
    string,
    { readonly category: Category; readonly subcategory: Subcategory }
  >
}

const indexes = new WeakMap<Taxonomy, Index>()

function indexOf(taxonomy: Taxonomy): Index {
  const known = indexes.get(taxonomy)
  if (known) return known
  const categories = new Map<string, Category>()
  const subcategories = new Map<string, { category: Category; subcategory: Subcategory }>()
  for (const category of taxonomy) {
    if (!categories.has(category.id)) categories.set(category.id, category)
    for (const subcategory of category.subcategories)
      if (!subcategories.has(subcategory.id)) subcategories.set(subcategory.id, { category, subcategory })
  }
  const index = { categories, subcategories }
  indexes.set(taxonomy, index)
  return index
}

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
