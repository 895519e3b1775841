/** The sizes a picture is kept in; see `VARIANTS`. */
export type Variant = 'full' | 'card' | 'thumb'

/** Longest edge of each size, in pixels. A smaller picture is not enlarged. */
export const VARIANTS: Readonly<Record<Variant, number>> = { full: 2048, card: 640, thumb: 160 }

export const VARIANT_NAMES: readonly Variant[] = ['full', 'card', 'thumb']

/** Every size is kept in both: WebP is decoded everywhere, AVIF takes a third less. */
export type PictureFormat = 'webp' | 'avif'

export const PICTURE_FORMATS: readonly PictureFormat[] = ['webp', 'avif']

export interface PhotoKey {
  /** UUID */
  readonly wardrobeId: string
  /** SHA-256 of the bytes as they were uploaded, hex */
  readonly hash: string
  readonly variant: Variant
  readonly format: PictureFormat
}

/** A picture that lies in a store, in whatever sizes. */
export interface StoredPicture {
  readonly wardrobeId: string
  readonly hash: string
  /** when its newest part was written, ms since 1970 */
  readonly writtenAt: number
}

/**
 * Where the bytes of pictures lie. A key's bytes never change, so it does not matter which of two concurrent puts wins.
 * Failures are thrown as `ModaicsError` `storage-full` or `storage-failed`.
 */
export interface PhotoStore {
  /** Durable when it resolves. Where the key is there already, nothing is written. A reader never sees half of it. */
  put(key: PhotoKey, bytes: Uint8Array): Promise<void>
  /** The whole bytes (a variant is a few megabytes at most), or null where there is nothing. */
  get(key: PhotoKey): Promise<Uint8Array | null>
  has(key: PhotoKey): Promise<boolean>
  /** Removes every variant of a picture of this wardrobe; fine where there is none. */
  delete(wardrobeId: string, hash: string): Promise<void>
  /** Every picture that has at least one part here, in any order; what is written meanwhile may be left out. */
  list(): AsyncIterable<StoredPicture>
  /** Removes what puts and uploads left unfinished that are older than this (ms since 1970). Returns how many. */
  sweep(before: number): Promise<number>
  /** How devices reach the store without the server in between; null where they cannot. */
  readonly direct: DirectStore | null
}

/** What a device needs to bring one upload to the store by itself. */
export type UploadTicket =
  | { readonly type: 'put'; readonly url: string; readonly headers: Readonly<Record<string, string>> }
  | {
      readonly type: 'parts'
      readonly uploadId: string
      /** bytes of each part but the last */
      readonly partBytes: number
      /** one URL a part, in order; each takes a PUT and answers with an ETag */
      readonly urls: readonly string[]
    }

/** One upload on its way: where it lies until it has been checked. */
export interface IncomingKey {
  readonly wardrobeId: string
  /** SHA-256 that the bytes are to have, hex */
  readonly hash: string
}

/**
 * Presigned access to a store. What is uploaded so lies apart, as `incoming`, until the server has read and checked it:
 * nobody is ever given a URL that reads it. Failures are thrown as of `PhotoStore`.
 */
export interface DirectStore {
  /** URLs that take exactly so many bytes for a limited time. */
  invite(key: IncomingKey, bytes: number, seconds: number): Promise<UploadTicket>
  /**
   * Puts the parts of an upload together: their ETags in order. False where the store knows no such upload (any more):
   * whether it was put together before is for `take` to find out. `hash-mismatch` where the parts are others.
   */
  join(key: IncomingKey, uploadId: string, etags: readonly string[]): Promise<boolean>
  /** The incoming bytes; null where there are none. `too-large` above the limit, before they are read. */
  take(key: IncomingKey, limit: number): Promise<Uint8Array | null>
  /** Removes all that has come of it, put together or not; fine where there is nothing. */
  discard(key: IncomingKey): Promise<void>
  /** A URL that reads one variant for a limited time. */
  link(key: PhotoKey, seconds: number): Promise<string>
  /** Removes incoming bytes and unfinished uploads that are older than this (ms since 1970). Returns how many. */
  sweep(before: number): Promise<number>
}
