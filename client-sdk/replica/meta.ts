import { type Cursor, type EditTuple, type ErrorCode, editKey, type Json } from '@modaics/shared'

/** An edit that the server refused: out of the way, and not lost. */
export interface RefusedEdit {
  readonly edit: EditTuple
  readonly code: ErrorCode
  readonly detail: string
  /** ms since 1970 */
  readonly refusedAt: number
}

/** Those refusals that are not among the known ones. */
export function unknownOf(refused: readonly RefusedEdit[], known: readonly RefusedEdit[]): RefusedEdit[] {
  const names = new Set(known.map(nameOf))
  return refused.filter((one) => !names.has(nameOf(one)))
}

const nameOf = ({ edit: [hlc, by] }: RefusedEdit): string => editKey({ hlc, by })

/** What the journal remembers beside the updates. */
export interface ReplicaMeta {
  readonly wardrobeId: string
  /** the device part of `by` */
  readonly device: string
  /** the newest stamp given or seen */
  readonly hlc: number
  /** server time minus device time, ms */
  readonly clockOffset: number
  /** the newest stamp that pending edits were given anew: the server may have these under their former names */
  readonly restamped: number
  /** how far the server's log has been read */
  readonly cursor: Cursor | null
  readonly refused: readonly RefusedEdit[]
  /** records have been erased, and what is left of them here is not gone yet: the pictures among it; null where all is */
  readonly erasing: readonly string[] | null
  /** the person wants no photos sent for now */
  readonly uploadsHeld: boolean
  /** when the server was last heard, ms since 1970 */
  readonly syncedAt: number | null
}

/** What every tab on a wardrobe must know as it changes, whichever tab changed it and stored it. */
export type SharedMeta = Pick<ReplicaMeta, 'device' | 'clockOffset' | 'refused' | 'uploadsHeld'>

const DEFAULTS: Omit<ReplicaMeta, 'wardrobeId' | 'device'> = {
  hlc: 0,
  clockOffset: 0,
  restamped: 0,
  cursor: null,
  refused: [],
  erasing: null,
  uploadsHeld: false,
  syncedAt: null,
}

const ACKED = 'acked.'

/** The meta of a journal; `wardrobeId` and `device` are given for one that is new. */
export function readMeta(
  stored: Readonly<Record<string, Json>>,
  fresh: Pick<ReplicaMeta, 'wardrobeId' | 'device'>,
): ReplicaMeta {
  const meta: Record<string, unknown> = { ...fresh, ...DEFAULTS }
  for (const key of Object.keys(meta)) if (Object.hasOwn(stored, key)) meta[key] = stored[key]
  return meta as unknown as ReplicaMeta
}

/**
 * How far the server has acknowledged the Yjs clients of this device that it may not have everything of. One key each, so
 * that tabs which share a journal do not write over each other's.
 */
export function readAcked(stored: Readonly<Record<string, Json>>): Map<number, number> {
  const acked = new Map<number, number>()
  for (const [key, clock] of Object.entries(stored))
    if (key.startsWith(ACKED) && typeof clock === 'number') acked.set(Number(key.slice(ACKED.length)), clock)
  return acked
}

export const ackedKey = (client: number): string => `${ACKED}${client}`
