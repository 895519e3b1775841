const ascii = (bytes: Uint8Array, at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4))

/** Chunks that hold pixels. Metadata (EXIF, XMP, ICCP), animation and whatever else is none of them. */
const PIXELS: ReadonlySet<string> = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH'])

/** Is this a WebP file of pixels and nothing else, from the first byte to the last: what our own encoder makes? */
export function isPlainWebp(bytes: Uint8Array): boolean {
  if (bytes.byteLength < 20 || ascii(bytes, 0) !== 'RIFF' || ascii(bytes, 8) !== 'WEBP') return false
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getUint32(4, true) + 8 !== bytes.byteLength) return false
  let at = 12
  while (at + 8 <= bytes.byteLength) {
    if (!PIXELS.has(ascii(bytes, at))) return false
    const length = view.getUint32(at + 4, true)
    at += 8 + length + (length % 2)
  }
  return at === bytes.byteLength
}
