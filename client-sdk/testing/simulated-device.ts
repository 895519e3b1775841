import { ModaicsError } from '@modaics/shared'
import type { VirtualDisk, VirtualProcess } from '@modaics/shared/testing'
import { openFileJournal } from '../journal/file-journal.js'
import type { Journal } from '../journal/journal.js'
import type { FileSystem } from '../journal/journal-files.js'
import { type MemoryStorage, openMemoryJournal } from '../journal/memory-journal.js'
import { openWardrobeOn } from '../open-wardrobe.js'
import type { PhotoFiles } from '../photos/photo-files.js'
import type { DeviceStorage } from '../platform/platform.js'
import type { Replica } from '../replica/replica.js'
import { type Account, type AccountStore, openAccount } from '../sync/account.js'
import type { Wardrobe } from '../wardrobe.js'

export type { Account, PhotoFiles, Replica, Wardrobe }

/** What a tab has of its browser. */
export interface SimulatedTab {
  readonly storage: MemoryStorage
  readonly history: MemoryStorage
  /** Resolves when a transaction is stored. */
  stored(): Promise<void>
  full(): boolean
  lock<T>(name: string, work: () => Promise<T>): Promise<T>
}

export interface SimulatedDeviceOptions {
  /** of a browser; null where it is a process of its own */
  readonly tab: SimulatedTab | null
  readonly process: VirtualProcess
  readonly disk: VirtualDisk
  readonly wardrobeId: string
  readonly WebSocket: typeof globalThis.WebSocket
  readonly fetch: typeof globalThis.fetch
  readonly accounts: AccountStore
  readonly pictures: PhotoFiles
  /** whether it syncs from the start */
  readonly online: boolean
}

export interface SimulatedDevice {
  readonly wardrobe: Wardrobe
  readonly account: Account
  /** what the wardrobe is made of inside: to look at, not to use */
  readonly replica: Replica
}

/** Opens a wardrobe as an app on Node does, on a disk and a network that are not real. */
export async function openSimulatedDevice(options: SimulatedDeviceOptions): Promise<SimulatedDevice> {
  const { process, disk, tab, wardrobeId, WebSocket, fetch, accounts, online } = options
  // The platform's locks, which Node has from 24 on, would be one for all devices here, and kept by those that were killed.
  const account = await openAccount({ url: 'http://server', store: accounts, fetch, locks: null })
  let replica: Replica | undefined
  const wardrobe = await openWardrobeOn(
    {
      WebSocket,
      decodePicture: async () => null,
      openEyes: () => Promise.reject(new Error('nobody looks at pictures here')),
      watchMetered: () => ({ isMetered: () => false, stop() {} }),
      async openStorage() {
        const storage = tab ? tabStorage(tab) : await folderStorage(disk, process)
        return {
          ...storage,
          photos: options.pictures,
          dataDir: 'memory://',
          removeData: async () => {},
          alone: (work) =>
            storage.alone(async () => {
              const opened = await work()
              // All that is run alone here is the opening of the replica.
              replica = opened as Replica
              return opened
            }),
        }
      },
    },
    { name: 'simulated', wardrobeId, sync: { account, start: online }, rows: false },
  )
  if (!replica) throw new Error('the wardrobe was opened without a replica')
  return { wardrobe, account, replica }
}

type Storage = Pick<DeviceStorage, 'mode' | 'journal' | 'openHistory' | 'own' | 'alone'>

async function folderStorage(disk: VirtualDisk, process: VirtualProcess): Promise<Storage> {
  const open = (folder: string): ReturnType<typeof openFileJournal> =>
    openFileJournal(folder, { fs: fileSystemOf(disk, process), lock: takeLock })
  return {
    mode: 'files',
    journal: await open('/journal'),
    openHistory: () => open('/history'),
    alone: (work) => work(),
    own: async () => ({ release() {} }),
  }
}

function tabStorage(tab: SimulatedTab): Storage {
  return {
    mode: 'indexeddb',
    journal: tabJournal(tab, tab.storage),
    openHistory: async () => tabJournal(tab, tab.history),
    alone: (work) => tab.lock('open', work),
    own: () =>
      new Promise((resolve, reject) => {
        tab
          .lock('own', () => new Promise<void>((release) => resolve({ release: () => release() })))
          .catch(reject)
      }),
  }
}

/** What IndexedDB does: a transaction is stored whole, a little later, or not at all. */
function tabJournal(tab: SimulatedTab, storage: MemoryStorage): Journal {
  const inner = openMemoryJournal(storage)
  return {
    ...inner,
    async append(entry) {
      await tab.stored()
      if (tab.full()) throw new ModaicsError('storage-full', 'the quota is used up')
      await inner.append(entry)
    },
  }
}

/** The process is the only one on its disk. */
const takeLock = async () => ({ held: () => true, release: async () => {} })

function fileSystemOf(disk: VirtualDisk, process: VirtualProcess): FileSystem {
  const fs = disk.open(process)
  const open = async (path: string, flags: string) => {
    const file = await fs.open(path, flags)
    return { ...file, readFile: async () => Buffer.from(await file.readFile()) }
  }
  return { ...fs, open } as unknown as FileSystem
}
