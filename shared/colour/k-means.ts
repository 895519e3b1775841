export interface Clusters {
  /** three numbers a cluster */
  readonly centres: Float64Array
  /** cluster of each point */
  readonly labels: Uint8Array
  /** points in each cluster */
  readonly sizes: Uint32Array
}

/**
 * Lloyd's k-means over points of three numbers, without chance: the first centre is the mean, each next one the point
 * farthest from those there are, where one point in a hundred may be an outlier and is passed over. Fewer than `k`
 * clusters come back when the points do not have that many distinct values.
 *
 * @param points three numbers a point
 * @param k at most 255
 */
export function kMeans(points: Float32Array, k: number, rounds = 12): Clusters {
  const count = Math.floor(points.length / 3)
  const labels = new Uint8Array(count)
  let centres = spread(points, count, Math.min(k, 255))
  let sizes = new Uint32Array(centres.length / 3)
  for (let round = 0; round < rounds; round++) {
    const clusters = centres.length / 3
    const sums = new Float64Array(centres.length)
    sizes = new Uint32Array(clusters)
    let moved = 0
    for (let i = 0; i < count; i++) {
      const before = labels[i] ?? 0
      const label = nearest(points, i, centres, clusters, before)
      if (label !== before) moved++
      labels[i] = label
      const to = label * 3
      sizes[label] = (sizes[label] ?? 0) + 1
      sums[to] = (sums[to] ?? 0) + (points[i * 3] ?? 0)
      sums[to + 1] = (sums[to + 1] ?? 0) + (points[i * 3 + 1] ?? 0)
      sums[to + 2] = (sums[to + 2] ?? 0) + (points[i * 3 + 2] ?? 0)
    }
    const next = new Float64Array(centres.length)
    for (let c = 0; c < clusters; c++) {
      const size = sizes[c] ?? 0
      for (let d = 0; d < 3; d++)
        next[c * 3 + d] = size > 0 ? (sums[c * 3 + d] ?? 0) / size : (centres[c * 3 + d] ?? 0)
    }
    centres = next
    if (moved === 0 && round > 0) break
  }
  return { centres, labels, sizes }
}

/** Squared distance of point `i` and centre `c`. */
export function squaredDistance(points: Float32Array, i: number, centres: Float64Array, c: number): number {
  const x = (points[i * 3] ?? 0) - (centres[c * 3] ?? 0)
  const y = (points[i * 3 + 1] ?? 0) - (centres[c * 3 + 1] ?? 0)
  const z = (points[i * 3 + 2] ?? 0) - (centres[c * 3 + 2] ?? 0)
  return x * x + y * y + z * z
}

/**
 * The centre nearest to point `i`, the first of equals. Most are told to be farther by their first number alone, where the
 * search begins with the centre that was nearest before.
 */
function nearest(
  points: Float32Array,
  i: number,
  centres: Float64Array,
  clusters: number,
  before: number,
): number {
  const px = points[i * 3] ?? 0
  const py = points[i * 3 + 1] ?? 0
  const pz = points[i * 3 + 2] ?? 0
  let best = before
  let least = squaredDistance(points, i, centres, before)
  for (let c = 0; c < clusters; c++) {
    const x = px - (centres[c * 3] ?? 0)
    if (x * x > least) continue
    const y = py - (centres[c * 3 + 1] ?? 0)
    const z = pz - (centres[c * 3 + 2] ?? 0)
    const distance = x * x + y * y + z * z
    if (distance < least || (distance === least && c < best)) {
      least = distance
      best = c
    }
  }
  return best
}

/** Enough points to find where colours are; to look at all would take most of the time. */
const SAMPLE = 2048

function spread(points: Float32Array, count: number, k: number): Float64Array {
  const step = Math.max(1, Math.floor(count / SAMPLE))
  let [x, y, z] = [0, 0, 0]
  for (let i = 0; i < count; i++) {
    x += (points[i * 3] ?? 0) / count
    y += (points[i * 3 + 1] ?? 0) / count
    z += (points[i * 3 + 2] ?? 0) / count
  }
  const centres: number[] = [x, y, z]
  const least = new Float64Array(Math.ceil(count / step)).fill(Number.POSITIVE_INFINITY)
  const sorted = new Float64Array(least.length)
  while (centres.length < k * 3) {
    const newest = Float64Array.from(centres.slice(-3))
    for (let i = 0; i < least.length; i++) {
      const distance = squaredDistance(points, i * step, newest, 0)
      if (distance < (least[i] ?? 0)) least[i] = distance
    }
    sorted.set(least)
    sorted.sort()
    const rank = sorted[Math.max(0, Math.ceil(least.length * 0.99) - 1)] ?? 0
    if (rank < 1e-6) break
    const far = least.indexOf(rank) * step
    centres.push(points[far * 3] ?? 0, points[far * 3 + 1] ?? 0, points[far * 3 + 2] ?? 0)
  }
  return Float64Array.from(centres)
}
