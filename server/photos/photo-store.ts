/** The sizes a picture is kept in; see `VARIANTS`. */
export type Variant = 'full' | 'card' | 'thumb'

/** Longest edge of each size, in pixels. A smaller picture is not enlarged. */
export const VARIANTS: Readonly<Record<Variant, number>> = { full: 2048, card: 640, thumb: 160 }

export const VARIANT_NAMES: readonly Variant[] = ['full', 'card', 'thumb']

export interface PhotoKey {
  /** UUID */
  readonly wardrobeId: string
  /** SHA-256 of the bytes as they were uploaded, hex */
  readonly hash: string
  readonly variant: Variant
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
}
