import { ModaicsError } from '@modaics/shared'

/** Deletes what PGlite keeps under `idb://NAME`; there is nothing to delete under `memory://`. */
export async function removeBrowserData(
  dataDir: string,
  { indexedDB = globalThis.indexedDB }: { readonly indexedDB?: IDBFactory } = {},
): Promise<void> {
  if (!dataDir.startsWith('idb://')) return
  // The name that PGlite's file system (Emscripten's IDBFS) gives its database: where it is mounted.
  const name = `/pglite/${dataDir.slice('idb://'.length)}`
  await new Promise<void>((resolve, reject) => {
    const request = indexedDB.deleteDatabase(name)
    request.onsuccess = () => resolve()
    request.onerror = () =>
      reject(new ModaicsError('storage-failed', `${name} cannot be deleted`, { cause: request.error }))
    // The PGlite that has just failed here lets go soon; another tab, maybe never.
    request.onblocked = () => {
      const refuse = () => reject(new ModaicsError('storage-failed', `${name} is open in another tab`))
      setTimeout(refuse, BLOCKED_MS)
    }
  })
}

const BLOCKED_MS = 10_000
