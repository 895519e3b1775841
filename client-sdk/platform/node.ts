import { rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { ModaicsError } from '@modaics/shared'
import WebSocket from 'ws'
import { openFileJournal } from '../journal/file-journal.js'
import { openMemoryJournal } from '../journal/memory-journal.js'
import { openFolderPhotoFiles } from '../photos/folder-photo-files.js'
import { createMemoryPhotoFiles } from '../photos/photo-files.js'
import type { DeviceStorage, Platform } from './platform.js'

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

/** Node: files in `.modaics/NAME` of the working directory unless another folder is given. */
export const platform: Platform = {
  WebSocket: WebSocket as unknown as typeof globalThis.WebSocket,
  async openStorage(name, storage): Promise<DeviceStorage> {
    if (!NAME.test(name))
      throw new ModaicsError('invalid', 'a wardrobe is named with 1 to 64 letters, digits, dots, _ or -')
    if (storage === 'memory')
      return {
        mode: 'memory',
        journal: openMemoryJournal(),
        photos: createMemoryPhotoFiles(),
        dataDir: 'memory://',
        removeData: async () => {},
        own: async () => ({ release() {} }),
      }
    const folder = resolve(storage === 'device' ? '.modaics' : storage.folder, name)
    // The lock of the journal is that of the whole folder: PGlite has none of its own.
    const journal = await openFileJournal(join(folder, 'journal'))
    try {
      return {
        mode: 'files',
        journal,
        photos: await openFolderPhotoFiles(join(folder, 'photos')),
        dataDir: join(folder, 'rows'),
        removeData: (dataDir) => rm(dataDir, { recursive: true, force: true }),
        own: async () => ({ release() {} }),
      }
    } catch (error) {
      await journal.close()
      throw error
    }
  },
}
