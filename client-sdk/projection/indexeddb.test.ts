import 'fake-indexeddb/auto'
import { expect, test } from 'vitest'
import { makeRecord, makeSource, openTestProjection } from './projection-fixture.js'
import { removeBrowserData } from './remove-data.js'

const source = makeSource(makeRecord('items', 'i1', { name: 'One' }))
const open = () => openTestProjection(source, { dataDir: 'idb://wardrobe', removeData: removeBrowserData })
const databases = async () => (await indexedDB.databases()).map(({ name }) => name)

test('a projection in IndexedDB is there after close, and made again after its data is removed or broken', async () => {
  const first = await open()
  expect(first.rebuilt).toBe('missing')
  await first.close()
  const second = await open()
  expect(second.rebuilt).toBeNull()
  expect((await second.pglite.query('select name from items')).rows).toEqual([{ name: 'One' }])
  await second.close()

  await overwriteFiles('/pglite/wardrobe')
  const third = await open()
  expect(third.rebuilt).toBe('damaged')
  expect((await third.pglite.query('select name from items')).rows).toEqual([{ name: 'One' }])
  await third.close()

  expect(await databases()).toEqual(['/pglite/wardrobe'])
  await removeBrowserData('idb://wardrobe')
  expect(await databases()).toEqual([])
  await removeBrowserData('memory://')
})

/** Garbage into every file that PGlite keeps in IndexedDB, but for the one by which it finds that there is something. */
async function overwriteFiles(name: string): Promise<void> {
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(name)
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
  await new Promise<void>((resolve, reject) => {
    const transaction = database.transaction('FILE_DATA', 'readwrite')
    const cursor = transaction.objectStore('FILE_DATA').openCursor()
    cursor.onsuccess = () => {
      const entry = cursor.result
      if (!entry) return
      const file = entry.value as { contents?: Uint8Array }
      if (file.contents && !String(entry.key).endsWith('PG_VERSION'))
        entry.update({ ...file, contents: new Uint8Array(file.contents.length).fill(0xa5) })
      entry.continue()
    }
    transaction.oncomplete = () => resolve()
    transaction.onerror = () => reject(transaction.error)
  })
  database.close()
}
