import type { Steps } from '../domain/steps.js'
import { drain, within } from '../domain/steps.js'
import { countOutfits, effortOf } from './count-outfits.js'
import type { Purpose } from './judge-outfits.js'
import { createOutfitJudge } from './judge-outfits.js'
import { spaceGaps } from './missing-slots.js'
import type { InsightGap } from './records.js'
import { ownedPieces } from './records.js'

export interface CapsuleRequest extends Purpose {
  /** how many pieces; 12 unless told, at most 60 */
  readonly pieces?: number
  /** ids of pieces that are in it in any case */
  readonly must?: readonly string[]
}

export interface Capsule {
  /** by id; fewer than asked for where more would add nothing */
  readonly itemIds: readonly string[]
  /** good outfits that these pieces make among themselves */
  readonly outfits: number
  readonly byOccasion: readonly { readonly occasion: string; readonly good: number }[]
  /** for each piece of it: good outfits within the capsule that need it */
  readonly pieces: readonly { readonly itemId: string; readonly outfits: number }[]
  /** some of the outfits, as ids in the order of the body */
  readonly examples: readonly (readonly string[])[]
  /** true where not every outfit was judged: numbers are estimates from an even sample */
  readonly bounded: boolean
  readonly missing: readonly InsightGap[]
}

/**
 * The pieces that make most good outfits among themselves. To find the best is as hard as the densest subgraph; this
 * takes away the piece that costs least until few enough are left (Charikar 2000), then exchanges one piece for another
 * as long as that helps.
 */
export function capsule(request: CapsuleRequest): Capsule {
  return drain(capsuleSteps(request))
}

/** {@link capsule} in steps: see `inPieces`. */
export function* capsuleSteps(request: CapsuleRequest): Steps<Capsule> {
  const judge = yield* within(createOutfitJudge(request), 0, 0.1)
  const items = ownedPieces(request.items)
  const size = Math.min(
    60,
    Math.max(1, Math.floor(Number.isFinite(request.pieces) ? (request.pieces ?? 12) : 12)),
  )
  const effort = effortOf(request.effort, judge.occasions.length)

  // In a large wardrobe a first count tells which pieces are worth a closer look.
  const first = yield* within(countOutfits(judge, judge.pieces, effort / 2), 0.1, 0.5)
  const must = new Set(Array.isArray(request.must) ? request.must : [])
  const shortlist = new Set(
    [...first.byPiece]
      .sort(([x, a], [y, b]) => b - a || (x < y ? -1 : 1))
      .slice(0, Math.max(size * 2, SHORTLIST))
      .map(([id]) => id),
  )
  const pieces = judge.pieces.filter(({ id }) => shortlist.has(id) || must.has(id))
  const counted = first.bounded ? yield* within(countOutfits(judge, pieces, effort / 2), 0.5, 0.8) : first
  const edges = counted.found.map(({ outfit, occasions }) => ({ ids: outfit.map(({ id }) => id), occasions }))

  const peeled = yield* within(peel(edges, size, must), 0.8, 0.9)
  const chosen = yield* within(improve(peeled, edges, size, must), 0.9, 1)
  const inside = edges.filter(({ ids }) => ids.every((id) => chosen.has(id)))
  const scaled = (count: number): number => Math.round(count * counted.each)
  const used = [...chosen].filter((id) => must.has(id) || inside.some(({ ids }) => ids.includes(id))).sort()
  return {
    itemIds: used,
    outfits: scaled(inside.length),
    byOccasion: judge.occasions.map((occasion, at) => ({
      occasion,
      good: scaled(inside.filter(({ occasions }) => occasions & (1 << at)).length),
    })),
    pieces: used
      .map((itemId) => ({ itemId, outfits: scaled(inside.filter(({ ids }) => ids.includes(itemId)).length) }))
      .sort((x, y) => y.outfits - x.outfits || (x.itemId < y.itemId ? -1 : 1)),
    examples: inside.slice(0, 10).map(({ ids }) => ids),
    bounded: counted.bounded || first.bounded,
    missing: spaceGaps(items, judge, first.good),
  }
}

const SHORTLIST = 60
const MOST_EXCHANGES = 200

interface Edge {
  readonly ids: readonly string[]
}

/** Takes away, one by one, what the fewest outfits need. */
function* peel(edges: readonly Edge[], size: number, must: ReadonlySet<string>): Steps<Set<string>> {
  const left = new Set([...edges.flatMap(({ ids }) => ids), ...must])
  let alive = edges
  const all = left.size
  while (left.size > Math.max(size, must.size)) {
    const needs = needsOf(alive)
    const [least] = [...left]
      .filter((id) => !must.has(id))
      .sort((x, y) => (needs.get(x) ?? 0) - (needs.get(y) ?? 0) || (x < y ? -1 : 1))
    if (least === undefined) break
    left.delete(least)
    alive = alive.filter(({ ids }) => !ids.includes(least))
    yield { done: 1 - left.size / all }
  }
  return left
}

/** Exchanges the pair that gains most outfits, while one does. */
function* improve(
  start: ReadonlySet<string>,
  edges: readonly Edge[],
  size: number,
  must: ReadonlySet<string>,
): Steps<ReadonlySet<string>> {
  const chosen = new Set(start)
  for (let exchange = 0; exchange < MOST_EXCHANGES; exchange++) {
    const loss = needsOf(edges.filter(({ ids }) => ids.every((id) => chosen.has(id))))
    /** by the one piece that an outfit lacks: its gain, and how much of that would go with each of the others */
    const gains = new Map<string, { total: number; with: Map<string, number> }>()
    for (const { ids } of edges) {
      const lacking = ids.filter((id) => !chosen.has(id))
      const [only] = lacking
      if (lacking.length !== 1 || only === undefined) continue
      const gain = gains.get(only) ?? { total: 0, with: new Map() }
      gain.total++
      for (const id of ids) if (id !== only) gain.with.set(id, (gain.with.get(id) ?? 0) + 1)
      gains.set(only, gain)
    }
    let best: { readonly add: string; readonly drop: string | null; readonly gain: number } | null = null
    for (const [add, gain] of [...gains].sort(([x], [y]) => (x < y ? -1 : 1))) {
      const drops = chosen.size < size ? [null] : [...chosen].filter((id) => !must.has(id)).sort()
      for (const drop of drops) {
        const net = gain.total - (drop === null ? 0 : (loss.get(drop) ?? 0) + (gain.with.get(drop) ?? 0))
        if (net > (best?.gain ?? 0)) best = { add, drop, gain: net }
      }
    }
    if (!best) break
    chosen.add(best.add)
    if (best.drop !== null) chosen.delete(best.drop)
    yield { done: exchange / MOST_EXCHANGES }
  }
  return chosen
}

function needsOf(edges: readonly Edge[]): ReadonlyMap<string, number> {
  const needs = new Map<string, number>()
  for (const { ids } of edges) for (const id of ids) needs.set(id, (needs.get(id) ?? 0) + 1)
  return needs
}
