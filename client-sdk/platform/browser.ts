import { ModaicsError } from '@modaics/shared'
import { openIndexedDbJournal } from '../journal/indexeddb-journal.js'
import { openMemoryJournal } from '../journal/memory-journal.js'
import { renewLog } from '../journal/renew-log.js'
import { decodeWithCanvas } from '../photos/canvas-codec.js'
import { openIndexedDbPhotoFiles } from '../photos/indexeddb-photo-files.js'
import { createMemoryPhotoFiles } from '../photos/photo-files.js'
import { removeBrowserData } from '../projection/remove-data.js'
import { createIndexedDbAccountStore } from '../sync/indexeddb-account-store.js'
import { watchMetered } from './metered.js'
import type { DeviceStorage, Platform } from './platform.js'

/** The browser: IndexedDB. One tab owns socket and rows, by a Web Lock; the next takes over when it is gone. */
export const platform: Platform = {
  WebSocket: globalThis.WebSocket,
  decodePicture: decodeWithCanvas,
  openEyes: async (url) => (await import('@modaics/shared/vision/browser')).createBrowserLooker(url),
  watchMetered: (onChange) => watchMetered(onChange),
  openAccountStore: (name) => createIndexedDbAccountStore(`modaics-account-${name}`),
  async openStorage(name, storage): Promise<DeviceStorage> {
    if (storage === 'memory')
      return {
        mode: 'memory',
        journal: openMemoryJournal(),
        photos: createMemoryPhotoFiles(),
        openHistory: async () => openMemoryJournal(),
        dataDir: 'memory://',
        removeData: async () => {},
        alone: (work) => work(),
        own: async () => ({ release() {} }),
      }
    if (typeof storage === 'object')
      throw new ModaicsError('invalid', 'a browser has no folders: storage is device or memory')
    const journal = await openIndexedDbJournal(`modaics-${name}`)
    await renewLog()
    return {
      mode: 'indexeddb',
      journal,
      photos: await openIndexedDbPhotoFiles(`modaics-${name}-photos`),
      openHistory: () => openIndexedDbJournal(`modaics-${name}-history`),
      dataDir: `idb://modaics-${name}`,
      removeData: (dataDir) => removeBrowserData(dataDir),
      alone: (work) => navigator.locks.request(`modaics-${name}-open`, work),
      own: () => ownLock(`modaics-${name}`),
    }
  },
}

function ownLock(name: string): Promise<{ release(): void }> {
  return new Promise((resolve, reject) => {
    navigator.locks
      .request(name, () => new Promise<void>((release) => resolve({ release: () => release() })))
      .catch(reject)
  })
}
