import { pictureTypeOf } from '@modaics/shared'
import type { PictureScanner } from './picture-scanner.js'

/**
 * Finds files that are a picture and something else as well: a program, an archive, a document or a script after the
 * picture's end. Phones put harmless things there (the film of a live photo), so only what could be opened or run counts.
 * Nothing after the end is kept in any case: this is for saying so, and for not taking such a file at all.
 */
export function createStructuralScanner(): PictureScanner {
  return {
    scan: async (bytes) => {
      const end = endOf(bytes)
      if (end === null || end >= bytes.length) return null
      const rest = bytes.subarray(end)
      const found = FOREIGN.find(({ begins, within }) =>
        within ? indexOf(rest.subarray(0, 4_096), begins) >= 0 : startsWith(trimmed(rest), begins),
      )
      return found ? `${found.name} follows the picture in its file` : null
    },
  }
}

const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0))

/** `within`: anywhere in the first 4 KiB after the end, because their readers look for them there too. */
const FOREIGN: readonly { readonly name: string; readonly begins: Uint8Array; readonly within?: true }[] = [
  { name: 'a ZIP archive', begins: latin1('PK\x03\x04'), within: true },
  { name: 'a RAR archive', begins: latin1('Rar!\x1a\x07'), within: true },
  { name: 'a 7z archive', begins: latin1('7z\xbc\xaf\x27\x1c') },
  { name: 'a Windows program', begins: latin1('MZ') },
  { name: 'a Linux program', begins: latin1('\x7fELF') },
  { name: 'a macOS program', begins: latin1('\xcf\xfa\xed\xfe') },
  { name: 'a PDF', begins: latin1('%PDF-'), within: true },
  { name: 'a PHP script', begins: latin1('<?php'), within: true },
  { name: 'a web page', begins: latin1('<html'), within: true },
  { name: 'a script', begins: latin1('<script'), within: true },
  { name: 'a shell script', begins: latin1('#!/') },
]

/** Where the picture ends in its file; null where that cannot be told, which the decoder will then say. */
function endOf(bytes: Uint8Array): number | null {
  switch (pictureTypeOf(bytes)) {
    case 'image/jpeg':
      return endOfJpeg(bytes)
    case 'image/png':
      return endOfPng(bytes)
    case 'image/webp':
      return bytes.length < 12 ? null : 8 + view(bytes).getUint32(4, true)
    case 'image/avif':
      return endOfBoxes(bytes)
    default:
      return null
  }
}

/** ITU T.81, annex B: segments with their lengths, then entropy-coded data until a marker that is not RST. */
function endOfJpeg(bytes: Uint8Array): number | null {
  const data = view(bytes)
  let at = 2
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) return null
    const marker = bytes[at + 1] ?? 0
    if (marker === 0xff) at++
    else if (marker === 0xd9) return at + 2
    else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) at += 2
    else {
      at += 2 + data.getUint16(at + 2)
      if (marker === 0xda) at = endOfScan(bytes, at)
    }
  }
  return bytes[at] === 0xff && bytes[at + 1] === 0xd9 ? at + 2 : null
}

function endOfScan(bytes: Uint8Array, from: number): number {
  let at = bytes.indexOf(0xff, from)
  while (at >= 0) {
    const next = bytes[at + 1] ?? 0
    if (next !== 0 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at
    at = bytes.indexOf(0xff, at + 1)
  }
  return bytes.length
}

/** W3C PNG §5: chunks of length, type, data and check sum, until IEND. */
function endOfPng(bytes: Uint8Array): number | null {
  const data = view(bytes)
  for (let at = 8; at + 12 <= bytes.length; ) {
    const next = at + 12 + data.getUint32(at)
    if (data.getUint32(at + 4) === 0x49454e44) return next
    at = next
  }
  return null
}

/** ISO/IEC 14496-12 §4.2: boxes of size and type, one after the other. */
function endOfBoxes(bytes: Uint8Array): number | null {
  const data = view(bytes)
  let at = 0
  while (at + 8 <= bytes.length) {
    const size = data.getUint32(at)
    if (size < 8) return size === 0 ? bytes.length : at || null
    if (!/^[\x20-\x7e]{4}$/.test(String.fromCharCode(...bytes.subarray(at + 4, at + 8)))) return at
    if (at + size > bytes.length) return at
    at += size
  }
  return at
}

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

const startsWith = (bytes: Uint8Array, prefix: Uint8Array): boolean =>
  prefix.every((byte, i) => bytes[i] === byte)

const indexOf = (bytes: Uint8Array, part: Uint8Array): number => Buffer.from(bytes).indexOf(part)

/** Without the zeros, spaces and line ends before it. */
function trimmed(bytes: Uint8Array): Uint8Array {
  let from = 0
  while (from < bytes.length && [0, 9, 10, 13, 32].includes(bytes[from] ?? -1)) from++
  return bytes.subarray(from)
}
