import type {
  Conflict,
  EditTuple,
  ErrorCode,
  GenerateRequest,
  GenerateResult,
  HistoryEntry,
  Item,
  Json,
  Kind,
  Offer,
  Plan,
  PlanRequest,
  RateRequest,
  Rating,
  SearchRequest,
  ServerHello,
  SwapRequest,
  SwapResult,
  Version,
  WhyNot,
} from '@modaics/shared'
import type { Collection } from './collection.js'
import type { InPiecesOptions, Later } from './in-pieces.js'
import type { Insights } from './insights.js'
import type { Photos } from './photos/photos.js'
import type { UploadProgress } from './photos/upload-queue.js'
import type { DeviceStorage } from './platform/platform.js'
import type { Orm } from './query/orm.js'
import type { Sql } from './query/sql.js'
import type { RefusedEdit } from './replica/meta.js'
import type { Undo, Undone } from './replica/undo.js'
import type { ConnectionName } from './sync/connection-state.js'
import type { Divergence } from './sync/verifier.js'
import type { Taste } from './taste.js'
import type { BundleHead, BundleWriter } from './transfer/bundle.js'
import type { OnProgress } from './transfer/write-bundle.js'

export interface WardrobeStatus {
  readonly connection: ConnectionName
  /** why it is not online, where that is known */
  readonly fault: { readonly code: ErrorCode; readonly detail: string } | null
  /** edits that the server does not have yet */
  readonly pending: number
  /** how long the oldest of them waits, in ms */
  readonly oldestPendingMs: number | null
  /** when the server was last heard, ms since 1970 */
  readonly lastSyncAt: number | null
  /** edits that the server refused: see `refused()` */
  readonly refused: number
  readonly storage: DeviceStorage['mode']
  /** why edits are not stored on this device at the moment */
  readonly storageFault: ErrorCode | null
  /** of the rows: `waiting` in a tab that is not first, `off` where there are to be none */
  readonly rows: 'opening' | 'ready' | 'waiting' | 'failed' | 'off'
  readonly role: ServerHello['role'] | null
}

export interface WardrobeEvents {
  readonly status: WardrobeStatus
  /** records that look different now, whoever changed them */
  readonly change: {
    readonly records: readonly {
      readonly kind: string
      readonly id: string
      /** the fields that edits set; an element of a set by its own name (`tags.linen`) */
      readonly fields: readonly string[]
    }[]
    readonly remote: boolean
  }
  /** an upload began, went on or ended; `photos.progress(id)` says how far it is */
  readonly uploads: UploadProgress
  /** others' edits have met this device's, or each other's */
  readonly conflict: Conflict
  /** this device held something else than the server at the same commit; `repaired`: and does so no more */
  readonly diverged: Divergence
  /** the server has refused an edit; it is in `refused()` */
  readonly refused: { readonly code: ErrorCode; readonly detail: string }
}

/** Which place an edit must have reached. */
export type Tier = 'device' | 'server'

export interface GenerateOptions
  extends Omit<GenerateRequest, 'items' | 'wears' | 'feedback' | 'taste' | 'now' | 'anchors'> {
  /** pieces that every outfit must have, by id */
  readonly anchor?: string | readonly string[]
}

/** The history of one record, latest first. */
export interface RecordHistory {
  readonly entries: readonly HistoryEntry[]
  /** false where there is a server and it could not be asked */
  readonly complete: boolean
}

/** A request without what the wardrobe knows itself. */
type Without<Request> = Omit<Request, 'items' | 'wears' | 'feedback' | 'taste' | 'now'>

/** What a wardrobe is asked for outfits. All of it is answered from what is here. */
export interface OutfitQuestions {
  /** Puts outfits together: the same request and seed, the same outfits on every device. */
  generate(options?: GenerateOptions): GenerateResult
  /** What can be worn in place of one piece of an outfit, best first; the others are kept. */
  swap(options: Without<SwapRequest>): SwapResult
  /** An outfit for each of some days; no top, layer or bottoms comes twice. */
  plan(options: Without<PlanRequest>): Plan
  /** Why a piece is not in the outfits that `generate` gives for these options. */
  whyNot(itemId: string, options?: GenerateOptions): WhyNot
}

/** What a resolved conflict shows: the winner, one of the losers, or another value. */
export type Choice = 'winner' | Version | { readonly value: Json }

