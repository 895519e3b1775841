import type { Taxonomy } from '../domain/garment.js'
import type { Steps } from '../domain/steps.js'
import { visitEach } from '../domain/steps.js'
import { TAXONOMY } from '../domain/taxonomy.js'
import type { Closet } from './closet.js'
import { canWearBoth, obstacleTo } from './constraints.js'
import type { Context } from './context.js'
import { createContext, strings } from './context.js'
import type { MessageKey } from './messages.js'
import type { Piece } from './piece.js'
import { isWearable } from './piece.js'
import { chance } from './random.js'
import type { GarmentLike, GenerateRequest, MissingCode } from './types.js'

/** A request, read: what may be worn, and what must be. */
export interface Wishes {
  readonly context: Context
  /** with an id, each once, in an order of chance that is the seed's */
  readonly items: readonly GarmentLike[]
  /** what may be worn, one for each way of wearing it, in that order: of equals the first is taken */
  readonly pieces: readonly Piece[]
  /** of items that could be worn if the request did not forbid it */
  readonly refused: readonly { readonly piece: Piece; readonly because: MessageKey }[]
  /** indices of the anchors' pieces, in each combination of ways that can be worn together; one empty without anchors */
  readonly starts: readonly (readonly number[])[]
  /** why the anchors cannot be worn */
  readonly faults: readonly { readonly code: MissingCode; readonly itemId?: string }[]
  /** how many items nobody can tell what they are */
  readonly unreadable: number
  readonly count: number
  readonly diversity: number
  readonly effort: number
}

const MOST = 50
const EFFORT = 1_000_000
const DIVERSITY = 0.15
/** Some tens of ways are plenty: anchors are few. */
const MOST_STARTS = 32
/** Some milliseconds of work where they are read for the first time. */
const READ_AT_ONCE = 100

/** Reads a request, with a step for every so many pieces. */
export function* readWishes(request: GenerateRequest, closet: Closet): Steps<Wishes> {
  const context = createContext(request)
  const items = readItems(request, context.seed)
  const excluded = new Set(strings(request.exclude))
  const anchors = [...new Set(strings(request.anchors))].sort()
  const wanted = new Set(anchors)
  const pieces: Piece[] = []
  const refused: { piece: Piece; because: MessageKey }[] = []
  let unreadable = 0
  yield* visitEach(items, READ_AT_ONCE, (item) => {
    const ways = closet.piecesOf(item)
    if (ways.length === 0) unreadable++
    if (!isWearable(item) || excluded.has(item.id)) return
    for (const piece of ways) {
      const obstacle = obstacleTo(piece, context)
      // What was asked for by name is worn, whatever the rules of the table; a veto holds all the same.
      if (obstacle && (obstacle.id === 'vetoed' || !wanted.has(piece.id)))
        refused.push({ piece, because: obstacle.because })
      else pieces.push(piece)
    }
  })
  return {
    context,
    items,
    pieces,
    refused,
    ...startsOf(anchors, pieces, items, excluded, closet),
    unreadable,
    count: Math.min(MOST, Math.max(1, Math.floor(sensible(request.count, 3)))),
    diversity: Math.min(1, Math.max(0, sensible(request.diversity, DIVERSITY))),
    effort: Math.max(1_000, Math.floor(sensible(request.effort, EFFORT))),
  }
}

export function taxonomyOf({ taxonomy }: Pick<GenerateRequest, 'taxonomy'>): Taxonomy {
  return Array.isArray(taxonomy) ? taxonomy : TAXONOMY
}

function startsOf(
  anchors: readonly string[],
  pieces: readonly Piece[],
  items: readonly GarmentLike[],
  excluded: ReadonlySet<string>,
  closet: Closet,
): Pick<Wishes, 'starts' | 'faults'> {
  let starts: number[][] = [[]]
  const faults: { code: MissingCode; itemId?: string }[] = []
  if (anchors.length === 0) return { starts, faults }
  const byId = new Map(items.map((item) => [item.id, item]))
  const ways = new Map<string, number[]>(anchors.map((id) => [id, []]))
  for (const [i, piece] of pieces.entries()) ways.get(piece.id)?.push(i)
  for (const [id, indices] of ways) {
    if (indices.length === 0) {
      const item = byId.get(id)
      const code = !item
        ? 'anchor-unknown'
        : excluded.has(id)
          ? 'anchor-excluded'
          : closet.piecesOf(item).length === 0
            ? 'anchor-unreadable'
            : 'anchor-unavailable'
      faults.push({ code, itemId: id })
      continue
    }
    const grown = starts.flatMap((start) =>
      indices.filter((i) => start.every((j) => canWear(pieces[i], pieces[j]))).map((i) => [...start, i]),
    )
    if (grown.length === 0 && starts.length > 0) faults.push({ code: 'anchors-conflict', itemId: id })
    starts = grown.slice(0, MOST_STARTS)
  }
  return faults.length > 0 ? { starts: [], faults } : { starts, faults }
}

function canWear(x: Piece | undefined, y: Piece | undefined): boolean {
  return x !== undefined && y !== undefined && canWearBoth(x, y)
}

/** What of the items can be an item at all: it has an id. */
export function itemsOf({ items }: Pick<GenerateRequest, 'items'>): GarmentLike[] {
  if (!Array.isArray(items)) return []
  return items.filter((item: unknown): item is GarmentLike => hasId(item))
}

function hasId(item: unknown): boolean {
  return (
    typeof item === 'object' && item !== null && 'id' in item && typeof item.id === 'string' && item.id !== ''
  )
}

/** Each once, in the seed's order: of two that share an id, the same wins whatever their order. */
function readItems(request: GenerateRequest, seed: number): GarmentLike[] {
  const byId = new Map<string, GarmentLike>()
  for (const item of itemsOf(request)) {
    const other = byId.get(item.id)
    if (!other || asText(item) < asText(other)) byId.set(item.id, item)
  }
  return shuffle([...byId.values()], seed)
}

/** Sorted by chance and then by id. Places are packed with their chance into one number: numbers sort fast. */
function shuffle(items: readonly GarmentLike[], seed: number): GarmentLike[] {
  const keys = Float64Array.from(
    items,
    ({ id }, i) => Math.floor(chance(id, seed) * 2 ** 31) * 2 ** 21 + i,
  ).sort()
  const shuffled = Array.from(keys, (key) => items[key % 2 ** 21] as GarmentLike)
  for (let i = 1; i < keys.length; i++) {
    // Equal chances are rare; those few are put in the order of their ids.
    for (let j = i; j > 0 && isBefore(j); j--) {
      const item = shuffled[j] as GarmentLike
      shuffled[j] = shuffled[j - 1] as GarmentLike
      shuffled[j - 1] = item
    }
  }
  return shuffled

  function isBefore(j: number): boolean {
    const same = Math.floor((keys[j] as number) / 2 ** 21) === Math.floor((keys[j - 1] as number) / 2 ** 21)
    return same && (shuffled[j] as GarmentLike).id < (shuffled[j - 1] as GarmentLike).id
  }
}

function asText(item: GarmentLike): string {
  const fields = Object.entries(item).sort(([x], [y]) => (x < y ? -1 : 1))
  return fields
    .map(([name, value]) => `${name}=${typeof value === 'object' ? JSON.stringify(value) : String(value)}`)
    .join(' ')
}

function sensible(value: unknown, otherwise: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : otherwise
}
