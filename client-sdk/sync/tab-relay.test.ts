import { createId } from '@modaics/shared'
import { describe, expect, test, vi } from 'vitest'
import * as Y from 'yjs'
import { type MemoryStorage, openMemoryJournal } from '../journal/memory-journal.js'
import { openReplica } from '../replica/open-replica.js'
import type { Replica } from '../replica/replica.js'
import { createTabRelay } from './tab-relay.js'
import type { TabMessage, Tabs } from './tabs.js'

const FRESH = { wardrobeId: createId(), device: 'phone-0001' }

/** Two tabs on one journal, the first of which owns socket and rows. */
async function openTabs() {
  const storage: MemoryStorage = { updates: [], meta: {} }
  const listeners: ((message: TabMessage) => void)[] = []
  const said: [tab: number, type: TabMessage['type']][] = []
  const open = async (tab: number): Promise<Replica> => {
    const replica = await openReplica({
      journal: openMemoryJournal(storage),
      fresh: FRESH,
      now: Date.now,
      writer: `w${tab}`,
      shared: true,
    })
    const tabs: Tabs = {
      send(message) {
        said.push([tab, message.type])
        listeners.forEach((listener, to) => {
          if (to !== tab) queueMicrotask(() => listener(message))
        })
      },
      on: (listener) => void listeners.push(listener),
      start() {},
      close() {},
    }
    createTabRelay({
      tabs,
      replica,
      owns: () => tab === 0,
      ownStatus: () => ({ connection: 'online', fault: null, rows: 'ready', role: 'owner' }),
      onStatus() {},
      onRefused() {},
      onMeta() {},
      onSync() {},
    })
    return replica
  }
  const [owner, other] = [await open(0), await open(1)]
  return { owner, other, said, close: () => Promise.all([owner.close(), other.close()]) }
}

describe('what tabs tell each other', () => {
  test('[TB7] a tab that reads the journal anew asks what is stored: the journal may not know it yet', async () => {
    const { owner, other, said, close } = await openTabs()
    await owner.write({ kind: 'items', id: createId(), set: { name: 'Coat' } })
    await vi.waitFor(() => expect(other.pending().count).toBe(1))
    owner.acknowledge(Y.decodeStateVector(Y.encodeStateVector(owner.doc)), null)
    await vi.waitFor(() => expect(other.pending().count).toBe(0))
    // Before the ack is in the journal, which follows a little later.
    owner.events.emit('rewritten', undefined)
    await vi.waitFor(() => expect(said).toContainEqual([1, 'hello']))
    await vi.waitFor(() => expect(other.pending().count).toBe(0))
    await close()
  })
})
