import type { Taxonomy } from '../domain/garment.js'
import type { Steps } from '../domain/steps.js'
import { visitEach } from '../domain/steps.js'
import type { Context } from '../outfit/context.js'
import { createContext } from '../outfit/context.js'
import { partsOf } from '../outfit/evaluate.js'
import type { Piece } from '../outfit/piece.js'
import { isWearable, toPieces } from '../outfit/piece.js'
import type { Ensemble } from '../outfit/rule.js'
import type { GarmentLike, Weather } from '../outfit/types.js'
import { taxonomyOf } from '../outfit/wishes.js'
import type { TasteModel } from '../taste/taste-model.js'

/** What outfits are counted for. */
export interface Purpose {
  readonly items: readonly GarmentLike[]
  /** an outfit that is good for one of them is good; casual, work, party, formal and sport unless told */
  readonly occasions?: readonly string[]
  readonly season?: string
  readonly weather?: Weather
  readonly taste?: TasteModel
  readonly taxonomy?: Taxonomy
  /** how many outfits may be judged before a count becomes an estimate, and says so; 20,000 unless told */
  readonly effort?: number
}

export const USUAL_OCCASIONS: readonly string[] = ['casual', 'work', 'party', 'formal', 'sport']

/**
 * An outfit is good when no rule speaks against it, and the mean of the rules is high: about one in five of the outfits
 * that random wardrobes make, for an occasion that they have pieces for.
 */
const GOOD = 0.92
const FLOOR = 0.6

/** Some milliseconds of work. */
const READ_AT_ONCE = 100

/** Not counted: what is the same for all outfits here, chance, and what was worn lately. */
const ASIDE: ReadonlySet<string> = new Set(['complete', 'chance', 'freshness'])

/**
 * Taste and the look that words tell are not counted either, as they are never sure and often silent: but what its owner
 * would hardly wear, or what is of different looks throughout, is not good.
 */
const UNSURE: ReadonlySet<string> = new Set(['taste', 'taste-pairs', 'look'])
const UNSURE_FLOOR = 0.2

/** The engine as insights use it: the only file here that knows how outfits are scored. */
export interface OutfitJudge {
  readonly occasions: readonly string[]
  /** pieces that may be worn, one for each way of wearing an item, by id */
  readonly pieces: readonly Piece[]
  /** true where something may be worn over the outfit: the weather is known */
  readonly outdoors: boolean
  /** the ways to wear a piece that is not in the wardrobe; none where its kind is not known */
  waysOf(item: GarmentLike): readonly Piece[]
  /** for which of the occasions it is good, in their order, as bits; 0 for none */
  goodFor(outfit: Ensemble): number
  /** outfits judged so far, once for each occasion */
  readonly judged: number
}

/** Reads the pieces, with a step for every so many. */
export function* createOutfitJudge(purpose: Purpose): Steps<OutfitJudge> {
  const occasions = occasionsOf(purpose.occasions)
  const { items: _, occasions: __, effort: ___, ...request } = purpose
  const contexts = occasions.map((occasion) => createContext({ ...request, items: [], occasion }))
  let judged = 0
  const waysOf = (item: GarmentLike): readonly Piece[] => toPieces(item, taxonomyOf(purpose))
  const pieces: Piece[] = []
  yield* visitEach(readItems(purpose.items).filter(isWearable), READ_AT_ONCE, (item) => {
    pieces.push(...waysOf(item))
  })
  return {
    occasions,
    pieces,
    outdoors: contexts.some(({ temperatureC, rain }) => temperatureC !== null || rain),
    waysOf,
    goodFor(outfit) {
      let bits = 0
      for (const [at, context] of contexts.entries()) {
        judged++
        if (isGood(outfit, context)) bits |= 1 << at
      }
      return bits
    },
    get judged() {
      return judged
    },
  }
}

function isGood(outfit: Ensemble, context: Context): boolean {
  let [sum, weights] = [0, 0]
  for (const { part } of partsOf(outfit, context)) {
    if (ASIDE.has(part.rule)) continue
    const floor = UNSURE.has(part.rule) ? UNSURE_FLOOR : FLOOR
    if (part.score < floor) return false
    if (UNSURE.has(part.rule)) continue
    sum += part.score * part.weight
    weights += part.weight
  }
  return weights > 0 && sum >= GOOD * weights
}

/** At least one, each once, at most 16. */
function occasionsOf(occasions: unknown): readonly string[] {
  const told = Array.isArray(occasions)
    ? [...new Set(occasions.filter((one): one is string => typeof one === 'string' && one.trim() !== ''))]
    : []
  return told.length > 0 ? told.slice(0, 16) : USUAL_OCCASIONS
}

function readItems(items: unknown): GarmentLike[] {
  if (!Array.isArray(items)) return []
  const byId = new Map<string, GarmentLike>()
  for (const item of items)
    if (typeof item?.id === 'string' && item.id !== '' && !byId.has(item.id)) byId.set(item.id, item)
  return [...byId.values()].sort((x, y) => (x.id < y.id ? -1 : 1))
}
