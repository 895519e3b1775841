import { jpegSegments } from './picture-header.js'
import { pictureTypeOf } from './picture-type.js'

/**
 * The picture without what says where, when, by whom and with what it was taken: EXIF (place, camera), XMP, IPTC,
 * comments, texts, and whatever follows the picture in its file. The pixels are the same bytes; colour profiles stay.
 * The orientation goes too: apply it first where it is not 1 (`readPictureHeader`).
 *
 * @returns null for another type than JPEG, PNG or WebP, or where its structure cannot be followed to its end
 */
export function stripMetadata(bytes: Uint8Array): Uint8Array | null {
  try {
    switch (pictureTypeOf(bytes)) {
      case 'image/jpeg':
        return stripJpeg(bytes)
      case 'image/png':
        return stripPng(bytes)
      case 'image/webp':
        return stripWebp(bytes)
      default:
        return null
    }
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

/** JFIF, colour profile and Adobe's colour transform are needed to decode it right. */
function keepsJpegSegment(bytes: Uint8Array, marker: number, from: number): boolean {
  const isApp = marker >= 0xe0 && marker <= 0xef
  if (!isApp) return marker !== 0xfe
  const name = ascii(bytes, from, from + 12)
  return (
    (marker === 0xe0 && name.startsWith('JFIF\0')) ||
    (marker === 0xe2 && name === 'ICC_PROFILE\0') ||
    (marker === 0xee && name.startsWith('Adobe'))
  )
}

function stripJpeg(bytes: Uint8Array): Uint8Array | null {
  const parts = [bytes.subarray(0, 2)]
  for (const { marker, at, from, to } of jpegSegments(bytes)) {
    if (to > bytes.length) return null
    if (marker === 0xda) {
      const end = endOfJpeg(bytes, to)
      if (end === null) return null
      parts.push(bytes.subarray(at, end))
      return join(parts)
    }
    if (keepsJpegSegment(bytes, marker, from)) parts.push(bytes.subarray(at, to))
  }
  return null
}

/** After the first scan: further scans and tables of a progressive picture, until EOI. */
function endOfJpeg(bytes: Uint8Array, from: number): number | null {
  const data = view(bytes)
  let at = from
  while (at + 1 < bytes.length) {
    at = bytes.indexOf(0xff, at)
    if (at < 0) return null
    const next = bytes[at + 1] ?? 0
    if (next === 0xd9) return at + 2
    const isSegment = next !== 0 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)
    at += isSegment ? 2 + data.getUint16(at + 2) : next === 0xff ? 1 : 2
  }
  return null
}

const PNG_TEXTS: ReadonlySet<string> = new Set(['eXIf', 'tEXt', 'iTXt', 'zTXt', 'tIME'])

function stripPng(bytes: Uint8Array): Uint8Array | null {
  const data = view(bytes)
  const parts = [bytes.subarray(0, 8)]
  for (let at = 8; at + 12 <= bytes.length; ) {
    const next = at + 12 + data.getUint32(at)
    if (next > bytes.length) return null
    const name = ascii(bytes, at + 4, at + 8)
    if (!PNG_TEXTS.has(name)) parts.push(bytes.subarray(at, next))
    if (name === 'IEND') return join(parts)
    at = next
  }
  return null
}

/** The flags of VP8X for EXIF and XMP go with their chunks. */
function stripWebp(bytes: Uint8Array): Uint8Array | null {
  const data = view(bytes)
  const end = 8 + data.getUint32(4, true)
  if (end > bytes.length + 1) return null
  const parts = [bytes.slice(0, 12)]
  for (let at = 12; at + 8 <= Math.min(end, bytes.length); ) {
    const length = data.getUint32(at + 4, true)
    const next = at + 8 + length + (length % 2)
    if (at + 8 + length > bytes.length) return null
    const name = ascii(bytes, at, at + 4)
    if (name !== 'EXIF' && name !== 'XMP ') {
      const chunk = bytes.slice(at, Math.min(next, bytes.length))
      if (name === 'VP8X') chunk[8] = (chunk[8] ?? 0) & ~0x0c
      parts.push(chunk)
    }
    at = next
  }
  const stripped = join(parts)
  view(stripped).setUint32(4, stripped.length - 8, true)
  return stripped
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
const ascii = (bytes: Uint8Array, from: number, to: number): string =>
  String.fromCharCode(...bytes.subarray(from, to))
