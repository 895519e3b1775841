import { pictureTypeOf } from './picture-type.js'

/** What the first bytes of a picture say about it. */
export interface PictureHeader {
  /** as stored, before the orientation is applied, in pixels */
  readonly width: number
  readonly height: number
  /** 1 to 8 as of EXIF; 1 is upright */
  readonly orientation: number
}

/** Reads the header of a JPEG, PNG or WebP; null for another type, or where it cannot be read. Decodes nothing. */
export function readPictureHeader(bytes: Uint8Array): PictureHeader | null {
  try {
    switch (pictureTypeOf(bytes)) {
      case 'image/jpeg':
        return readJpeg(bytes)
      case 'image/png':
        return readPng(bytes)
      case 'image/webp':
        return readWebp(bytes)
      default:
        return null
    }
  } catch (error) {
    if (error instanceof RangeError) return null // it ends before it should
    throw error
  }
}

/** ITU T.81 annex B: the frame header (SOF) has the size, EXIF in APP1 the orientation. */
function readJpeg(bytes: Uint8Array): PictureHeader | null {
  const data = view(bytes)
  let orientation = 1
  for (const { marker, from, to } of jpegSegments(bytes)) {
    if (marker === 0xe1 && ascii(bytes, from, from + 4) === 'Exif')
      orientation = orientationOf(bytes.subarray(from + 6, to)) ?? orientation
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
    if (isFrame) return { width: data.getUint16(from + 3), height: data.getUint16(from + 1), orientation }
  }
  return null
}

/** The segments before the first scan: `from` to `to` is what they hold. */
export function* jpegSegments(
  bytes: Uint8Array,
): Generator<{ readonly marker: number; readonly at: number; readonly from: number; readonly to: number }> {
  const data = view(bytes)
  let at = 2
  while (at + 4 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0
    if (marker === 0xff) {
      at++
      continue
    }
    if (marker === 0xd9) return
    const to = at + 2 + data.getUint16(at + 2)
    yield { marker, at, from: at + 4, to }
    if (marker === 0xda) return
    at = to
  }
}

function readPng(bytes: Uint8Array): PictureHeader {
  const data = view(bytes)
  let orientation = 1
  for (let at = 8; at + 12 <= bytes.length; at += 12 + data.getUint32(at)) {
    const name = ascii(bytes, at + 4, at + 8)
    if (name === 'eXIf')
      orientation = orientationOf(bytes.subarray(at + 8, at + 8 + data.getUint32(at))) ?? orientation
    if (name === 'IEND') break
  }
  return { width: data.getUint32(16), height: data.getUint32(20), orientation }
}

/** https://developers.google.com/speed/webp/docs/riff_container */
function readWebp(bytes: Uint8Array): PictureHeader | null {
  const data = view(bytes)
  let size: { width: number; height: number } | undefined
  let orientation = 1
  for (let at = 12; at + 8 <= bytes.length; ) {
    const length = data.getUint32(at + 4, true)
    const from = at + 8
    switch (ascii(bytes, at, at + 4)) {
      case 'VP8X':
        size ??= { width: 1 + uint24(bytes, from + 4), height: 1 + uint24(bytes, from + 7) }
        break
      case 'VP8 ':
        size ??= {
          width: data.getUint16(from + 6, true) & 0x3fff,
          height: data.getUint16(from + 8, true) & 0x3fff,
        }
        break
      case 'VP8L': {
        const bits = data.getUint32(from + 1, true)
        size ??= { width: 1 + (bits & 0x3fff), height: 1 + ((bits >> 14) & 0x3fff) }
        break
      }
      case 'EXIF':
        orientation = orientationOf(bytes.subarray(from, from + length)) ?? orientation
    }
    at = from + length + (length % 2)
  }
  return size ? { ...size, orientation } : null
}

/** Tag 0x0112 of the first directory of a TIFF block; some writers put `Exif\0\0` before it. */
function orientationOf(exif: Uint8Array): number | null {
  const tiff = ascii(exif, 0, 4) === 'Exif' ? exif.subarray(6) : exif
  const order = ascii(tiff, 0, 2)
  if (tiff.length < 14 || (order !== 'II' && order !== 'MM')) return null
  const little = order === 'II'
  const data = view(tiff)
  const directory = data.getUint32(4, little)
  if (directory + 2 > tiff.length) return null
  const entries = data.getUint16(directory, little)
  for (let i = 0; i < entries; i++) {
    const at = directory + 2 + i * 12
    if (at + 12 > tiff.length) return null
    if (data.getUint16(at, little) !== 0x0112) continue
    const value = data.getUint16(at + 8, little)
    return value >= 1 && value <= 8 ? value : null
  }
  return null
}

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
const uint24 = (bytes: Uint8Array, at: number): number =>
  (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16)
const ascii = (bytes: Uint8Array, from: number, to: number): string =>
  String.fromCharCode(...bytes.subarray(from, to))
