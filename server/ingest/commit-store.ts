import type { Edit } from '@modaics/shared'
import type { Folds, RecordKey } from '../fold/fold-records.js'
import type { Writers } from './judge.js'

/** Where a wardrobe stands. */
export interface WardrobeState {
  readonly epoch: number
  /** sequence number of the newest commit */
  readonly head: number
  readonly writers: Writers
}

export interface Commit {
  readonly wardrobeId: string
  readonly expectedHead: number
  /** becomes the head; usually the next number */
  readonly head: number
  readonly updates: readonly Uint8Array[]
  /** the writers that moved */
  readonly writers: Writers
  /** what the updates add */
  readonly edits: readonly Edit[]
}

export interface LogEntry {
  readonly seq: number
  readonly updates: readonly Uint8Array[]
  /** everything up to `seq`, in the place of the commits that it came from; of which epoch */
  readonly snapshot?: { readonly epoch: number }
}

/**
 * Where commits go. A commit is atomic and durable when it resolves; a reader that comes after sees it, in the log, the
 * folds and the rows.
 */
export interface CommitStore {
  /** Where the wardrobe stands now, whoever wrote to it; null where there is none. */
  load(wardrobeId: string): Promise<WardrobeState | null>
  /** The live edits of these records; a record that nobody wrote is absent. */
  folds(wardrobeId: string, keys: readonly RecordKey[]): Promise<Folds>
  /** The newest stamp that each of these writers (`by`) has among the live edits; absent without one. */
  newestStamps(wardrobeId: string, writers: readonly string[]): Promise<ReadonlyMap<string, number>>
  /** False (and nothing is written) where the wardrobe has moved on from `expectedHead`. */
  commit(commit: Commit): Promise<boolean>
  /**
   * Everything committed after `after`, in order. An entry may hold several commits, under the number of the last. Where
   * the log does not reach back so far, or `after` is of an epoch that has ended, a snapshot comes first.
   */
  read(wardrobeId: string, after: number): Promise<readonly LogEntry[]>
  /** Resolves when the rows show every commit that has resolved. */
  settled(wardrobeId: string): Promise<void>
}
