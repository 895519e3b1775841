import { openIndexedDbJournal } from './indexeddb-journal.js'
import { describeJournal } from './journal-conformance.js'

// Run by tests/browser in a real browser, with its own IndexedDB.
let count = 0
describeJournal('IndexedDB of a browser', async () => {
  const name = `journal-${count++}`
  return {
    open: () => openIndexedDbJournal(name),
    remove: () =>
      new Promise((resolve, reject) => {
        const request = indexedDB.deleteDatabase(name)
        request.onsuccess = () => resolve()
        request.onerror = () => reject(request.error)
      }),
  }
})
