import type { Slot } from '../domain/garment.js'
import type { Context } from './context.js'
import type { Piece } from './piece.js'
import { chance } from './random.js'
import type { Ensemble } from './rule.js'
import { freshnessOf } from './rules/freshness.js'
import { occasionFit } from './rules/occasion.js'
import { seasonFit } from './rules/season.js'
import { neededClo } from './rules/warmth.js'
import { scoreOf } from './score.js'
import { canAdd, fills, isCovered } from './wearable.js'

/** An outfit found, complete and wearable. */
export interface Found {
  readonly outfit: Ensemble
  /** what outfits are compared by: the score and a little chance, less than 0.01 either way */
  readonly rank: number
  /** ids in the order of the stages; equal for equal outfits */
  readonly key: string
}

/**
 * Beam search, slot by slot: each outfit so far is tried with the most promising pieces for the next slot (and, where
 * the slot may stay empty, with none); the best by the rules go on. The result depends on the pieces, not their order.
 *
 * @param pieces every piece that may be worn, sorted by id
 * @param starts what to begin with: the anchors, in each way of wearing them; one empty outfit if there are none
 * @param width how many outfits go from slot to slot
 */
export function search(
  pieces: readonly Piece[],
  starts: readonly Ensemble[],
  context: Context,
  seed: number,
  width: number,
): readonly Found[] {
  let beam = starts.map((outfit) => measure(outfit, context, seed))
  for (const stage of stagesFor(context)) {
    const candidates = promising(pieces, stage, context, seed)
    const next = new Map<string, Found>()
    for (const found of beam) {
      const taken = stage.slot !== 'accessory' && fills(found.outfit, stage.slot)
      const added = taken ? [] : candidates.filter((piece) => canAdd(found.outfit, piece))
      if (taken || stage.optional || added.length === 0) next.set(found.key, found)
      for (const piece of added) {
        const grown = measure([...found.outfit, piece], context, seed)
        next.set(grown.key, grown)
      }
    }
    beam = best([...next.values()], stage.slot === 'base' ? Number.POSITIVE_INFINITY : width)
  }
  return beam.filter((found) => isCovered(found.outfit) && !isVetoed(found.outfit, context))
}

interface Stage {
  readonly slot: Slot
  /** the slot may stay empty though there are pieces for it */
  readonly optional: boolean
  /** how many pieces are tried */
  readonly tries: number
}

function stagesFor({ temperatureC, rain }: Context): readonly Stage[] {
  const accessory: Stage = { slot: 'accessory', optional: true, tries: 14 }
  return [
    { slot: 'base', optional: false, tries: 24 },
    { slot: 'legs', optional: false, tries: 20 },
    { slot: 'feet', optional: false, tries: 12 },
    { slot: 'mid', optional: true, tries: 12 },
    // Whether a coat is wanted, nobody can say without the weather.
    ...(temperatureC !== null || rain ? [{ slot: 'outer', optional: true, tries: 12 } as const] : []),
    accessory,
    ...(temperatureC !== null && temperatureC < 8 ? [accessory] : []),
  ]
}

/** At most this many outfits of one base and legs go on, so that the beam does not narrow to one idea. */
const PER_CORE = 3
const JITTER = 0.02

function measure(outfit: Ensemble, context: Context, seed: number): Found {
  const key = outfit.map((piece) => `${piece.id}/${piece.slots.join('+')}`).join(' ')
  return { outfit, key, rank: scoreOf(outfit, context) + JITTER * (chance(key, seed) - 0.5) }
}

function best(found: readonly Found[], width: number): Found[] {
  if (width === Number.POSITIVE_INFINITY) return [...found]
  const perCore = new Map<string, number>()
  const kept: Found[] = []
  for (const one of [...found].sort(byRank)) {
    const core = one.outfit
      .filter((piece) => piece.slots.includes('base') || piece.slots.includes('legs'))
      .map((piece) => piece.id)
      .join(' ')
    const count = perCore.get(core) ?? 0
    if (count >= PER_CORE) continue
    perCore.set(core, count + 1)
    kept.push(one)
    if (kept.length >= width) break
  }
  return kept
}

export function byRank(x: Found, y: Found): number {
  return y.rank - x.rank || (x.key < y.key ? -1 : x.key > y.key ? 1 : 0)
}

/** What part of the insulation a slot gives in an outfit as people dress. */
const WARMTH_SHARE: Readonly<Record<Slot, number>> = {
  base: 0.17,
  mid: 0.2,
  outer: 0.38,
  legs: 0.17,
  hosiery: 0.02,
  feet: 0.05,
  accessory: 0.03,
}

/** The pieces for a slot that do best by themselves; among equals chance decides. */
function promising(pieces: readonly Piece[], stage: Stage, context: Context, seed: number): readonly Piece[] {
  const needed = neededClo(context)
  return pieces
    .filter((piece) => piece.slots.includes(stage.slot) && !isIdleWrap(piece, context))
    .map((piece) => {
      let merit =
        2 * occasionFit(piece, context) +
        2 * seasonFit(piece.seasons, context.season) +
        freshnessOf(piece, context) +
        0.25 * chance(piece.id, seed)
      if (needed !== null) {
        const target = piece.slots.reduce((sum, slot) => sum + needed * WARMTH_SHARE[slot], 0)
        merit += 1.5 * Math.exp(-(((piece.traits.warmth - target) / 0.2) ** 2))
      }
      if (context.rain && piece.traits.rain >= 0.5) merit += 1
      return { piece, merit }
    })
    .sort((x, y) => y.merit - x.merit || (x.piece.id < y.piece.id ? -1 : 1))
    .slice(0, stage.tries)
    .map(({ piece }) => piece)
}

/** True for a scarf, gloves or a woollen hat where nothing says that it is cold. As anchors they are worn all the same. */
function isIdleWrap(piece: Piece, { temperatureC }: Context): boolean {
  return piece.slots[0] === 'accessory' && piece.traits.warmth >= 0.05 && (temperatureC ?? 20) > 14
}

/** True for exactly the pieces that the owner disliked together. */
function isVetoed(outfit: Ensemble, { opinions }: Context): boolean {
  return opinions.some(
    ({ itemIds, value }) =>
      value <= -1 && itemIds.size === outfit.length && outfit.every((piece) => itemIds.has(piece.id)),
  )
}
