import { ModaicsError } from '@modaics/shared'
import type { PhotoFiles } from './photo-files.js'

const STORE = 'photos'

/** Photos in an IndexedDB database of their own. */
export async function openIndexedDbPhotoFiles(
  name: string,
  factory: IDBFactory = indexedDB,
): Promise<PhotoFiles> {
  const opening = factory.open(name, 1)
  opening.onupgradeneeded = () => void opening.result.createObjectStore(STORE)
  const database = await settled(opening)
  // Another tab deletes or upgrades the database: do not stand in its way.
  database.onversionchange = () => database.close()

  async function change(work: (store: IDBObjectStore) => void): Promise<void> {
    const transaction = database.transaction(STORE, 'readwrite', { durability: 'strict' })
    work(transaction.objectStore(STORE))
    await new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve()
      transaction.onerror = transaction.onabort = () => reject(failure(transaction.error))
    })
  }

  return {
    put: (hash, bytes) => change((store) => store.put(bytes, hash)),
    get: (hash) =>
      settled(database.transaction(STORE).objectStore(STORE).get(hash)) as Promise<Uint8Array | undefined>,
    delete: (hash) => change((store) => store.delete(hash)),
    close: async () => database.close(),
  }
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(failure(request.error))
  })
}

function failure(cause: DOMException | null): ModaicsError {
  const full = cause?.name === 'QuotaExceededError'
  return new ModaicsError(
    full ? 'storage-full' : 'storage-failed',
    'the photo storage of the browser failed',
    { cause },
  )
}
