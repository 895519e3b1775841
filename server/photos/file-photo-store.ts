import { randomBytes } from 'node:crypto'
import { access, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isSha256, isUuid, ModaicsError } from '@modaics/shared'
import type { PhotoKey, PhotoStore, StoredPicture } from './photo-store.js'

/** The end of the name of a file that is being written; a kill leaves it behind. */
const UNFINISHED = '.tmp'

/** Pictures as files: `<folder>/<wardrobe>/<hash>/<variant>.<format>`. */
export function createFilePhotoStore(folder: string): PhotoStore {
  const pathOf = ({ wardrobeId, hash, variant, format }: PhotoKey): string =>
    join(pictureFolder(folder, wardrobeId, hash), `${variant}.${format}`)
  return {
    put: (key, bytes) =>
      guarded(async () => {
        const path = pathOf(key)
        if (await exists(path)) return
        await mkdir(dirname(path), { recursive: true })
        await writeDurably(path, bytes)
      }),
    get: (key) =>
      guarded(async () => {
        try {
          return await readFile(pathOf(key))
        } catch (error) {
          if (isAbsent(error)) return null
          throw error
        }
      }),
    has: (key) => guarded(() => exists(pathOf(key))),
    delete: (wardrobeId, hash) =>
      guarded(() => rm(pictureFolder(folder, wardrobeId, hash), { recursive: true, force: true })),
    list: () => listPictures(folder),
    sweep: (before) => removeUnfinished(folder, before),
    direct: null,
  }
}

async function* listPictures(folder: string): AsyncGenerator<StoredPicture> {
  for await (const { wardrobeId, hash, path } of foldersOf(folder)) {
    const written = await guarded(() => newestIn(path))
    if (written !== null) yield { wardrobeId, hash, writtenAt: written }
  }
}

async function removeUnfinished(folder: string, before: number): Promise<number> {
  let removed = 0
  for await (const { path } of foldersOf(folder))
    for (const name of await namesIn(path)) {
      if (!name.endsWith(UNFINISHED)) continue
      const written = await guarded(() => writtenAt(join(path, name)))
      if (written === null || written >= before) continue
      await guarded(() => rm(join(path, name), { force: true }))
      removed++
    }
  return removed
}

async function* foldersOf(folder: string) {
  for (const wardrobeId of await namesIn(folder)) {
    if (!isUuid(wardrobeId)) continue
    for (const hash of await namesIn(join(folder, wardrobeId)))
      if (isSha256(hash)) yield { wardrobeId, hash, path: join(folder, wardrobeId, hash) }
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (isAbsent(error) || codeOf(error) === 'ENOTDIR') return []
    throw error
  }
}

async function newestIn(folder: string): Promise<number | null> {
  let newest: number | null = null
  for (const name of await namesIn(folder)) {
    const written = await writtenAt(join(folder, name))
    if (written !== null) newest = Math.max(newest ?? 0, written)
  }
  return newest
}

/** ms since 1970; null where the file was removed meanwhile */
async function writtenAt(path: string): Promise<number | null> {
  try {
    return (await stat(path)).mtimeMs
  } catch (error) {
    if (isAbsent(error)) return null
    throw error
  }
}

/** Names come checked; this keeps a bug elsewhere from walking out of the folder. */
function pictureFolder(folder: string, wardrobeId: string, hash: string): string {
  if (!isUuid(wardrobeId) || !isSha256(hash)) throw new TypeError('not the name of a picture')
  return join(folder, wardrobeId, hash)
}

/** Beside the file, synced, renamed onto it, and the folder synced: whole or absent, also after a power cut. */
async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}${UNFINISHED}`
  try {
    const file = await open(temporary, 'wx')
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  // the names too: the file's in its folder, and that folder's in the two above it
  for (let at = dirname(path), i = 0; i < 3; i++, at = dirname(at)) await syncFolder(at)
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } catch (error) {
    // Windows and some network file systems cannot sync a folder
    if (!['EPERM', 'EINVAL', 'EISDIR', 'ENOTSUP'].includes(codeOf(error) ?? '')) throw error
  } finally {
    await folder.close()
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path)
    return true
  } catch (error) {
    if (isAbsent(error)) return false
    throw error
  }
}

async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const code = codeOf(error)
    if (code === undefined) throw error
    const full = code === 'ENOSPC' || code === 'EDQUOT'
    throw new ModaicsError(full ? 'storage-full' : 'storage-failed', `the photo folder answered ${code}`, {
      cause: error,
    })
  }
}

const codeOf = (error: unknown): string | undefined => {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined
  return code?.startsWith('E') ? code : undefined
}

const isAbsent = (error: unknown): boolean => codeOf(error) === 'ENOENT'
