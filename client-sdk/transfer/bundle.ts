/** The format of an export: raised when a reader of the one before could not read it. See docs/EXPORT.md. */
export const BUNDLE_FORMAT = 1

/** Where an export goes: a folder or a zip. Paths use `/`. */
export interface BundleWriter {
  /** One call after the other; a path is written once. */
  write(path: string, bytes: Uint8Array): Promise<void>
  /** Nothing is complete before this. */
  close(): Promise<void>
}

/** An export that is read. */
export interface BundleReader {
  /** null where there is no such file */
  read(path: string): Promise<Uint8Array | null>
  close(): Promise<void>
}

/** A picture of an export. */
export interface BundledPhoto {
  /** SHA-256 of the bytes that were uploaded, hex: what records name it by */
  readonly hash: string
  /** of the uploaded bytes */
  readonly mime: string
  /** path in the bundle */
  readonly file: string
  /** true: the file is the WebP that the server keeps; false: the very bytes that `hash` is of */
  readonly kept: boolean
  readonly width?: number
  readonly height?: number
  readonly bytes?: number
  /** of its looks, as the server knows it */
  readonly thumbhash?: string | null
  readonly perceptualHash?: string | null
  /** ms since 1970 */
  readonly storedAt?: number
}

/** `modaics.json`: what the bundle is. */
export interface BundleHead {
  readonly format: number
  readonly wardrobe: { readonly id: string; readonly name: string }
  /** ISO 8601 */
  readonly exportedAt: string
  /** of the wardrobe as it was: an import must come to the same */
  readonly fingerprint: string
  readonly counts: {
    readonly records: Readonly<Record<string, number>>
    readonly edits: number
    readonly past: number
    readonly photos: number
  }
  readonly photos: readonly BundledPhoto[]
  /** pictures whose bytes could not be had, by hash */
  readonly missingPhotos: readonly string[]
}
