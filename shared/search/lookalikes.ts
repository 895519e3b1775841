import type { Json } from '../domain/json.js'
import type { LookFeatures } from '../domain/look-features.js'
import type { Photo } from '../domain/records.js'

/**
 * How like the photos of other pieces are to those of one, by what the eyes saw in them: the greatest cosine between a photo of
 * the one and a photo of the other, -1 to 1. A piece of which no photo was seen by the same eyes is not among them.
 */
export type Lookalikes = ReadonlyMap<string, number>

/** @param photos of a wardrobe; their `analysis` may be of the server or of a device */
export function lookalikes(
  photos: Iterable<Pick<Photo, 'itemId' | 'analysis' | 'deletedAt'>>,
  itemId: string,
): Lookalikes {
  const seen: { readonly itemId: string; readonly features: LookFeatures }[] = []
  for (const photo of photos) {
    const features = photo.deletedAt === null ? featuresOf(photo.analysis) : null
    if (features && photo.itemId !== null) seen.push({ itemId: photo.itemId, features })
  }
  const own = seen.filter((one) => one.itemId === itemId)
  const found = new Map<string, number>()
  for (const other of seen) {
    if (other.itemId === itemId) continue
    for (const { features } of own) {
      const likeness = cosine(features, other.features)
      if (likeness !== null && likeness > (found.get(other.itemId) ?? Number.NEGATIVE_INFINITY))
        found.set(other.itemId, likeness)
    }
  }
  return found
}

const LARGEST = 127
const MOST = 256

/** What an analysis holds of them; null where it holds none, or what cannot be compared: a person may have written anything there. */
export function featuresOf(analysis: Json | null | undefined): LookFeatures | null {
  const features = isRecord(analysis) ? analysis.features : undefined
  if (!isRecord(features) || typeof features.eyes !== 'string' || !Array.isArray(features.values)) return null
  const values = features.values as readonly Json[]
  if (values.length === 0 || values.length > MOST) return null
  for (const value of values) if (typeof value !== 'number' || !(Math.abs(value) <= LARGEST)) return null
  return { eyes: features.eyes, values: values as readonly number[] }
}

function cosine(x: LookFeatures, y: LookFeatures): number | null {
  if (x.eyes !== y.eyes || x.values.length !== y.values.length) return null
  let [dot, left, right] = [0, 0, 0]
  for (const [i, value] of x.values.entries()) {
    const other = y.values[i] ?? 0
    dot += value * other
    left += value * value
    right += other * other
  }
  return left === 0 || right === 0 ? null : dot / Math.sqrt(left * right)
}

function isRecord(value: Json | null | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
