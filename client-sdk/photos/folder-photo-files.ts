import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ModaicsError } from '@modaics/shared'
import type { PhotoFiles } from './photo-files.js'

/** Photos as files of a folder. */
export async function openFolderPhotoFiles(folder: string): Promise<PhotoFiles> {
  await mkdir(folder, { recursive: true })
  const pathOf = (hash: string): string => join(folder, hash)
  return {
    async put(hash, bytes) {
      const draft = `${pathOf(hash)}.draft`
      try {
        const file = await open(draft, 'w')
        try {
          await file.writeFile(bytes)
          await file.datasync()
        } finally {
          await file.close()
        }
        await rename(draft, pathOf(hash))
        const directory = await open(folder, 'r')
        await directory.sync().finally(() => directory.close())
      } catch (cause) {
        await rm(draft, { force: true })
        const full = (cause as NodeJS.ErrnoException).code === 'ENOSPC'
        throw new ModaicsError(full ? 'storage-full' : 'storage-failed', 'the photo could not be stored', {
          cause,
        })
      }
    },
    async get(hash) {
      try {
        return new Uint8Array(await readFile(pathOf(hash)))
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
        throw error
      }
    },
    delete: (hash) => rm(pathOf(hash), { force: true }),
    close: async () => {},
  }
}