/** A wardrobe on this device. Everything works with the network off. */
export interface Wardrobe extends OutfitQuestions {
  readonly id: string
  readonly deviceId: string
  readonly items: Collection<'items'>
  readonly outfits: Collection<'outfits'>
  readonly outfitItems: Collection<'outfit_items'>
  readonly wears: Collection<'wears'>
  readonly feedback: Collection<'feedback'>
  readonly profile: Collection<'profile'>
  readonly photos: Photos
  /** What the engine thinks of pieces that somebody put together by hand. */
  rate(options: Without<RateRequest>): Rating
  readonly insights: Insights
  /**
   * The same questions with pauses, so that a page stays smooth: `inPieces({ signal }).insights.gaps()`. Each rejects with
   * the signal's reason when that is aborted.
   */
  inPieces(options?: InPiecesOptions): Later<OutfitQuestions> & { readonly insights: Later<Insights> }
  /** what was learned of the owner's taste: to be read, reset and turned off */
  readonly taste: Taste
  /** By kind, record and field. The same list as long as nothing about it has changed; `conflicts` in SQL. */
  conflicts(): readonly Conflict[]
  /** Calls back with the conflicts now and whenever there are others. Returns how to stop. */
  onConflicts(listener: (conflicts: readonly Conflict[]) => void): () => void
  /** Settles a conflict for everyone: one more edit, which has seen all the others. */
  resolve(conflict: Pick<Conflict, 'kind' | 'id' | 'field'>, choice: Choice): Promise<void>
  /**
   * Who wrote what of a record, and when. What was overwritten is kept for `historyDays`; with a connection, what the
   * server has kept from before this device came is there too.
   */
  history(record: { readonly kind: Kind; readonly id: string }): Promise<RecordHistory>
  /** Writes what that version said again, as far as it does not show. One more edit: nothing is lost by it. */
  restore(version: Pick<HistoryEntry, 'kind' | 'id' | 'changes'>): Promise<void>
  /**
   * Takes back the last step that was made through this object; null where there is none left. What was written in one
   * turn is one step. Never what others wrote: see `left` of the result.
   */
  undo(): Promise<Undone | null>
  /** Makes the step again that was taken back last. */
  redo(): Promise<Undone | null>
  /** How many steps can be taken back, and made again. */
  undoSteps(): ReturnType<Undo['steps']>
  /**
   * Compares with the server now, as it is done twice a minute while there is a connection, and reads the log anew where they
   * differ. `busy`: edits are under way, or the server could not be asked.
   */
  verify(): Promise<'same' | 'busy' | 'repaired' | 'diverged'>
  /** Of everything that is here: the same on every device and the server when they have the same edits. */
  fingerprint(): string
  /**
   * Writes everything that is on this device, also what the server does not have yet: records as JSON and CSV, edits,
   * history and photos. See docs/EXPORT.md.
   */
  export(into: BundleWriter, onProgress?: OnProgress): Promise<BundleHead>
  /** Edits that the server refused. They do not show, and are not lost. */
  refused(): readonly RefusedEdit[]
  /** Writes a refused edit once more. */
  retryRefused(name: EditTuple): Promise<void>
  discardRefused(name: EditTuple): Promise<void>
  /** drizzle over the rows; waits for them. Reads only. */
  readonly db: Orm
  /** SQL over the rows; waits for them, and for what was written before. Reads only. */
  readonly query: Sql['query']
  readonly live: Sql['live']
  /**
   * Pieces by words, category and colour, best first: by colour the nearest in OKLab, else the best match of words. Waits
   * for the rows. `invalid` where `color` is no colour.
   */
  search(request: SearchRequest): Promise<Item[]>
  /** Pieces like one, from memory, the most alike first: by colours, by what eyes saw in their photos, and by kind, pattern, material, attributes. */
  similar(itemId: string, limit?: number): { readonly item: Item; readonly similarity: number }[]
  /**
   * What the analysis of its photos offers for a piece, and is not sure enough of to set, or what else it may be than what shows:
   * the likeliest first within what it is about. Of what a person has said nothing is offered. `not-found`
   */
  suggestions(itemId: string): Offer[]
  /** Makes a suggestion the person's word. */
  accept(suggestion: Pick<Offer, 'itemId' | 'set'>): Promise<Item>
  status(): WardrobeStatus
  on<Name extends keyof WardrobeEvents>(
    name: Name,
    listener: (event: WardrobeEvents[Name]) => void,
  ): () => void
  /**
   * Resolves when everything written so far has reached the tier. `server` waits as long as it takes, also offline; it
   * rejects with the code of the refusal where the server refuses some of it.
   */
  whenDurable(tier?: Tier): Promise<void>
  /** Resolves when the server has been read to its end, and has everything that was written. */
  whenSynced(): Promise<void>
  /**
   * Syncs once over plain HTTP, for background fetch where no socket can be kept; where one is open, that is used.
   * Resolves when the server has been read to its end and has everything. Rejects with `offline`, `unauthenticated`,
   * `not-found` and the other codes of the server; refused edits are in `refused()`.
   */
  syncOnce(): Promise<void>
  pauseSync(): void
  resumeSync(): void
  /** Stores what is not stored, ends the connection, and gives the storage free. */
  close(): Promise<void>
}
