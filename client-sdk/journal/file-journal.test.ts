import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openFileJournal } from './file-journal.js'
import { describeJournal } from './journal-conformance.js'

describeJournal('file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'modaics-journal-'))
  return { open: () => openFileJournal(folder), remove: () => rm(folder, { recursive: true }) }
})
