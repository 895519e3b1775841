import { hexToOklab } from '../colour/convert.js'
import { oklabDistance } from '../colour/distance.js'
import type { Item, ItemColor } from '../domain/records.js'
import type { Lookalikes } from './lookalikes.js'

/** What two pieces are compared by. */
export type Comparable = Pick<
  Item,
  'id' | 'category' | 'subcategory' | 'pattern' | 'material' | 'colors' | 'attributes' | 'deletedAt'
>

export interface SimilarItem {
  readonly id: string
  /** 0 to 1 */
  readonly similarity: number
}

export interface SimilarOptions {
  /** at most so many; 10 unless told */
  readonly limit?: number
  /** how like their photos are */
  readonly lookalikes?: Lookalikes
}

/** What counts how much. What is not known of either piece counts for neither. */
const WEIGHTS = {
  colors: 0.4,
  look: 0.35,
  kind: 0.3,
  pattern: 0.12,
  material: 0.08,
  attributes: 0.1,
} as const
/** Colours further apart than this have nothing in common. */
const UNLIKE = 0.4

/**
 * The pieces most like one, best first: by colours and their shares, by what the eyes see in their photos, and by kind, pattern,
 * material and attributes.
 */
export function similarItems(
  items: Iterable<Comparable>,
  id: string,
  { limit = 10, lookalikes = new Map() }: SimilarOptions = {},
): SimilarItem[] {
  const all = [...items].filter(({ deletedAt }) => deletedAt === null)
  const wanted = all.find((item) => item.id === id)
  if (!wanted) return []
  return all
    .filter((item) => item.id !== id)
    .map((item) => ({ id: item.id, similarity: similarity(wanted, item, lookalikes.get(item.id)) }))
    .sort((x, y) => y.similarity - x.similarity || (x.id < y.id ? -1 : 1))
    .slice(0, limit)
}

function similarity(x: Comparable, y: Comparable, look: number | undefined): number {
  const parts: readonly (readonly [weight: number, score: number | null])[] = [
    [WEIGHTS.colors, colorSimilarity(x.colors, y.colors)],
    [WEIGHTS.look, look === undefined ? null : Math.max(0, look)],
    [WEIGHTS.kind, kindSimilarity(x, y)],
    [WEIGHTS.pattern, same(x.pattern, y.pattern)],
    [WEIGHTS.material, same(x.material, y.material)],
    [WEIGHTS.attributes, overlap(x.attributes, y.attributes)],
  ]
  const known = parts.filter((part): part is readonly [number, number] => part[1] !== null)
  // what can be compared in little is no near match for it
  const weight = known.reduce((sum, [weight]) => sum + weight, 0)
  return known.reduce((sum, [weight, score]) => sum + weight * score, 0) / Math.max(weight, 0.7)
}

function kindSimilarity(x: Comparable, y: Comparable): number | null {
  if (x.category === null || y.category === null) return null
  if (x.category !== y.category) return 0
  if (x.subcategory === null || y.subcategory === null) return 0.6
  return x.subcategory === y.subcategory ? 1 : 0.4
}

function same(x: string | null, y: string | null): number | null {
  return x === null || y === null ? null : x.toLowerCase() === y.toLowerCase() ? 1 : 0
}

function overlap(x: readonly string[], y: readonly string[]): number | null {
  if (x.length === 0 || y.length === 0) return null
  const shared = x.filter((value) => y.includes(value)).length
  return shared / (x.length + y.length - shared)
}

/** Each colour of one meets the nearest of the other, weighted by its share, both ways. */
function colorSimilarity(x: readonly ItemColor[] | null, y: readonly ItemColor[] | null): number | null {
  const [left, right] = [labs(x), labs(y)]
  if (left.length === 0 || right.length === 0) return null
  const mean = (toHalf(left, right) + toHalf(right, left)) / 2
  return Math.max(0, 1 - mean / UNLIKE)
}

type Lab = { readonly l: number; readonly a: number; readonly b: number; readonly share: number }

function labs(colors: readonly ItemColor[] | null): Lab[] {
  if (!Array.isArray(colors)) return []
  return colors.flatMap(({ hex, share }: ItemColor) => {
    const lab = typeof hex === 'string' ? hexToOklab(hex) : null
    return lab ? [{ ...lab, share: typeof share === 'number' ? share : 1 / colors.length }] : []
  })
}

function toHalf(from: readonly Lab[], to: readonly Lab[]): number {
  const total = from.reduce((sum, { share }) => sum + share, 0) || 1
  return from.reduce(
    (sum, lab) => sum + (lab.share / total) * Math.min(...to.map((other) => oklabDistance(lab, other))),
    0,
  )
}
