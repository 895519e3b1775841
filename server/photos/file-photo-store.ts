import { randomBytes } from 'node:crypto'
import { access, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isSha256, isUuid, ModaicsError } from '@modaics/shared'
import type { PhotoKey, PhotoStore, StoredPicture } from './photo-store.js'

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
    direct: null,
  }
}

async function* listPictures(folder: string): AsyncGenerator<StoredPicture> {
  for (const wardrobeId of await namesIn(folder)) {
    if (!isUuid(wardrobeId)) continue
    for (const hash of await namesIn(join(folder, wardrobeId))) {
      if (!isSha256(hash)) continue
      const written = await guarded(() => newestIn(join(folder, wardrobeId, hash)))
      if (written !== null) yield { wardrobeId, hash, writtenAt: written }
    }
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
    try {
      newest = Math.max(newest ?? 0, (await stat(join(folder, name))).mtimeMs)
    } catch (error) {
      if (!isAbsent(error)) throw error // removed meanwhile
    }
  }
  return newest
}

/** Names come checked; this keeps a bug elsewhere from walking out of the folder. */
function pictureFolder(folder: string, wardrobeId: string, hash: string): string {
  if (!isUuid(wardrobeId) || !isSha256(hash)) throw new TypeError('not the name of a picture')
  return join(folder, wardrobeId, hash)
}

/** Beside the file, synced, renamed onto it, and the folder synced: whole or absent, also after a power cut. */
async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`
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
