import type { Cursor, Edit, EditName, ErrorCode, Json, Source } from '@modaics/shared'
import type * as Y from 'yjs'
import type { Journal } from '../journal/journal.js'
import type { Emitter } from './emitter.js'
import type { ChangedRecord, FoldIndex, HeldEdit } from './fold-index.js'
import type { RefusedEdit, ReplicaMeta, SharedMeta } from './meta.js'

/** Why a transaction of the document happened. */
export const ORIGIN = {
  local: 'local',
  restamp: 'restamp',
  /** written before, in a document or a place that is no more */
  carried: 'carried',
  journal: 'journal',
  remote: 'remote',
  /** written in another tab */
  tab: 'tab',
  /** come from the server, through another tab */
  relayed: 'relayed',
} as const

export interface ReplicaEvents {
  /** records that look different now */
  readonly change: { readonly records: readonly ChangedRecord[]; readonly origin: unknown }
  /** every update of the document after it was opened, with why it happened (`ORIGIN`) */
  readonly update: { readonly update: Uint8Array; readonly origin: unknown }
  /** pending, refused or storage have changed */
  readonly progress: undefined
  /** the server has said here that it has everything of these Yjs clients below these clocks */
  readonly acknowledged: readonly (readonly [client: number, clock: number])[]
  /** an edit is about to be written here; `before`: the live edits of its record until then */
  readonly written: { readonly edit: Edit; readonly before: readonly HeldEdit[] }
  /** edits have left the bag because others beat them; told in one of the tabs only */
  readonly beaten: readonly Edit[]
  /** records are gone for good, with what is live of them here: nothing of them may stay on this device */
  readonly erased: undefined
  /** pending edits have been stamped anew: their new names, by `editKey` of the old */
  readonly renamed: ReadonlyMap<string, EditName>
  /** changed here, and not by `adopt` */
  readonly meta: SharedMeta
  /** another document has taken the place of the one before: a new epoch */
  readonly renewed: undefined
  /** the journal holds the new epoch and nothing of the one before: the other tabs can load it */
  readonly rewritten: undefined
}

export interface WriteRequest {
  readonly kind: string
  readonly id: string
  readonly set: Readonly<Record<string, Json>>
  readonly src?: Source
  readonly confidence?: Readonly<Record<string, number>>
}

/** The device's copy of a wardrobe: journal first, document and fold in memory. */
export interface Replica {
  /** of the moment: a new epoch brings another */
  readonly doc: Y.Doc
  /** of the document; null while it has nothing of the server's */
  readonly epoch: number | null
  readonly index: FoldIndex
  readonly events: Emitter<ReplicaEvents>
  meta(): ReplicaMeta
  /**
   * Makes an edit. It shows at once; the promise resolves when the journal has it.
   * @throws ModaicsError `invalid-edit`, `closed` at once; the promise rejects with `storage-full` or `storage-failed`:
   * then the edit still shows, goes to the server, and is stored with the next edit that can be.
   */
  write(request: WriteRequest): Promise<void>
  /** Resolves when everything written or received so far is in the journal. */
  journaled(): Promise<void>
  /**
   * Resolves when the server has everything written so far. Rejects with the code of the refusal where it refused some of it.
   */
  stored(): Promise<void>
  /**
   * Applies an update that another tab has written, or will write, to the shared journal. What was `authored` there counts
   * as pending here too: whichever tab has the connection sends it, and every tab knows what is not sent. One of another
   * epoch is passed over: its tab carries over what is new in it.
   */
  receiveFromTab(update: Uint8Array, authored: boolean, epoch: number | null): void
  stateVector(): Uint8Array
  /** Names what is not here and others build on; null where there is no such thing. */
  missed(): string | null
  /** What somebody with this state vector lacks, as an update. */
  since(state: Uint8Array): Uint8Array
  /** Up to where the server has what is here, as far as this tab knows. */
  storedClocks(): (readonly [client: number, clock: number])[]
  sharedMeta(): SharedMeta
  /** Takes over what another tab has changed and stored. Returns the edits that were not known to be refused. */
  adopt(shared: SharedMeta): readonly RefusedEdit[]
  /**
   * Takes in what the other tabs have stored: the one that had the connection may not have come to tell it. Where that is
   * a new epoch, it takes the place of the document, and what only this tab has is carried over.
   */
  reload(): Promise<void>
  /**
   * Takes edits out of structs that cannot be placed, because others are missing which the journal may have lost, and
   * writes them anew under their names, until `settleStrays`.
   */
  adoptStrays(): void
  /**
   * The server's state vector, before anything is sent: what it has in its old place is taken out again, for it may know
   * that it is beaten. The journal forgets the strays.
   */
  settleStrays(known: ReadonlyMap<number, number>): void
  /** What the server does not have yet. */
  pending(): { readonly count: number; readonly oldestAt: number | null }
  /** Takes updates of the server into the document, with how far they reach. */
  receive(updates: readonly Uint8Array[], cursor: Cursor | null): void
  /** A new epoch: its bag takes the place of the document, and what the server does not have is carried over. */
  renew(updates: readonly Uint8Array[], cursor: Cursor): void
  /** The server has everything of these Yjs clients below these clocks. */
  acknowledge(clocks: Iterable<readonly [client: number, clock: number]>, cursor: Cursor | null): void
  /** Another tab was told so, of a document of this epoch. */
  acknowledgeFromTab(clocks: Iterable<readonly [client: number, clock: number]>, epoch: number | null): void
  /**
   * Everything up to here has been handed to the connection; `[]` after it is lost. `all`: another tab has the connection,
   * and may have handed on anything.
   */
  sent(clocks: Iterable<readonly [client: number, clock: number]> | 'all'): void
  /** The server's clock is this far ahead: what it does not have yet is stamped anew, in the same order. */
  correctClock(offset: number): void
  /** The edits of this device are signed by that one from now on, also those that the server does not have yet. */
  adoptDevice(device: string): void
  /** Takes a refused edit out of the way (all pending ones without a name). */
  refuse(code: ErrorCode, detail: string, name?: EditName): void
  dropRefused(name: EditName): RefusedEdit | undefined
  /** Whether photos are not to be sent: remembered, and told to the other tabs. */
  holdUploads(held: boolean): void
  /** Nothing is left of what was erased: see `erasing` of the meta. */
  finishErasing(): Promise<void>
  readonly storageFault: ErrorCode | null
  close(): Promise<void>
}

export interface ReplicaOptions {
  readonly journal: Journal
  /** for a journal that is new */
  readonly fresh: Pick<ReplicaMeta, 'wardrobeId' | 'device'>
  /** ms since 1970, by the device's clock */
  readonly now: () => number
  /** the writer part of `by`: unique to this document */
  readonly writer: string
  /** others may open the same journal: the identity of a new one is stored before they look */
  readonly shared?: boolean
}
