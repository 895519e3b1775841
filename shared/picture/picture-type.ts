/** Media types that are taken. */
export type PictureType = 'image/jpeg' | 'image/png' | 'image/webp' | 'image/avif'

/** The type of a picture by its first bytes, whatever its name says; null for anything else. */
export function pictureTypeOf(bytes: Uint8Array): PictureType | null {
  return SIGNATURES.find(({ matches }) => matches(bytes))?.type ?? null
}

/** Why a picture of a known type that is not taken is refused, in words that help; null where the type is unknown. */
export function refusedTypeOf(bytes: Uint8Array): string | null {
  if (brandsOf(bytes).some((brand) => HEIC.has(brand)))
    return 'HEIC needs a decoder that is not free; send it as JPEG'
  return null
}

/** HEVC brands of ISO/IEC 23008-12. */
const HEIC: ReadonlySet<string> = new Set(['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx'])

const SIGNATURES: readonly {
  readonly type: PictureType
  readonly matches: (bytes: Uint8Array) => boolean
}[] = [
  { type: 'image/jpeg', matches: (bytes) => startsWith(bytes, [0xff, 0xd8, 0xff]) },
  {
    type: 'image/png',
    matches: (bytes) => startsWith(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
  },
  {
    type: 'image/webp',
    matches: (bytes) => ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 12) === 'WEBP',
  },
  { type: 'image/avif', matches: (bytes) => brandsOf(bytes).includes('avif') },
]

/** Major and compatible brands of an ISO base media file (ISO/IEC 14496-12 §4.3), or none. */
function brandsOf(bytes: Uint8Array): string[] {
  if (bytes.length < 16 || ascii(bytes, 4, 8) !== 'ftyp') return []
  const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)
  const end = Math.min(size, bytes.length, 256)
  const brands = [ascii(bytes, 8, 12)]
  for (let at = 16; at + 4 <= end; at += 4) brands.push(ascii(bytes, at, at + 4))
  return brands
}

function startsWith(bytes: Uint8Array, prefix: readonly number[]): boolean {
  return prefix.every((byte, i) => bytes[i] === byte)
}

function ascii(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, to))
}
