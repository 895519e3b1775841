/** Only Chromium has it, and says so. */
interface BrandedNavigator {
  readonly userAgentData?: { readonly brands: readonly { readonly brand: string }[] }
}

const SCRATCH = 'modaics-scratch'

/**
 * Lets Chromium begin a new log for the IndexedDB of this site. One that is killed between the two writes of a record leaves
 * half of it at the end of its log; the next writes on behind it (`reuse_logs` of LevelDB), and the one after that takes the log
 * for corrupt and deletes every database of the site, with all that was ever promised. To delete a database is what makes it
 * store its log as a table, and begin another, before it comes to that. Other browsers keep IndexedDB in SQLite.
 */
export async function renewLog(indexedDB: IDBFactory = globalThis.indexedDB): Promise<void> {
  const { userAgentData } = navigator as BrandedNavigator
  if (!userAgentData?.brands.some(({ brand }) => brand === 'Chromium')) return
  // Where it fails the log stays as it was: what can be written can be promised all the same.
  const settle = (request: IDBOpenDBRequest): Promise<void> =>
    new Promise((resolve) => {
      request.onerror = () => resolve()
      request.onsuccess = () => {
        request.result?.close()
        resolve()
      }
    })
  await settle(indexedDB.open(SCRATCH))
  await settle(indexedDB.deleteDatabase(SCRATCH))
}
