import type { Looker } from '@modaics/shared/vision'
import type { Journal } from '../journal/journal.js'
import type { PhotoFiles } from '../photos/photo-files.js'
import type { DecodePicture } from '../photos/picture-codec.js'
import type { AccountStore } from '../sync/account.js'

/** Where a wardrobe lives: kept on this device (the default), in a folder (Node), or nowhere once it is closed. */
export type StorageOption = 'device' | 'memory' | { readonly folder: string }

/** The storage of one wardrobe, opened and locked. */
export interface DeviceStorage {
  readonly mode: 'files' | 'indexeddb' | 'memory'
  readonly journal: Journal
  readonly photos: PhotoFiles
  /** a second journal, of edits that have left the bag; opened when it is first needed */
  openHistory(): Promise<Journal>
  /** of PGlite */
  readonly dataDir: string
  removeData(dataDir: string): Promise<void>
  /** what a new PGlite starts from, where the platform keeps one */
  readonly seed?: (dataDir: string) => Promise<Blob | undefined>
  /** Runs it while no other tab runs one on this storage: two that open a new wardrobe at once must not make two. */
  alone<T>(work: () => Promise<T>): Promise<T>
  /**
   * Resolves when this document may own socket and rows: at once where a storage has one owner; in the browser when the
   * tabs that were first are gone. `release` gives it on.
   */
  own(): Promise<{ release(): void }>
}

/** What differs between Node and the browser. */
export interface Platform {
  /** Keeps an account on this device, under a name. */
  openAccountStore(name: string): AccountStore
  readonly WebSocket: typeof globalThis.WebSocket
  readonly decodePicture: DecodePicture
  /** What tells kinds and patterns apart on this device, not yet started; from the weights at `url`, or those of the package. */
  openEyes(url: URL | undefined): Promise<Looker>
  /** Whether the connection costs money or the user saves data; calls back when that may have changed. */
  watchMetered(onChange: () => void): { readonly isMetered: () => boolean; stop(): void }
  /** @throws ModaicsError `storage-locked` where another process has it, `storage-failed` */
  openStorage(name: string, storage: StorageOption): Promise<DeviceStorage>
}
