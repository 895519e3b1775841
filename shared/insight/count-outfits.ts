import type { Steps } from '../domain/steps.js'
import type { Piece } from '../outfit/piece.js'
import type { Ensemble } from '../outfit/rule.js'
import type { OutfitJudge } from './judge-outfits.js'
import { outfitSpace, sampleOf } from './outfit-space.js'

export interface OutfitCount {
  /** outfits that are good for one of the occasions at least */
  readonly good: number
  /** of all that can be put together */
  readonly possible: number
  readonly byOccasion: readonly { readonly occasion: string; readonly good: number }[]
  /** true where not every outfit was judged: numbers are estimates from an even sample */
  readonly bounded: boolean
}

export interface CountedOutfits extends OutfitCount {
  /** good outfits by item */
  readonly byPiece: ReadonlyMap<string, number>
  /** the good ones among those judged, with the bits of their occasions */
  readonly found: readonly { readonly outfit: Ensemble; readonly occasions: number }[]
  /** how many outfits one judged stands for */
  readonly each: number
}

/** @param most how many outfits may be judged */
export function* countOutfits(
  judge: OutfitJudge,
  pieces: readonly Piece[],
  most: number,
  must?: readonly Piece[],
): Steps<CountedOutfits> {
  const space = outfitSpace(pieces, judge.outdoors, must)
  const limit = Math.max(1, Math.floor(most))
  const bounded = space.size > limit
  const found: { outfit: Ensemble; occasions: number }[] = []
  const byOccasion = judge.occasions.map(() => 0)
  const byPiece = new Map<string, number>()
  let [seen, impossible] = [0, 0]
  for (const index of sampleOf(space.size, limit)) {
    if (seen % JUDGED_AT_ONCE === JUDGED_AT_ONCE - 1) yield { done: seen / Math.min(space.size, limit) }
    seen++
    const outfit = space.at(index)
    if (!outfit) {
      impossible++
      continue
    }
    const occasions = judge.goodFor(outfit)
    if (occasions === 0) continue
    found.push({ outfit, occasions })
    for (const at of byOccasion.keys()) if (occasions & (1 << at)) byOccasion[at] = (byOccasion[at] ?? 0) + 1
    for (const { id } of outfit) byPiece.set(id, (byPiece.get(id) ?? 0) + 1)
  }
  const each = bounded ? space.size / seen : 1
  const scaled = (count: number): number => Math.round(count * each)
  return {
    good: scaled(found.length),
    possible: space.size - scaled(impossible),
    byOccasion: judge.occasions.map((occasion, at) => ({ occasion, good: scaled(byOccasion[at] ?? 0) })),
    bounded,
    byPiece: new Map([...byPiece].map(([id, count]) => [id, scaled(count)])),
    found,
    each,
  }
}

/** For each of the occasions: some milliseconds of work. */
const JUDGED_AT_ONCE = 20

/** What a caller may spend, in outfits judged for one occasion. */
export function effortOf(effort: unknown, occasions: number): number {
  const told = typeof effort === 'number' && effort >= 1 ? Math.min(effort, 1e7) : 20_000
  return Math.max(1, told / Math.max(1, occasions))
}

/** At most so many, evenly from all. */
export function thin<T>(list: readonly T[], most: number): readonly T[] {
  if (list.length <= most) return list
  return Array.from({ length: most }, (_, i) => list[Math.floor((i * list.length) / most)] as T)
}
