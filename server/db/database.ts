import type { ErrorCode } from '@modaics/shared'
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core'
import type * as schema from './schema/index.js'

/** drizzle over either engine. */
export type Orm = PgDatabase<PgQueryResultHKT, typeof schema>

export type Row = Readonly<Record<string, unknown>>

/** What can run a statement: the database, or a transaction in it. */
export interface Runner {
  /**
   * Runs one statement with `$1`… parameters. Both engines answer alike: int8 as number, bytea as Uint8Array, jsonb
   * parsed. Give JSON as text and cast it (`$1::text::jsonb`), read times as numbers (`extract(epoch from …)`).
   */
  query<R extends Row = Row>(text: string, params?: readonly unknown[]): Promise<R[]>
  readonly orm: Orm
}

/** The canonical store. Errors of the engine carry its SQLSTATE as `code`; see `isUniqueViolation`. */
export interface Database extends Runner {
  readonly engine: 'pglite' | 'postgres'
  /** All or nothing; rolled back when `work` throws. Not to be nested. */
  transaction<T>(work: (runner: Runner) => Promise<T>): Promise<T>
  /**
   * Calls back with the payload of each NOTIFY on a channel, from any instance. Returns how to stop.
   *
   * @param onListening each time that it begins to hear: what came while the connection was lost is not told
   */
  listen(
    channel: string,
    onNotify: (payload: string) => void,
    onListening?: () => void,
  ): Promise<() => Promise<void>>
  /**
   * The rows of a SELECT that takes no parameters, in COPY's binary format (`copy-binary.ts` reads it): for megabytes of
   * bytea, which would cross as twice as much text otherwise.
   */
  copyOut(select: string): Promise<Uint8Array>
  /** Runs several statements that take no parameters: migrations. */
  script(text: string): Promise<void>
  close(): Promise<void>
}

/** SQLSTATE of an error of either engine, also where drizzle has wrapped it. */
export function sqlState(error: unknown): string | undefined {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    const code = (cause as { code?: unknown }).code
    if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code)) return code
  }
  return undefined
}

export const isUniqueViolation = (error: unknown): boolean => sqlState(error) === '23505'

/** 53100: the disk is full; ENOSPC where the engine passes the system's word on. */
export function isStorageFull(error: unknown): boolean {
  if (sqlState(error) === '53100') return true
  return (
    error instanceof Error &&
    /ENOSPC|No space left on device|Disc quota exceeded/i.test(
      `${error.message} ${String(error.cause ?? '')}`,
    )
  )
}

/** What postgres.js and the system say of a connection that is gone or cannot be had. */
const CONNECTION_FAULTS: ReadonlySet<unknown> = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
])

/**
 * True where the database cannot be reached, or ended the connection (class 08, 57P01 to 57P05, 53300: it has no more of
 * them). Whether the statement took effect is not known then.
 */
export function isUnreachable(error: unknown): boolean {
  if (/^(08|57P0|53300)/.test(sqlState(error) ?? '')) return true
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause)
    if (CONNECTION_FAULTS.has((cause as { code?: unknown }).code)) return true
  return false
}

/** What whoever asked is told of an error of the store that is nobody's bug; null for all others. */
export function storeFault(error: unknown): { readonly code: ErrorCode; readonly detail: string } | null {
  if (isStorageFull(error)) return { code: 'storage-full', detail: 'The server has no space left' }
  if (isUnreachable(error))
    return { code: 'unavailable', detail: 'The database cannot be reached; try again in a moment' }
  return null
}

/**
 * True where trying again cannot help: what was to be written does not fit (classes 21, 22, 23 and 54 of SQLSTATE). A
 * store that is away, full or busy is none of these.
 */
export const isUnstorable = (error: unknown): boolean => /^(21|22|23|54)/.test(sqlState(error) ?? '')
