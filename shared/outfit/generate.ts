import type { Slot } from '../domain/garment.js'
import { SLOTS } from '../domain/garment.js'
import { TAXONOMY } from '../domain/taxonomy.js'
import { startsFrom } from './anchors.js'
import type { Context } from './context.js'
import { createContext } from './context.js'
import { chooseDiverse } from './diversity.js'
import type { Piece } from './piece.js'
import { isWearable, toPieces } from './piece.js'
import type { Ensemble } from './rule.js'
import { neededClo, warmthOf } from './rules/warmth.js'
import { judge } from './score.js'
import { search } from './search.js'
import type { GarmentLike, GeneratedOutfit, GenerateRequest, GenerateResult, Missing } from './types.js'
import { fills } from './wearable.js'

/**
 * Puts outfits together. Pure: the same request gives the same outfits on every machine, in whatever order the items
 * come. Never throws on bad data: what cannot be read is passed over, and what is missing is said in the result.
 *
 * @example
 * generateOutfits({ items, occasion: 'work', weather: { temperatureC: 12, rain: true }, count: 3 }).outfits[0]?.reasons
 */
export function generateOutfits(request: GenerateRequest): GenerateResult {
  const context = createContext(request)
  const count = Math.min(MOST, Math.max(1, Math.floor(sensible(request.count, 3))))
  const seed = Math.floor(sensible(request.seed, 0)) | 0
  const items = readItems(request.items)
  const excluded = new Set(strings(request.exclude))
  const taxonomy = Array.isArray(request.taxonomy) ? request.taxonomy : TAXONOMY
  const pieces = items
    .filter((item) => isWearable(item) && !excluded.has(item.id))
    .flatMap((item) => toPieces(item, taxonomy))
  if (pieces.length === 0) return { outfits: [], missing: [NO_ITEMS] }

  const known = new Set(items.map((item) => item.id))
  const { starts, missing } = startsFrom(strings(request.anchors), pieces, known)
  if (missing.length > 0) return { outfits: [], missing }
  const found = search(pieces, starts, context, seed, Math.max(48, count * 5))
  const outfits = chooseDiverse(found, count).map(({ outfit }) => outfit)
  return {
    outfits: outfits
      .map((outfit) => describe(outfit, context))
      .sort((x, y) => y.score - x.score || (x.itemIds.join() < y.itemIds.join() ? -1 : 1)),
    missing: whatIsMissing(pieces, outfits, count, context),
  }
}

const MOST = 50

const NO_ITEMS: Missing = { code: 'no-items', message: 'no piece in the wardrobe can be worn now' }

function describe(outfit: Ensemble, context: Context): GeneratedOutfit {
  const order = (piece: Piece): number => Math.min(...piece.slots.map((slot) => SLOTS.indexOf(slot)))
  const dressed = [...outfit].sort((x, y) => order(x) - order(y) || (x.id < y.id ? -1 : 1))
  const { score, parts, reasons } = judge(dressed, context)
  return {
    itemIds: dressed.map((piece) => piece.id),
    pieces: dressed.map((piece) => ({ itemId: piece.id, slot: SLOTS[order(piece)] ?? 'accessory' })),
    score,
    parts,
    reasons,
  }
}

function whatIsMissing(
  pieces: readonly Piece[],
  outfits: readonly Ensemble[],
  count: number,
  context: Context,
): Missing[] {
  const missing: Missing[] = []
  const has = (slot: Slot): boolean => fills(pieces, slot)
  if (!has('base')) missing.push({ code: 'no-tops', message: 'nothing to wear on the upper body' })
  if (!has('legs')) missing.push({ code: 'no-bottoms', message: 'nothing to wear on the legs' })
  if (!has('feet')) missing.push({ code: 'no-shoes', message: 'no shoes' })
  if (outfits.length < count)
    missing.push({
      code: 'few-outfits',
      message: `${outfits.length === 0 ? 'no outfit' : `only ${outfits.length} of ${count} outfits`} can be made from these pieces`,
    })
  const needed = neededClo(context)
  if (needed !== null && outfits.length > 0 && Math.max(...outfits.map(warmthOf)) < needed * 0.7)
    missing.push({
      code: 'not-warm-enough',
      message: `nothing warm enough for ${Math.round(context.temperatureC ?? 0)} °C`,
    })
  if (context.rain && !pieces.some((piece) => piece.traits.rain >= 0.5))
    missing.push({ code: 'no-rain-cover', message: 'nothing that keeps the rain off' })
  return missing
}

/** Items with an id, sorted by it, each id once: of two that share one, the same wins whatever their order. */
function readItems(items: unknown): GarmentLike[] {
  if (!Array.isArray(items)) return []
  const byId = new Map<string, GarmentLike>()
  for (const item of items) {
    if (typeof item !== 'object' || item === null || typeof item.id !== 'string' || item.id === '') continue
    const other = byId.get(item.id)
    if (!other || asText(item) < asText(other)) byId.set(item.id, item)
  }
  return [...byId.values()].sort((x, y) => (x.id < y.id ? -1 : 1))
}

function asText(item: GarmentLike): string {
  const fields = Object.entries(item).sort(([x], [y]) => (x < y ? -1 : 1))
  return fields
    .map(([name, value]) => `${name}=${typeof value === 'object' ? JSON.stringify(value) : String(value)}`)
    .join(' ')
}

function strings(values: unknown): string[] {
  return Array.isArray(values) ? values.filter((value): value is string => typeof value === 'string') : []
}

function sensible(value: unknown, otherwise: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : otherwise
}
