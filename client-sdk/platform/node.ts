import { accessSync, constants, mkdirSync, statSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { ModaicsError } from '@modaics/shared'
import WebSocket from 'ws'
import { openFileJournal } from '../journal/file-journal.js'
import { openMemoryJournal } from '../journal/memory-journal.js'
import { openFolderPhotoFiles } from '../photos/folder-photo-files.js'
import { createMemoryPhotoFiles } from '../photos/photo-files.js'
import { decodeWithSharp } from '../photos/sharp-codec.js'
import { createNodeSeed, removeNodeData } from '../projection/node-seed.js'
import { createFileAccountStore } from '../sync/file-account-store.js'
import type { DeviceStorage, Platform } from './platform.js'

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

function checkName(name: string): void {
  if (!NAME.test(name)) throw new ModaicsError('invalid', 'a name has 1 to 64 letters, digits, dots, _ or -')
}

/** Node: files in `.modaics/NAME` of the working directory unless another folder is given. */
export const platform: Platform = {
  WebSocket: WebSocket as unknown as typeof globalThis.WebSocket,
  decodePicture: decodeWithSharp,
  openEyes: async (url) => (await import('@modaics/shared/vision/node')).createNodeLooker(url),
  // Node is not told
  watchMetered: () => ({ isMetered: () => false, stop() {} }),
  openAccountStore(name) {
    checkName(name)
    return createFileAccountStore(resolve('.modaics', `${name}.account`))
  },
  async openStorage(name, storage): Promise<DeviceStorage> {
    checkName(name)
    if (storage === 'memory')
      return {
        mode: 'memory',
        journal: openMemoryJournal(),
        photos: createMemoryPhotoFiles(),
        openHistory: async () => openMemoryJournal(),
        dataDir: 'memory://',
        removeData: removeNodeData,
        ...nodeSeed(),
        alone: (work) => work(),
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
        openHistory: () => openFileJournal(join(folder, 'history')),
        dataDir: join(folder, 'rows'),
        removeData: removeNodeData,
        ...nodeSeed(),
        alone: (work) => work(),
        own: async () => ({ release() {} }),
      }
    } catch (error) {
      await journal.close()
      throw error
    }
  },
}

let seed: DeviceStorage['seed']

/** Kept for all wardrobes of the person: in the cache of their home, or in the temporary folder where that cannot be. */
function nodeSeed(): { seed?: NonNullable<DeviceStorage['seed']> } {
  if (!seed) {
    const uid = process.getuid?.()
    const folders = [join(homedir(), '.cache', 'modaics'), join(tmpdir(), `modaics-${uid ?? 'cache'}`)]
    const folder = folders.find((candidate) => isOwnFolder(candidate, uid))
    if (!folder) return {} // PGlite makes its data folders itself: slower, and the same
    seed = createNodeSeed(folder)
  }
  return { seed }
}

/** Makes it where it is missing. Of another user it is no good: what is put there would be opened as one's own database. */
function isOwnFolder(folder: string, uid: number | undefined): boolean {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    accessSync(folder, constants.W_OK)
    return uid === undefined || statSync(folder).uid === uid
  } catch {
    return false
  }
}
