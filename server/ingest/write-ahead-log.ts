import * as nodeFs from 'node:fs'
import { crc32 } from 'node:zlib'
import { ModaicsError } from '@modaics/shared'

/** A file of checksummed frames: what was acknowledged, and is not in the database yet. */
export interface WriteAheadLog {
  /** The frames that are there. An unfinished last one was never acknowledged, and is cut off. */
  readonly recovered: readonly Uint8Array[]
  /**
   * When it returns, the frame survives a kill of this process at any instant; when what it returned has resolved, a power
   * cut too. All that is written while the disk syncs is synced together after it. Where the promise rejects, the frame is
   * there all the same, for all that is known.
   *
   * @throws the system's error (ENOSPC, …); then the frame is not in the log, and later ones may be
   */
  append(frame: Uint8Array): Promise<void>
  /** The disk has failed to sync: it may have lost what was written, and takes nothing until the log is cleared. */
  readonly failed: boolean
  readonly bytes: number
  /** Forgets all frames, because the database has them, but for these: a crash leaves the old ones or the new. */
  clear(keep?: readonly Uint8Array[]): void
  close(): void
}

/** The part of `node:fs` that it uses; the simulator gives one that fails. */
export type LogFileSystem = Pick<
  typeof nodeFs,
  | 'closeSync'
  | 'fdatasyncSync'
  | 'fstatSync'
  | 'ftruncateSync'
  | 'openSync'
  | 'readFileSync'
  | 'renameSync'
  | 'writeSync'
> & { fdatasync(file: number, done: (error: Error | null) => void): void }

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
  let failed: Error | null = null
  let closed = false
  let waiters: Waiter[] = []

  /** One sync at a time; those who come meanwhile share the next. */
  function sync(): void {
    if (syncing || waiters.length === 0) return
    syncing = true
    const synced = file
    const served = waiters
    waiters = []
    fs.fdatasync(synced, (error) => {
      syncing = false
      if (error) {
        failed = error
        onError(error)
      }
      if (synced !== file) fs.closeSync(synced)
      settle(served, error)
      if (closed) finish()
      else sync()
    })
  }

  function finish(): void {
    const last = waiters
    waiters = []
    try {
      if (last.length > 0) fs.fdatasyncSync(file)
      settle(last, null)
    } catch (error) {
      settle(last, error as Error)
    }
    fs.closeSync(file)
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
      if (failed) throw failed
      try {
        bytes += writeFrame(fs, file, frame)
      } catch (error) {
        fs.ftruncateSync(file, bytes)
        throw error
      }
      return new Promise((resolve, reject) => {
        waiters.push({ resolve, reject })
        sync()
      })
    },
    get failed() {
      return failed !== null
    },
    get bytes() {
      return bytes
    },
    clear(keep = []) {
      if (keep.length > 0) rewrite(keep)
      else {
        fs.ftruncateSync(file, 0)
        bytes = 0
      }
      failed = null
    },
    close() {
      if (closed) return
      closed = true
      if (!syncing) finish()
    },
  }
}

interface Waiter {
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

function settle(waiters: readonly Waiter[], error: Error | null): void {
  for (const { resolve, reject } of waiters) {
    if (error) reject(error)
    else resolve()
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
