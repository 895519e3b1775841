import type { ItemColor } from '../domain/records.js'
import type { Steps } from '../domain/steps.js'
import { visitEach } from '../domain/steps.js'
import type { Classified } from '../domain/taxonomy.js'

/** What insights read of an item. An `Item` is one; any field may be missing or nonsense. */
export interface OwnedPiece extends Classified {
  readonly id: string
  readonly name?: string | null
  readonly colors?: readonly ItemColor[] | null
  readonly pattern?: string | null
  readonly material?: string | null
  readonly seasons?: readonly string[] | null
  readonly occasions?: readonly string[] | null
  readonly status?: string | null
  readonly price?: number | null
  readonly currency?: string | null
  readonly purchasedAt?: number | null
  readonly createdAt?: number | null
  readonly deletedAt?: number | null
}

/** What was worn when: `Wear` and `OutfitItem` records are such. */
export interface WearRecords {
  readonly wears?: readonly {
    readonly itemId?: string | null
    readonly outfitId?: string | null
    readonly wornAt?: number | null
    readonly deletedAt?: number | null
  }[]
  readonly outfitItems?: readonly {
    readonly outfitId?: string | null
    readonly itemId?: string | null
    readonly deletedAt?: number | null
  }[]
}

export interface UsageRequest extends WearRecords {
  readonly items: readonly OwnedPiece[]
  /** ms since 1970, UTC */
  readonly now: number
  /** minutes that the owner's clock is ahead of UTC: where a day begins; 0 unless told */
  readonly offsetMinutes?: number
}

/** What an insight could not say, and why. */
export interface InsightGap {
  readonly code: InsightGapCode
  readonly message: string
  /** the pieces that it is about */
  readonly itemIds?: readonly string[]
}

export type InsightGapCode = keyof typeof INSIGHT_GAPS

/** In a table, to be translated by code. */
export const INSIGHT_GAPS = {
  'no-items': 'there are no pieces in the wardrobe',
  'no-wears': 'nothing was logged as worn',
  'no-prices': 'no piece has a price',
  'some-prices': 'some pieces have no price that can be read',
  'some-colours': 'the colours of some pieces are not known',
  'some-kinds': 'some pieces are of no known category',
  'bad-time': 'the time to judge from is no time',
  'no-tops': 'nothing to wear on the upper body',
  'no-bottoms': 'nothing to wear on the legs',
  'no-shoes': 'no shoes',
  'no-good-outfits': 'no outfit that can be made from these pieces is good enough',
  'two-missing': 'more than one kind of piece is missing: no single one would make an outfit',
  'unknown-piece': 'nobody can say what kind of piece it is',
  'few-days': 'no outfit was found for some days',
  'no-days': 'no days to pack for',
} as const

export function gap(code: InsightGapCode, itemIds?: readonly string[]): InsightGap {
  return { code, message: INSIGHT_GAPS[code], ...(itemIds ? { itemIds } : {}) }
}

/** Some milliseconds of work. */
const READ_AT_ONCE = 2_000

const DAY_MS = 86_400_000

/** The pieces that are there, each id once, by id. */
export function ownedPieces(items: unknown): readonly OwnedPiece[] {
  if (!Array.isArray(items)) return []
  const byId = new Map<string, OwnedPiece>()
  for (const item of items)
    if (typeof item?.id === 'string' && item.id !== '' && !isSet(item.deletedAt) && !byId.has(item.id))
      byId.set(item.id, item)
  return [...byId.values()].sort((x, y) => (x.id < y.id ? -1 : 1))
}

/**
 * The days on which each piece was worn, up to `now`, ascending, as whole days since 1970 where the owner lives. A piece
 * worn twice on a day, or logged by itself and with its outfit, was worn on one day.
 */
export function* wornDays({
  wears,
  outfitItems,
  now,
  offsetMinutes,
}: UsageRequest): Steps<ReadonlyMap<string, readonly number[]>> {
  const pieces = new Map<string, string[]>()
  for (const { outfitId, itemId, deletedAt } of objects(outfitItems))
    if (typeof outfitId === 'string' && typeof itemId === 'string' && !isSet(deletedAt))
      pieces.set(outfitId, [...(pieces.get(outfitId) ?? []), itemId])
  const days = new Map<string, Set<number>>()
  yield* visitEach(objects(wears), READ_AT_ONCE, ({ itemId, outfitId, wornAt, deletedAt }) => {
    if (isSet(deletedAt) || typeof wornAt !== 'number' || !(wornAt <= now)) return
    const worn = (typeof outfitId === 'string' ? pieces.get(outfitId) : undefined) ?? []
    for (const id of typeof itemId === 'string' ? [...worn, itemId] : worn) {
      const known = days.get(id) ?? new Set()
      known.add(dayOf(wornAt, offsetMinutes))
      days.set(id, known)
    }
  })
  return new Map([...days].map(([id, set]) => [id, [...set].sort((x, y) => x - y)]))
}

/** Whole days since 1970 where the owner lives. */
export function dayOf(ms: number, offsetMinutes: number | undefined): number {
  return Math.floor((ms + offsetMs(offsetMinutes)) / DAY_MS)
}

/** ms since 1970, UTC, at which a day begins where the owner lives. */
export function startOfDay(day: number, offsetMinutes: number | undefined): number {
  return day * DAY_MS - offsetMs(offsetMinutes)
}

function offsetMs(offsetMinutes: number | undefined): number {
  return isTime(offsetMinutes) ? Math.max(-840, Math.min(840, offsetMinutes)) * 60_000 : 0
}

export function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

function isSet(value: unknown): boolean {
  return value !== null && value !== undefined
}

function objects<T extends object>(list: readonly T[] | undefined): T[] {
  return Array.isArray(list) ? list.filter((one) => typeof one === 'object' && one !== null) : []
}
