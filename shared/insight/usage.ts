import type { Steps } from '../domain/steps.js'
import { drain } from '../domain/steps.js'
import type { InsightGap, OwnedPiece, UsageRequest } from './records.js'
import { dayOf, gap, isTime, ownedPieces, wornDays } from './records.js'

export type CostPerWear =
  | {
      readonly known: true
      readonly amount: number
      /** ISO 4217; null where none is told */
      readonly currency: string | null
      /** never worn: the amount is the price */
      readonly unworn: boolean
    }
  | { readonly known: false; readonly missing: 'price' }

export interface PieceUsage {
  readonly itemId: string
  /** days on which it was worn */
  readonly wears: number
  /** days since 1970 where the owner lives; null where it was never worn */
  readonly firstDay: number | null
  readonly lastDay: number | null
  readonly daysSinceWorn: number | null
  /** since it was bought, or else since it was added; null where neither is known */
  readonly daysOwned: number | null
  readonly costPerWear: CostPerWear
}

export interface Usage {
  /** every piece, most worn first; of two, the one worn later, then by id */
  readonly pieces: readonly PieceUsage[]
  readonly mostWorn: readonly string[]
  /** of those that were worn, and owned for a month at least */
  readonly leastWorn: readonly string[]
  /** longest owned first */
  readonly neverWorn: readonly string[]
  /** days on which a piece was worn, over all pieces */
  readonly wears: number
  /** pieces worn at least once, and within the last 90 days */
  readonly worn: number
  readonly wornLately: number
  /** by currency: what all pieces with a price cost, what a wear of them cost, and what hangs there unworn */
  readonly spent: readonly {
    readonly currency: string | null
    readonly pieces: number
    readonly amount: number
    readonly perWear: number | null
    readonly unworn: number
  }[]
  readonly missing: readonly InsightGap[]
}

/** How much each piece is worn, and what a wear of it costs. */
export function usage(request: UsageRequest): Usage {
  return drain(usageSteps(request))
}

/** {@link usage} in steps: see `inPieces`. */
export function* usageSteps(request: UsageRequest): Steps<Usage> {
  const { now, offsetMinutes } = request
  const items = ownedPieces(request.items)
  const days = isTime(now) ? yield* wornDays(request) : new Map<string, readonly number[]>()
  const today = isTime(now) ? dayOf(now, offsetMinutes) : null
  const pieces = items
    .map((item) => pieceUsage(item, days.get(item.id) ?? [], today, request))
    .sort(
      (x, y) => y.wears - x.wears || (y.lastDay ?? 0) - (x.lastDay ?? 0) || (x.itemId < y.itemId ? -1 : 1),
    )
  const worn = pieces.filter(({ wears }) => wears > 0)
  const ids = (list: readonly PieceUsage[]): string[] => list.map(({ itemId }) => itemId)
  const never = pieces.filter(({ wears }) => wears === 0)
  const wears = pieces.reduce((sum, piece) => sum + piece.wears, 0)
  return {
    pieces,
    mostWorn: ids(worn.slice(0, SHOWN)),
    leastWorn: ids(
      [...worn]
        .reverse()
        .filter(({ daysOwned }) => daysOwned === null || daysOwned >= 30)
        .slice(0, SHOWN),
    ),
    neverWorn: ids(
      never.sort((x, y) => (y.daysOwned ?? -1) - (x.daysOwned ?? -1) || (x.itemId < y.itemId ? -1 : 1)),
    ),
    wears,
    worn: worn.length,
    wornLately: worn.filter(({ daysSinceWorn }) => daysSinceWorn !== null && daysSinceWorn <= 90).length,
    spent: spending(pieces, items),
    missing: [
      ...(isTime(now) ? [] : [gap('bad-time')]),
      ...(items.length === 0 ? [gap('no-items')] : wears === 0 ? [gap('no-wears')] : []),
      ...priceGaps(pieces),
    ],
  }
}

const SHOWN = 10

function pieceUsage(
  item: OwnedPiece,
  days: readonly number[],
  today: number | null,
  { offsetMinutes }: UsageRequest,
): PieceUsage {
  const lastDay = days.at(-1) ?? null
  const since = [item.purchasedAt, item.createdAt].find(isTime)
  return {
    itemId: item.id,
    wears: days.length,
    firstDay: days[0] ?? null,
    lastDay,
    daysSinceWorn: lastDay === null || today === null ? null : today - lastDay,
    daysOwned:
      since === undefined || today === null ? null : Math.max(0, today - dayOf(since, offsetMinutes)),
    costPerWear: costPerWear(item, days.length),
  }
}

function costPerWear({ price, currency }: OwnedPiece, wears: number): CostPerWear {
  if (typeof price !== 'number' || !(price >= 0 && price < 1e9)) return { known: false, missing: 'price' }
  return {
    known: true,
    amount: Math.round((price / Math.max(1, wears)) * 100) / 100,
    currency: currencyOf(currency),
    unworn: wears === 0,
  }
}

function currencyOf(currency: unknown): string | null {
  const code = typeof currency === 'string' ? currency.trim().toUpperCase() : ''
  return /^[A-Z]{3}$/.test(code) ? code : null
}

function spending(pieces: readonly PieceUsage[], items: readonly OwnedPiece[]): Usage['spent'] {
  const priceOf = new Map(items.map(({ id, price }) => [id, price ?? 0]))
  const totals = new Map<
    string,
    { currency: string | null; pieces: number; amount: number; wears: number; unworn: number }
  >()
  for (const { itemId, wears, costPerWear: cost } of pieces) {
    if (!cost.known) continue
    const key = cost.currency ?? ''
    const total = totals.get(key) ?? { currency: cost.currency, pieces: 0, amount: 0, wears: 0, unworn: 0 }
    const price = priceOf.get(itemId) ?? 0
    total.pieces++
    total.amount += price
    total.wears += wears
    if (cost.unworn) total.unworn += price
    totals.set(key, total)
  }
  const cents = (amount: number): number => Math.round(amount * 100) / 100
  return [...totals]
    .sort(([x], [y]) => (x < y ? -1 : 1))
    .map(([, { currency, pieces: count, amount, wears, unworn }]) => ({
      currency,
      pieces: count,
      amount: cents(amount),
      perWear: wears > 0 ? cents(amount / wears) : null,
      unworn: cents(unworn),
    }))
}

function priceGaps(pieces: readonly PieceUsage[]): InsightGap[] {
  const without = pieces.filter(({ costPerWear: cost }) => !cost.known).map(({ itemId }) => itemId)
  if (without.length === 0) return []
  return without.length === pieces.length ? [gap('no-prices')] : [gap('some-prices', without.sort())]
}
