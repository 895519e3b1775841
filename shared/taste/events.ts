import type { TasteSign } from './taste-model.js'
import type { TasteGarment } from './traits.js'

/** The records that tell of taste. An `Item`, a `Wear` and so on are such; any field may be missing or nonsense. */
export interface TasteRecords {
  readonly items: readonly (TasteGarment & Times & { readonly favorite?: boolean | null })[]
  readonly outfits?: readonly (Times & {
    readonly id: string
    readonly origin?: string | null
    readonly rating?: number | null
    readonly favorite?: boolean | null
  })[]
  readonly outfitItems?: readonly (Times & {
    readonly id: string
    readonly outfitId?: string | null
    readonly itemId?: string | null
  })[]
  readonly wears?: readonly (Times & {
    readonly id: string
    readonly itemId?: string | null
    readonly outfitId?: string | null
    readonly wornAt?: number | null
  })[]
  readonly feedback?: readonly (Times & {
    readonly id: string
    readonly verdict?: string | null
    readonly outfitId?: string | null
    readonly itemIds?: readonly string[] | null
    readonly insteadIds?: readonly string[] | null
  })[]
  readonly profile?: readonly (Times & {
    readonly tasteOff?: boolean | null
    readonly tasteResetAt?: number | null
  })[]
}

interface Times {
  readonly createdAt?: number | null
  readonly deletedAt?: number | null
}

/** Something that the owner did that tells of taste. */
export interface TasteEvent {
  readonly sign: TasteSign
  /** ids of pieces taken, sorted; null where nothing was */
  readonly taken: readonly string[] | null
  /** ids of pieces passed over, sorted; null where it is not known what else there was */
  readonly passed: readonly string[] | null
  /** the owner was asked, and said yes or no */
  readonly asked: boolean
  /** how much of a sign it is */
  readonly weight: number
  /** ms since 1970; null where no record says */
  readonly at: number | null
}

/** How much of a sign each is. What is worn was also what was clean; what is skipped may have been for another day. */
const WEIGHTS: Readonly<Record<TasteSign, number>> = {
  like: 1,
  dislike: 1,
  skip: 0.3,
  swap: 1,
  'wore-instead': 1,
  wear: 0.6,
  made: 1,
  kept: 0.5,
  rating: 1,
  favourite: 1,
}

/** Every sign of taste in the records that are not removed, in no particular order. */
export function tasteEvents(records: TasteRecords): TasteEvent[] {
  const piecesOf = outfitPieces(records)
  const events: TasteEvent[] = []
  const add = (
    sign: TasteSign,
    at: number | null,
    taken: readonly string[] | null,
    passed: readonly string[] | null,
    asked: boolean,
    weight = WEIGHTS[sign],
  ): void => {
    if ((taken?.length ?? 0) + (passed?.length ?? 0) === 0 || !(weight > 0)) return
    events.push({
      sign,
      at,
      taken: taken?.length ? taken : null,
      passed: passed?.length ? passed : null,
      asked,
      weight,
    })
  }

  for (const { createdAt, ...entry } of present(records.feedback)) {
    const judged = idsOf(entry.itemIds)
    const pieces = judged.length > 0 ? judged : (piecesOf.get(entry.outfitId ?? '') ?? [])
    const instead = idsOf(entry.insteadIds)
    const at = timeOf(createdAt)
    if (entry.verdict === 'like') add('like', at, pieces, null, true)
    if (entry.verdict === 'dislike') add('dislike', at, null, pieces, true)
    if (entry.verdict === 'skip') add('skip', at, null, pieces, true)
    if (entry.verdict === 'swap' || entry.verdict === 'wore-instead') {
      if (instead.length > 0) add(entry.verdict, at, instead, pieces, false)
      else add(entry.verdict, at, null, pieces, true, WEIGHTS.skip)
    }
  }
  for (const { itemId, outfitId, wornAt, createdAt } of present(records.wears)) {
    const pieces = piecesOf.get(outfitId ?? '') ?? idsOf([itemId])
    add('wear', timeOf(createdAt) ?? timeOf(wornAt), pieces, null, false)
  }
  for (const { id, origin, rating, favorite, createdAt } of present(records.outfits)) {
    const pieces = piecesOf.get(id) ?? []
    const at = timeOf(createdAt)
    add(origin === 'generated' ? 'kept' : 'made', at, pieces, null, origin === 'generated')
    if (favorite === true) add('favourite', at, pieces, null, true)
    if (typeof rating !== 'number' || !(rating >= 1 && rating <= 5)) continue
    const stars = (rating - 3) / 2
    if (stars > 0) add('rating', at, pieces, null, true, stars)
    if (stars < 0) add('rating', at, null, pieces, true, -stars)
  }
  for (const { id, favorite, createdAt } of present(records.items))
    if (favorite === true) add('favourite', timeOf(createdAt), [id], null, false)
  return events
}

/** What the owner wants of learning. Of several profiles the latest reset counts, and one that says off. */
export function tasteSettings({ profile }: Pick<TasteRecords, 'profile'>): {
  readonly off: boolean
  readonly since: number | null
} {
  const profiles = present(profile)
  const resets = profiles.flatMap(({ tasteResetAt }) => timeOf(tasteResetAt) ?? [])
  return {
    off: profiles.some(({ tasteOff }) => tasteOff === true),
    since: resets.length > 0 ? Math.max(...resets) : null,
  }
}

function outfitPieces({ outfitItems }: TasteRecords): ReadonlyMap<string, readonly string[]> {
  const pieces = new Map<string, string[]>()
  for (const { outfitId, itemId } of present(outfitItems)) {
    if (typeof outfitId !== 'string' || typeof itemId !== 'string') continue
    pieces.set(outfitId, [...(pieces.get(outfitId) ?? []), itemId])
  }
  return new Map([...pieces].map(([outfitId, ids]) => [outfitId, idsOf(ids)]))
}

function present<R extends Times>(records: readonly R[] | undefined): R[] {
  if (!Array.isArray(records)) return []
  return records.filter(
    (record: R | null) =>
      typeof record === 'object' &&
      record !== null &&
      (record.deletedAt === null || record.deletedAt === undefined),
  )
}

function idsOf(ids: unknown): string[] {
  if (!Array.isArray(ids)) return []
  return [...new Set(ids.filter((id): id is string => typeof id === 'string' && id !== ''))].sort()
}

function timeOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}
