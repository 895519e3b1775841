import type { VirtualDisk, VirtualProcess } from '@modaics/shared/testing'
import { openFileJournal } from '../journal/file-journal.js'
import type { FileSystem } from '../journal/journal-files.js'
import { openWardrobeOn } from '../open-wardrobe.js'
import { createMemoryPhotoFiles } from '../photos/photo-files.js'
import type { Replica } from '../replica/replica.js'
import { type Account, type AccountStore, openAccount } from '../sync/account.js'
import type { Wardrobe } from '../wardrobe.js'

export type { Account, Replica, Wardrobe }

export interface SimulatedDeviceOptions {
  readonly process: VirtualProcess
  readonly disk: VirtualDisk
  readonly wardrobeId: string
  readonly WebSocket: typeof globalThis.WebSocket
  readonly fetch: typeof globalThis.fetch
  readonly accounts: AccountStore
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
  const { process, disk, wardrobeId, WebSocket, fetch, accounts, online } = options
  const account = await openAccount({ url: 'http://server', store: accounts, fetch })
  let replica: Replica | undefined
  const wardrobe = await openWardrobeOn(
    {
      WebSocket,
      async openStorage() {
        const open = (folder: string): ReturnType<typeof openFileJournal> =>
          openFileJournal(folder, { fs: fileSystemOf(disk, process), lock: takeLock })
        return {
          mode: 'files',
          journal: await open('/journal'),
          openHistory: () => open('/history'),
          photos: createMemoryPhotoFiles(),
          dataDir: 'memory://',
          removeData: async () => {},
          alone: async (work) => {
            const opened = await work()
            // All that is run alone here is the opening of the replica.
            replica = opened as Replica
            return opened
          },
          own: async () => ({ release() {} }),
        }
      },
    },
    { name: 'simulated', wardrobeId, sync: { account, start: online }, rows: false },
  )
  if (!replica) throw new Error('the wardrobe was opened without a replica')
  return { wardrobe, account, replica }
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
