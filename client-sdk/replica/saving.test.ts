import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import * as Y from 'yjs'
import { type MemoryStorage, openMemoryJournal } from '../journal/memory-journal.js'
import { createSaving } from './saving.js'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  vi.useRealTimers()
})

/** A document whose updates are saved, each of so many bytes and beating the one before it. */
function saved(bytes: number) {
  const storage: MemoryStorage = { updates: [], meta: {} }
  const journal = openMemoryJournal(storage)
  const faults: unknown[] = []
  const saving = createSaving({
    journal,
    always: () => ({}),
    onFault: (fault) => faults.push(fault),
    onRewritten() {},
  })
  const doc = new Y.Doc()
  const values = doc.getArray<string>('edits')
  doc.on('update', (update: Uint8Array) => saving.save(update))
  return {
    storage,
    saving,
    faults,
    async write(times: number) {
      for (let n = 0; n < times; n++)
        doc.transact(() => {
          if (values.length > 0) values.delete(0)
          values.push(['x'.repeat(bytes)])
        })
      await saving.appended()
    },
    content: () => {
      const stored = new Y.Doc()
      for (const update of storage.updates) Y.applyUpdate(stored, update)
      expect(stored.getArray('edits').toArray()).toEqual(values.toArray())
      return storage.updates.length
    },
  }
}

test('[JO6] a journal that has grown is compacted when nothing has been stored for two seconds', async () => {
  const { saving, write, content, storage } = saved(1_000)
  await write(60)
  for (let second = 0; second < 5; second++) {
    await vi.advanceTimersByTimeAsync(1_900)
    await write(1)
    expect(content()).toBe(61 + second)
  }
  await vi.advanceTimersByTimeAsync(2_000)
  await saving.appended()
  await vi.waitFor(() => expect(content()).toBe(1))
  expect(storage.updates[0]?.length).toBeLessThan(2_000)
})

test('[JO6] a little is left as it is; what has grown is compacted at the close', async () => {
  const little = saved(100)
  await little.write(60)
  await vi.advanceTimersByTimeAsync(60_000)
  await little.saving.close()
  expect(little.content()).toBe(60)

  const much = saved(1_000)
  await much.write(60)
  await much.saving.close()
  await vi.waitFor(() => expect(much.content()).toBe(1))
})

test('[JO6] two thousand updates are compacted though more keep coming', async () => {
  const { write, content } = saved(10)
  await write(2_000)
  expect(content()).toBe(2_000)
  await write(1)
  await vi.waitFor(() => expect(content()).toBe(1))
})
