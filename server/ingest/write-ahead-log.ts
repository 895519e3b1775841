import * as nodeFs from 'node:fs'
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
  /** Forgets all frames, because the database has them, but for these: a crash leaves the old ones or the new. */
  clear(keep?: readonly Uint8Array[]): void
  close(): void
}

/** The part of `node:fs` that it uses; the simulator gives one that fails. */
export type LogFileSystem = Pick<
  typeof nodeFs,
  | 'closeSync'
  | 'fdatasync'
  | 'fdatasyncSync'
  | 'fstatSync'
  | 'ftruncateSync'
  | 'openSync'
  | 'readFileSync'
  | 'renameSync'
  | 'writeSync'
>

/** Length and checksum before each frame, both 32 bits, little-endian. */
const HEADER_BYTES = 8

/**
 * @param onError hears of a disk that does not sync
 * @throws ModaicsError `storage-damaged` where a frame in the middle cannot be read
 */
export function openWriteAheadLog(
  path: string,
  onError: (error: Error) => void,
  fs: LogFileSystem = nodeFs,
): WriteAheadLog {
  let file = fs.openSync(path, 'a+', 0o600)
  const { frames, end } = readFrames(fs.readFileSync(file), path)
  let bytes = end
  if (fs.fstatSync(file).size > end) fs.ftruncateSync(file, end)

  let syncing = false
  let again = false
  let closed = false

  /** One sync at a time; what was written meanwhile gets another. */
  function sync(): void {
    again = syncing
    if (syncing || closed) return
    syncing = true
    const synced = file
    fs.fdatasync(synced, (error) => {
      syncing = false
      if (error) onError(error)
      if (closed || synced !== file) fs.closeSync(synced)
      if (!closed && again) sync()
    })
  }

  /** A new file takes the place of the old one, which is closed when nobody syncs it. */
  function rewrite(frames: readonly Uint8Array[]): void {
    const draft = fs.openSync(`${path}.draft`, 'w', 0o600)
    let size = 0
    try {
      for (const frame of frames) size += writeFrame(fs, draft, frame)
      fs.fdatasyncSync(draft)
    } finally {
      fs.closeSync(draft)
    }
    fs.renameSync(`${path}.draft`, path)
    const old = file
    file = fs.openSync(path, 'a+', 0o600)
    bytes = size
    if (!syncing) fs.closeSync(old)
  }

  return {
    recovered: frames,
    append(frame) {
      try {
        bytes += writeFrame(fs, file, frame)
      } catch (error) {
        fs.ftruncateSync(file, bytes)
        throw error
      }
      setImmediate(sync) // after the acks
    },
    get bytes() {
      return bytes
    },
    clear(keep = []) {
      if (keep.length > 0) return rewrite(keep)
      fs.ftruncateSync(file, 0)
      bytes = 0
    },
    close() {
      if (closed) return
      closed = true
      if (!syncing) fs.closeSync(file)
    },
  }
}

/** @returns how many bytes it took */
function writeFrame(fs: LogFileSystem, file: number, frame: Uint8Array): number {
  const record = Buffer.allocUnsafe(HEADER_BYTES + frame.byteLength)
  record.writeUInt32LE(frame.byteLength, 0)
  record.writeUInt32LE(crc32(frame), 4)
  record.set(frame, HEADER_BYTES)
  for (let at = 0; at < record.byteLength; ) at += fs.writeSync(file, record, at)
  return record.byteLength
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
