import type { copyFile, FileHandle, mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Json } from '@modaics/shared'
import { encodeFrame, HEADER, readFrames } from './frames.js'
import type { JournalDamage } from './journal.js'

/** The part of `node:fs/promises` that a file journal uses; tests give one that fails. */
export interface FileSystem {
  readonly open: typeof open
  readonly rename: typeof rename
  readonly rm: typeof rm
  readonly readdir: typeof readdir
  readonly copyFile: typeof copyFile
  readonly mkdir: typeof mkdir
}

/** One generation: what was compacted (`N.snapshot`; none in the first) and the appends since then (`N.log`). */
export interface Generation {
  readonly number: number
  readonly updates: readonly Uint8Array[]
  readonly meta: Readonly<Record<string, Json>>
  /** length of the snapshot file */
  readonly snapshotBytes: number
  /** where the readable part of the log ends; what is behind it is to be cut off */
  readonly logEnd: number
  /** length of the log file */
  readonly logBytes: number
  readonly tornBytes: number
  readonly damage: Omit<JournalDamage, 'files'> | null
}

const NAME = /^journal-(\d{6,})\.(log|snapshot)(\.draft)?$/

export function fileName(number: number, type: 'log' | 'snapshot'): string {
  return `journal-${String(number).padStart(6, '0')}.${type}`
}

export interface GenerationFile {
  readonly name: string
  readonly number: number
  readonly type: 'log' | 'snapshot' | 'draft'
}

/** The files of all generations here, drafts included. */
export async function listFiles(fs: FileSystem, folder: string): Promise<GenerationFile[]> {
  return (await fs.readdir(folder)).flatMap((name) => {
    const match = NAME.exec(name)
    if (!match) return []
    return [{ name, number: Number(match[1]), type: match[3] ? 'draft' : (match[2] as 'log' | 'snapshot') }]
  })
}

/**
 * The generation in force: the last that has a snapshot, or the first, which has none. A log that was appended to shows
 * that its snapshot was there.
 */
export async function currentGeneration(fs: FileSystem, folder: string): Promise<number> {
  let current = 0
  for (const { name, number, type } of await listFiles(fs, folder)) {
    if (number <= current || type === 'draft') continue
    if (type === 'snapshot' || (await readFileOrNone(fs, join(folder, name)))?.subarray(HEADER.length).length)
      current = number
  }
  return current
}

/** Reads a generation; what is unreadable is left out and described. */
export async function readGeneration(fs: FileSystem, folder: string, number: number): Promise<Generation> {
  const snapshot = await readFileOrNone(fs, join(folder, fileName(number, 'snapshot')))
  const log = (await readFileOrNone(fs, join(folder, fileName(number, 'log')))) ?? Buffer.alloc(0)
  const base = snapshot && readFrames(snapshot)
  const tail = readFrames(log)
  const details: string[] = []
  // A snapshot is renamed into place when it is whole: it has no unfinished end, and is never empty.
  const snapshotDamaged = base ? base.rest !== 'nothing' || base.entries.length === 0 : number > 0
  if (snapshotDamaged)
    details.push(`${fileName(number, 'snapshot')} ${base ? 'cannot be read' : 'is missing'}`)
  if (tail.rest === 'damaged')
    details.push(`${fileName(number, 'log')} cannot be read at byte ${tail.end} of ${log.length}`)
  const sound = [...(base?.entries ?? []), ...(snapshotDamaged ? [] : tail.entries)]
  const beyond = [...(base?.beyond ?? []), ...(snapshotDamaged ? tail.entries : []), ...tail.beyond]
  const meta: Record<string, Json> = {}
  for (const entry of sound) Object.assign(meta, entry.meta)
  return {
    number,
    updates: [...sound, ...beyond].flatMap(({ update }) => (update ? [update] : [])),
    meta,
    snapshotBytes: snapshot?.length ?? 0,
    logEnd: tail.end,
    logBytes: log.length,
    tornBytes: tail.rest === 'torn' ? log.length - tail.end : 0,
    damage: details.length > 0 ? { detail: details.join('; ') } : null,
  }
}

/**
 * Writes a generation as a draft: its log, empty, and its snapshot under another name. It is nothing until
 * `activateGeneration`; without that, the next opening removes it.
 */
export async function draftGeneration(
  fs: FileSystem,
  folder: string,
  number: number,
  updates: readonly Uint8Array[],
  meta: Readonly<Record<string, Json>>,
): Promise<{ log: FileHandle; snapshotBytes: number }> {
  const log = await createLog(fs, folder, number)
  try {
    const frame = encodeFrame([{ meta }, ...updates.map((update) => ({ update }))])
    const draft = await fs.open(join(folder, draftName(number)), 'w')
    try {
      await writeAll(draft, HEADER, 0)
      await writeAll(draft, frame, HEADER.length)
      await draft.sync()
    } finally {
      await draft.close()
    }
    return { log, snapshotBytes: HEADER.length + frame.length }
  } catch (error) {
    await log.close()
    await dropDraft(fs, folder, number)
    throw error
  }
}

/** The rename is the instant at which the new generation takes over. */
export async function activateGeneration(fs: FileSystem, folder: string, number: number): Promise<void> {
  await fs.rename(join(folder, draftName(number)), join(folder, fileName(number, 'snapshot')))
}

export async function dropDraft(fs: FileSystem, folder: string, number: number): Promise<void> {
  await fs.rm(join(folder, draftName(number)), { force: true })
  await fs.rm(join(folder, fileName(number, 'log')), { force: true })
}

function draftName(number: number): string {
  return `${fileName(number, 'snapshot')}.draft`
}

/** A new, empty log that survives a power cut. */
export async function createLog(fs: FileSystem, folder: string, number: number): Promise<FileHandle> {
  const log = await fs.open(join(folder, fileName(number, 'log')), 'w+')
  try {
    await writeAll(log, HEADER, 0)
    await log.sync()
    await syncFolder(fs, folder)
    return log
  } catch (error) {
    await log.close()
    throw error
  }
}

/** Writes all of it: one call may write less than it was given. */
export async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done)
    done += bytesWritten
  }
}

/** Makes new names in a folder survive a power cut. Windows has no such call, and needs none. */
export async function syncFolder(fs: FileSystem, folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await fs.open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function readFileOrNone(fs: FileSystem, path: string): Promise<Buffer | undefined> {
  let file: FileHandle
  try {
    file = await fs.open(path, 'r')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  try {
    return await file.readFile()
  } finally {
    await file.close()
  }
}
