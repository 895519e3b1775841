import type { PGlite } from '@electric-sql/pglite'
import type { LiveNamespace } from '@electric-sql/pglite/live'
import type { Conflict, JsonRow, Kind } from '@modaics/shared'

/** A record as the fold shows it, on its way into its table. */
export interface ProjectedRecord {
  readonly kind: Kind
  readonly id: string
  /** another one whenever row or conflicts differ; compared with what the tables hold */
  readonly revision: string
  readonly row: JsonRow
  readonly conflicts: readonly Conflict[]
}

/** What the rows come from: the fold index. */
export interface ProjectionSource {
  /** Every record as it is now. Read in one go, without waiting in between. */
  all(): Iterable<ProjectedRecord>
}

/** PGlite with live queries. Its session is read-only: rows come from the fold, and from nothing else. */
export type ProjectionDatabase = PGlite & { readonly live: LiveNamespace }

/** A record that PostgreSQL would not take. The others are there; this one is tried again when it changes. */
export interface SkippedRecord {
  readonly kind: Kind
  readonly id: string
  readonly reason: string
}

/**
 * The rows of one wardrobe in a PostgreSQL of its own, on the device. It holds nothing that the journal does not, and
 * is thrown away and made again whenever that is easier.
 */
export interface Projection {
  /**
   * Writes rows and conflicts of these records, in one transaction; all that is written when it resolves is visible.
   * Records whose revision is there already cost nothing. Calls run one after the other.
   *
   * @param gone `KIND ID` of records that are there no more
   *
   * Rejects with `storage-failed`; with `storage-damaged` where the files are broken, and then the next opening rebuilds.
   */
  apply(records: readonly ProjectedRecord[], gone?: ReadonlySet<string>): Promise<void>
  /** Leaves no bytes of deleted or overwritten rows in the files of the database. Others wait meanwhile. */
  scrub(): Promise<void>
  readonly pglite: ProjectionDatabase
  /** why all rows were written anew on opening, or null where they were not */
  readonly rebuilt: 'missing' | 'stale' | 'damaged' | null
  skipped(): readonly SkippedRecord[]
  close(): Promise<void>
}
