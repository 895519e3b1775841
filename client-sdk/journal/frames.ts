import { crc32 } from 'node:zlib'
import type { Json } from '@modaics/shared'
import type { JournalEntry } from './journal.js'

/**
 * Journal files: 16 bytes of `HEADER`, then frames of
 *
 *     marker u32 · payload length u32 · CRC-32 of length and payload u32 · payload
 *
 * in little endian. A frame is what one write stored: entries of `meta length u32 · update length + 1 u32 · meta as
 * JSON · update`; a length of 0 means that there is none. As a group of entries is one frame, a crash in the middle
 * of a write leaves at most one unfinished frame, the last.
 */
export const HEADER: Buffer = Buffer.from('modaics journal1')

const MARKER = Buffer.from('\u00bbMJ', 'utf8')
const FRAME_HEAD = 12

export function encodeFrame(entries: readonly JournalEntry[]): Buffer {
  const parts: Uint8Array[] = []
  let length = 0
  for (const { update, meta } of entries) {
    const head = Buffer.alloc(8)
    const json = meta ? Buffer.from(JSON.stringify(meta)) : undefined
    head.writeUInt32LE(json?.length ?? 0, 0)
    head.writeUInt32LE(update ? update.length + 1 : 0, 4)
    for (const part of [head, json, update]) {
      if (!part) continue
      parts.push(part)
      length += part.length
    }
  }
  const frame = Buffer.allocUnsafe(FRAME_HEAD + length)
  MARKER.copy(frame, 0)
  frame.writeUInt32LE(length, 4)
  let at = FRAME_HEAD
  for (const part of parts) {
    frame.set(part, at)
    at += part.length
  }
  frame.writeUInt32LE(checksum(frame, 0, length), 8)
  return frame
}

export interface FrameReading {
  /** of the readable frames from the start */
  readonly entries: readonly JournalEntry[]
  /** where these end, in bytes from the start of the file */
  readonly end: number
  /** what is left: nothing, an unfinished last frame, or unreadable bytes with readable frames behind them */
  readonly rest: 'nothing' | 'torn' | 'damaged'
  /** of the readable frames behind the damage */
  readonly beyond: readonly JournalEntry[]
}

/** Reads a journal file. The updates are views into `file`. */
export function readFrames(file: Buffer): FrameReading {
  if (!file.subarray(0, HEADER.length).equals(HEADER)) {
    const torn = HEADER.subarray(0, file.length).equals(file)
    const beyond = torn ? [] : readBeyond(file, 0)
    return { entries: [], end: 0, rest: torn ? (file.length === 0 ? 'nothing' : 'torn') : 'damaged', beyond }
  }
  const entries: JournalEntry[] = []
  let at = HEADER.length
  while (at < file.length) {
    const length = frameLength(file, at)
    if (length === undefined) {
      const beyond = readBeyond(file, at + 1)
      return { entries, end: at, rest: beyond.length > 0 ? 'damaged' : 'torn', beyond }
    }
    readEntries(file.subarray(at + FRAME_HEAD, at + length), entries)
    at += length
  }
  return { entries, end: at, rest: 'nothing', beyond: [] }
}

/** The entries of all readable frames from `from` on, wherever they begin. */
function readBeyond(file: Buffer, from: number): JournalEntry[] {
  const entries: JournalEntry[] = []
  let at = file.indexOf(MARKER, from)
  while (at >= 0) {
    const length = frameLength(file, at)
    if (length !== undefined) readEntries(file.subarray(at + FRAME_HEAD, at + length), entries)
    at = file.indexOf(MARKER, at + (length ?? 1))
  }
  return entries
}

/** Length of the frame that begins here, head included; undefined where no whole and sound one does. */
function frameLength(file: Buffer, at: number): number | undefined {
  if (at + FRAME_HEAD > file.length || file.compare(MARKER, 0, MARKER.length, at, at + MARKER.length) !== 0)
    return undefined
  const length = file.readUInt32LE(at + 4)
  if (at + FRAME_HEAD + length > file.length) return undefined
  return checksum(file, at, length) === file.readUInt32LE(at + 8) ? FRAME_HEAD + length : undefined
}

function checksum(file: Buffer, at: number, length: number): number {
  const start = at + FRAME_HEAD
  return crc32(file.subarray(start, start + length), crc32(file.subarray(at + 4, at + 8)))
}

function readEntries(payload: Buffer, into: JournalEntry[]): void {
  let at = 0
  while (at < payload.length) {
    const metaLength = payload.readUInt32LE(at)
    const updateLength = payload.readUInt32LE(at + 4)
    at += 8
    const json = payload.subarray(at, at + metaLength)
    at += metaLength
    const update = payload.subarray(at, at + Math.max(0, updateLength - 1))
    at += update.length
    into.push({
      // A plain array: a Buffer's `slice` shares memory where an array's copies, and others may count on the copy.
      ...(updateLength > 0 && { update: new Uint8Array(update.buffer, update.byteOffset, update.length) }),
      ...(metaLength > 0 && { meta: JSON.parse(json.toString()) as Record<string, Json> }),
    })
  }
}
