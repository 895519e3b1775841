import type { EditTuple } from '@modaics/shared'
import type { RecordKey } from '../fold/fold-records.js'

/** The live edits of a record. */
export interface LiveRecord extends RecordKey {
  readonly live: readonly EditTuple[]
}

/** A record that goes with a new epoch, and what stands for it afterwards. */
export interface Erased extends RecordKey {
  /** see `erasure/tombstones.ts` */
  readonly key: string
}

/** From one epoch to the next. */
export interface Turn {
  readonly wardrobeId: string
  readonly expectedEpoch: number
  readonly expectedHead: number
  /** the state vector that the old epoch ends with */
  readonly ended: ReadonlyMap<number, number>
  /** the fresh bag: the Yjs client that it is written as, its structs, and its updates */
  readonly client: number
  readonly length: number
  readonly pieces: readonly Uint8Array[]
  readonly gone: readonly Erased[]
}

/** What epochs read and write beside commits. */
export interface EpochStore {
  /** At most so many records after this one, in the order of kind and id. */
  page(wardrobeId: string, after: RecordKey, count: number): Promise<readonly LiveRecord[]>
  /** Those of these records that there are. */
  live(wardrobeId: string, keys: readonly RecordKey[]): Promise<readonly LiveRecord[]>
  /** All of it at once: the bag takes the place of snapshot, log and writers. False, and nothing, where the wardrobe has moved on. */
  turn(turn: Turn): Promise<boolean>
  /** The state vectors that epochs ended with, the latest first, as Yjs encodes them. */
  ended(wardrobeId: string): Promise<readonly Uint8Array[]>
}
