import { describeJournal } from './journal-conformance.js'
import { type MemoryStorage, openMemoryJournal } from './memory-journal.js'

describeJournal('memory', async () => {
  const storage: MemoryStorage = { updates: [], meta: {} }
  return { open: async () => openMemoryJournal(storage), remove: async () => undefined }
})
