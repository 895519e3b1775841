/**
 * Looks at uploaded bytes for what is no picture, before anything decodes them. It sees the bytes as they came, of a type
 * that is taken and below the limit of size; their hash has been checked.
 */
export interface PictureScanner {
  /**
   * What was found, in words that the owner may read; null where there is nothing. The same bytes may be asked about again.
   *
   * @throws ModaicsError `unavailable` where it cannot tell: the picture is then not stored, and may be sent again
   */
  scan(bytes: Uint8Array): Promise<string | null>
}

/** Asks one after the other, until one finds something. */
export function scanWithAll(scanners: readonly PictureScanner[]): PictureScanner {
  return {
    async scan(bytes) {
      for (const scanner of scanners) {
        const found = await scanner.scan(bytes)
        if (found !== null) return found
      }
      return null
    },
  }
}
