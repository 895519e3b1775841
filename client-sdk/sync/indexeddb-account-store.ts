import { ModaicsError } from '@modaics/shared'
import type { AccountStore } from './account.js'

const STORE = 'account'
const KEY = 'saved'

/** The account in an IndexedDB database of its own, the same for all tabs at once. */
export function createIndexedDbAccountStore(name: string, factory: IDBFactory = indexedDB): AccountStore {
  async function run(
    mode: IDBTransactionMode,
    work: (store: IDBObjectStore) => IDBRequest,
  ): Promise<unknown> {
    const opening = factory.open(name, 1)
    opening.onupgradeneeded = () => void opening.result.createObjectStore(STORE)
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      opening.onsuccess = () => resolve(opening.result)
      opening.onerror = () => reject(failure(opening.error))
    })
    try {
      const transaction = database.transaction(STORE, mode, { durability: 'strict' })
      const request = work(transaction.objectStore(STORE))
      await new Promise<void>((resolve, reject) => {
        transaction.oncomplete = () => resolve()
        transaction.onerror = transaction.onabort = () => reject(failure(transaction.error))
      })
      return request.result
    } finally {
      database.close()
    }
  }

  return {
    load: async () => ((await run('readonly', (store) => store.get(KEY))) as string | undefined) ?? null,
    async save(text) {
      await run('readwrite', (store) => (text === null ? store.delete(KEY) : store.put(text, KEY)))
    },
  }
}

function failure(cause: DOMException | null): ModaicsError {
  return new ModaicsError('storage-failed', 'the account could not be kept', { cause })
}
