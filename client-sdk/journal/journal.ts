import type { Json } from '@modaics/shared'

/** One step of a wardrobe: a Yjs update, values to remember with it, or both. Stored whole or not at all. */
export interface JournalEntry {
  readonly update?: Uint8Array
  /** key → value; the last write of a key wins */
  readonly meta?: Readonly<Record<string, Json>>
}

/** Something that was stored could not be read back. */
export interface JournalDamage {
  /** what is wrong, in words */
  readonly detail: string
  /** where the unreadable bytes were put aside */
  readonly files: readonly string[]
}

export interface JournalContent {
  /** in the order of their appends, the compacted ones first */
  readonly updates: readonly Uint8Array[]
  readonly meta: Readonly<Record<string, Json>>
  /** length of an unfinished append that was cut off: a crash came before it was acknowledged */
  readonly tornBytes: number
  /**
   * Null unless stored bytes have changed. Then `meta` is as it was before the damaged place, `updates` holds all that
   * can still be read, also from behind it, and an acknowledged edit may be missing: compare in full with the server.
   */
  readonly damage: JournalDamage | null
}

export interface JournalSize {
  /** about what it takes in storage, and on opening */
  readonly bytes: number
  /** of these, what was compacted takes about so many */
  readonly compactedBytes: number
  /** stored updates; those that were compacted count as one */
  readonly updates: number
}

/**
 * The only truth on a device: the updates of one wardrobe, in order, and a few values beside them.
 *
 * Order: appends are stored in the order of the calls, whether awaited or not; those that wait while another is being
 * written go together into the next write. Atomicity: an entry is stored whole or not at all, `compact` likewise; a crash
 * at any instant leaves the old or the new. Durability: a resolved promise means that the entry survives a crash of the
 * process and, as far as the device keeps its word, a power cut. A rejected append is not in the journal, and later ones
 * may still succeed.
 *
 * Rejections: `storage-full`, `storage-failed`, and `closed` after `close`.
 */
export interface Journal {
  /** What is stored. Empty `updates` and `meta` in a new journal. Waits for appends that were called before it. */
  load(): Promise<JournalContent>
  append(entry: JournalEntry): Promise<void>
  /**
   * Replaces the updates stored so far by one, and remembers values at once with it. `merge` is not called on fewer than two
   * updates, unless there are values. Appends that come meanwhile wait. If `merge` throws, or there is no space, nothing has
   * changed.
   */
  compact(
    merge: (updates: readonly Uint8Array[]) => Uint8Array,
    meta?: Readonly<Record<string, Json>>,
  ): Promise<void>
  /** To decide when to compact. Where several tabs share a journal: what this one knows of. */
  size(): JournalSize
  /** Waits for what was called before it, then gives the storage free. Idempotent. */
  close(): Promise<void>
}
