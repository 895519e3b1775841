import type { ErrorCode, Json } from '@modaics/shared'

/** What REST and the analysis ask to be written: one record, some fields. The door makes the edit of it. */
export interface Change {
  readonly kind: string
  readonly id: string
  /** field → value, as an edit's `set` */
  readonly set: Readonly<Record<string, Json>>
  /** field → confidence 0 to 1; for `vision` */
  readonly confidence?: Readonly<Record<string, number>>
}

/** Who writes: a person through REST, under the device of the session, or the server's analysis. */
export type Author = { readonly source: 'user'; readonly device: string } | { readonly source: 'vision' }

export type Written =
  | { readonly ok: true /** the commit */; readonly seq: number }
  | { readonly ok: false; readonly code: ErrorCode; readonly detail: string }

/**
 * The one door through which edits enter a wardrobe: sockets, HTTP sync, REST and analysis all come here. The role has
 * been checked by the caller.
 */
export interface Door {
  /** Writes changes as one commit; durable when it resolves, and passed on to every connected device. */
  write(wardrobeId: string, author: Author, changes: readonly Change[]): Promise<Written>
  /** Resolves when the canonical rows show everything acknowledged so far: call it before reading rows. */
  settled(wardrobeId: string): Promise<void>
}
