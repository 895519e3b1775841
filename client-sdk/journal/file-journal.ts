import * as nodeFs from 'node:fs/promises'
import { join } from 'node:path'
import { type Json, ModaicsError } from '@modaics/shared'
import { lockFolder } from '@modaics/shared/node'
import { createCommitQueue } from './commit-queue.js'
import { encodeFrame, HEADER } from './frames.js'
import type { Journal, JournalContent, JournalDamage, JournalEntry } from './journal.js'
import {
  activateGeneration,
  createLog,
  currentGeneration,
  draftGeneration,
  dropDraft,
  type FileSystem,
  fileName,
  listFiles,
  readGeneration,
  syncFolder,
  writeAll,
} from './journal-files.js'

/** For tests: another disk, and its lock. */
export interface FileJournalOptions {
  readonly fs?: FileSystem
  readonly lock?: typeof lockFolder
}

/**
 * A journal in a folder of its own: an append-only log of checksummed frames, synced for every group of appends, and a
 * snapshot of what was compacted. The folder is locked against other processes, and against a second use in this one.
 *
 * An unfinished last frame is cut off. Where bytes in the middle cannot be read, the files are copied to
 * `journal.damaged-…` and what can be read is written anew.
 *
 * @throws {ModaicsError} `storage-locked`, `storage-full`, `storage-failed`
 */
export async function openFileJournal(
  folder: string,
  { fs = nodeFs, lock: take = lockFolder }: FileJournalOptions = {},
): Promise<Journal> {
  await fs.mkdir(folder, { recursive: true }).catch(throwStorageError)
  const lock = await take(folder)
  try {
    return await openLocked(folder, fs, lock.held, lock.release)
  } catch (error) {
    await lock.release()
    return throwStorageError(error)
  }
}

async function openLocked(
  folder: string,
  fs: FileSystem,
  held: () => boolean,
  release: () => Promise<void>,
): Promise<Journal> {
  const opened = await openGeneration(fs, folder)
  let { log, number, snapshotBytes, end, updates } = opened
  /** what was read on opening, for the first `load`, as long as nothing was appended */
  let content: JournalContent | null = opened.content
  /** the log holds bytes behind `end` that belong to no acknowledged append */
  let dirty = false

  const cutOff = async () => {
    await log.truncate(end)
    dirty = false
  }

  const queue = createCommitQueue(async (entries: readonly JournalEntry[]) => {
    if (!held()) throw new ModaicsError('storage-locked', `${folder} was taken over by another machine`)
    content = null
    try {
      if (dirty) await cutOff()
      const frame = encodeFrame(entries)
      dirty = true
      await writeAll(log, frame, end)
      await log.datasync()
      dirty = false
      end += frame.length
      for (const { update } of entries) if (update) updates++
    } catch (error) {
      // If this fails too, the next append tries it again before it writes.
      await cutOff().catch(() => undefined)
      throwStorageError(error)
    }
  })

  const read = async () => {
    if (dirty) await cutOff()
    const generation = await readGeneration(fs, folder, number)
    // What changed on the disk since opening is not to be compacted away; the next opening puts it aside.
    if (generation.damage) throw new ModaicsError('storage-damaged', generation.damage.detail)
    return generation
  }

  const compact = async (
    merge: (updates: readonly Uint8Array[]) => Uint8Array,
    meta: Readonly<Record<string, Json>> | undefined,
  ) => {
    const stored = await read()
    const merged = stored.updates.length > 1 || meta ? [merge(stored.updates)] : stored.updates
    const next = await draftGeneration(fs, folder, number + 1, merged, { ...stored.meta, ...meta })
    try {
      await activateGeneration(fs, folder, number + 1)
    } catch (error) {
      await next.log.close()
      await dropDraft(fs, folder, number + 1)
      throw error
    }
    const old = log
    log = next.log
    number++
    snapshotBytes = next.snapshotBytes
    end = HEADER.length
    updates = merged.length
    dirty = false
    content = null
    await old.close()
    // Until the rename is known to be durable nothing may be removed; what is left over goes at the next opening.
    await syncFolder(fs, folder)
    await removeGenerations(fs, folder, number)
  }

  return {
    load: () =>
      queue.exclusive(async () => {
        const first = content
        content = null
        return first ?? contentOf(await read().catch(throwStorageError), 0, null)
      }),
    append: (entry) => queue.append(entry),
    compact: (merge, meta) => queue.exclusive(() => compact(merge, meta).catch(throwStorageError)),
    size: () => ({ bytes: snapshotBytes + end, compactedBytes: snapshotBytes, updates }),
    close: () =>
      queue.close(async () => {
        try {
          await log.close()
        } finally {
          await release()
        }
      }),
  }
}

async function openGeneration(fs: FileSystem, folder: string) {
  const current = await currentGeneration(fs, folder)
  const generation = await readGeneration(fs, folder, current)
  if (generation.damage) {
    const damage = { ...generation.damage, files: await putAside(fs, folder) }
    const { updates, meta } = generation
    const { log, snapshotBytes } = await draftGeneration(fs, folder, current + 1, updates, meta)
    await activateGeneration(fs, folder, current + 1)
    await syncFolder(fs, folder)
    await removeGenerations(fs, folder, current + 1)
    return {
      log,
      number: current + 1,
      snapshotBytes,
      end: (await log.stat()).size,
      updates: updates.length,
      content: contentOf(generation, generation.tornBytes, damage),
    }
  }
  await removeGenerations(fs, folder, current)
  let log: nodeFs.FileHandle
  if (generation.logEnd === 0) log = await createLog(fs, folder, current)
  else {
    log = await fs.open(join(folder, fileName(current, 'log')), 'r+')
    if (generation.logBytes > generation.logEnd) {
      await log.truncate(generation.logEnd)
      await log.sync()
    }
  }
  return {
    log,
    number: current,
    snapshotBytes: generation.snapshotBytes,
    end: (await log.stat()).size,
    updates: generation.updates.length,
    content: contentOf(generation, generation.tornBytes, null),
  }
}

function contentOf(
  { updates, meta }: Pick<JournalContent, 'updates' | 'meta'>,
  tornBytes: number,
  damage: JournalDamage | null,
): JournalContent {
  return { updates, meta, tornBytes, damage }
}

/** Copies the files of the journal to names that are never touched again. */
async function putAside(fs: FileSystem, folder: string): Promise<string[]> {
  const taken = new Set(await fs.readdir(folder))
  const names: string[] = []
  for (const file of await listFiles(fs, folder)) {
    if (file.type === 'draft') continue
    let name = `journal.damaged-${file.number}.${file.type}`
    for (let i = 2; taken.has(name); i++) name = `journal.damaged-${file.number}-${i}.${file.type}`
    await fs.copyFile(join(folder, file.name), join(folder, name))
    names.push(name)
  }
  await syncFolder(fs, folder)
  return names
}

/** Removes what a crash in the middle of a compaction left: all files that are not of the current generation. */
async function removeGenerations(fs: FileSystem, folder: string, current: number): Promise<void> {
  for (const { name, number, type } of await listFiles(fs, folder))
    if (number !== current || type === 'draft') await fs.rm(join(folder, name), { force: true })
}

function throwStorageError(error: unknown): never {
  const code = (error as NodeJS.ErrnoException).code
  if (error instanceof ModaicsError || typeof code !== 'string') throw error
  const full = code === 'ENOSPC' || code === 'EDQUOT'
  throw new ModaicsError(full ? 'storage-full' : 'storage-failed', (error as Error).message, { cause: error })
}
