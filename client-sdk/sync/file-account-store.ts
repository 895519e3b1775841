import { chmod, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { AccountStore } from './account.js'

/** The account in a file that only its owner can read. */
export function createFileAccountStore(path: string): AccountStore {
  return {
    async load() {
      try {
        return await readFile(path, 'utf8')
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
        throw error
      }
    },
    async save(text) {
      if (text === null) return rm(path, { force: true })
      await mkdir(dirname(path), { recursive: true })
      const draft = `${path}.draft`
      const file = await open(draft, 'w', 0o600)
      try {
        await file.writeFile(text)
        await file.sync()
      } finally {
        await file.close()
      }
      await chmod(draft, 0o600) // one that was there before keeps its mode
      await rename(draft, path)
    },
  }
}
