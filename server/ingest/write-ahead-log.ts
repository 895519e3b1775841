import { closeSync, fdatasync, fstatSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { ModaicsError } from '@modaics/shared'

/** A file of checksummed frames: what was acknowledged, and is not in the database yet. */
export interface WriteAheadLog {
  /** The frames that are there. An unfinished last one was never acknowledged, and is cut off. */
  readonly recovered: readonly Uint8Array[]
  /**
   * When it returns, the frame survives a kill of this process at any instant. It is written at once (some 20 µs, less
   * than a trip to the thread pool and back); the disk is told to sync right after, for the power cut.
   *
   * @throws the system's error (ENOSPC, …); then the frame is not in the log, and later ones may be
   */
  append(frame: Uint8Array): void
  readonly bytes: number
  /** Forgets all frames: the database has them. */
  clear(): void
  close(): void
}

/** Length and checksum before each frame, both 32 bits, little-endian. */
const HEADER_BYTES = 8

/**
 * @param onError hears of a disk that does not sync
 * @throws ModaicsError `storage-damaged` where a frame in the middle cannot be read
 */
export function openWriteAheadLog(path: string, onError: (error: Error) => void): WriteAheadLog {
  const file = openSync(path, 'a+', 0o600)
  const { frames, end } = readFrames(readFileSync(file), path)
  let bytes = end
  if (fstatSync(file).size > end) ftruncateSync(file, end)

  let syncing = false
  let again = false
  let closed = false

  /** One sync at a time; what was written meanwhile gets another. */
  function sync(): void {
    again = syncing
    if (syncing || closed) return
    syncing = true
    fdatasync(file, (error) => {
      syncing = false
      if (error) onError(error)
      if (closed) closeSync(file)
      else if (again) sync()
    })
  }

  return {
    recovered: frames,
    append(frame) {
      const record = Buffer.allocUnsafe(HEADER_BYTES + frame.byteLength)
      record.writeUInt32LE(frame.byteLength, 0)
      record.writeUInt32LE(crc32(frame), 4)
      record.set(frame, HEADER_BYTES)
      try {
        for (let at = 0; at < record.byteLength; ) at += writeSync(file, record, at)
      } catch (error) {
        ftruncateSync(file, bytes)
        throw error
      }
      bytes += record.byteLength
      setImmediate(sync) // after the acks
    },
    get bytes() {
      return bytes
    },
    clear() {
      ftruncateSync(file, 0)
      bytes = 0
    },
    close() {
      if (closed) return
      closed = true
      if (!syncing) closeSync(file)
    },
  }
}

function readFrames(content: Buffer, path: string): { frames: Uint8Array[]; end: number } {
  const frames: Uint8Array[] = []
  let at = 0
  while (at + HEADER_BYTES <= content.byteLength) {
    const length = content.readUInt32LE(at)
    const end = at + HEADER_BYTES + length
    if (end > content.byteLength) break
    const frame = content.subarray(at + HEADER_BYTES, end)
    if (crc32(frame) !== content.readUInt32LE(at + 4)) {
      if (end === content.byteLength) break
      throw new ModaicsError(
        'storage-damaged',
        `${path} cannot be read at byte ${at}; move it away to start without it`,
      )
    }
    frames.push(frame)
    at = end
  }
  return { frames, end: at }
}
