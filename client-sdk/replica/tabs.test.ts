import { createId, type EditTuple, encodeEdits, hlcToMs, msToHlc } from '@modaics/shared'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { type MemoryStorage, openMemoryJournal } from '../journal/memory-journal.js'
import { openReplica } from './open-replica.js'
import type { Replica } from './replica.js'

const NOW = Date.UTC(2026, 0, 1)
const YEAR = 365 * 86_400_000
const FRESH = { wardrobeId: createId(), device: 'phone-0001' }
const SERVER = 4_000_000_000

let count = 0
const write = (replica: Replica, id: string, name: string): Promise<void> =>
  replica.write({ kind: 'items', id, set: { name } })
const names = (replica: Replica): (string | null)[] => replica.index.list('items').map(({ name }) => name)
const clockOf = (replica: Replica): [number, number][] => [
  ...Y.decodeStateVector(Y.encodeStateVector(replica.doc)),
]

/** Two tabs on one journal; what one of them says reaches the other when `deliver` is called. */
async function openTabs() {
  const storage: MemoryStorage = { updates: [], meta: {} }
  const open = () =>
    openReplica({
      journal: openMemoryJournal(storage),
      fresh: FRESH,
      now: () => NOW,
      writer: `w${++count}`,
      shared: true,
    })
  const [owner, other] = [await open(), await open()]
  const said: (() => void)[] = []
  const listen = (from: Replica, to: Replica): void => {
    from.events.on('update', ({ update, origin }) => {
      const { epoch } = from
      if (origin !== 'tab' && origin !== 'relayed')
        said.push(() => to.receiveFromTab(update, origin !== 'remote', epoch))
    })
    from.events.on('meta', (meta) => said.push(() => void to.adopt(meta)))
    from.events.on('acknowledged', (clocks) => {
      const { epoch } = from
      said.push(() => to.acknowledgeFromTab(clocks, epoch))
    })
  }
  listen(owner, other)
  listen(other, owner)
  return {
    owner,
    other,
    deliver: () => {
      for (const tell of said.splice(0)) tell()
    },
    close: () => Promise.all([owner.close(), other.close()]),
  }
}

/** The bag of an epoch, as the server writes it. */
function bag(id: string, name: string): Uint8Array {
  const edit: EditTuple = [msToHlc(NOW - 1_000) + ++count, 'tablet-0001/w', 'items', id, { name }]
  return encodeEdits(SERVER + count, 0, [edit])
}

describe('tabs on one journal', () => {
  test('[TB7] what the server has acknowledged to one tab is pending in none', async () => {
    const { owner, other, deliver, close } = await openTabs()
    await write(other, 'a', 'Coat')
    let stored = false
    const waiting = other.stored().then(() => {
      stored = true
    })
    deliver()
    expect([owner.pending().count, other.pending().count]).toEqual([1, 1])
    owner.acknowledge(clockOf(owner), { epoch: 3, seq: 1 })
    expect(stored).toBe(false)
    deliver()
    await waiting
    expect([owner.pending().count, other.pending().count]).toEqual([0, 0])
    await close()
  })

  test('[EP10] an ack of one epoch says nothing of the document of another', async () => {
    const { owner, other, deliver, close } = await openTabs()
    await write(other, 'a', 'Coat')
    // A tab that has nothing of the server learns from the ack which epoch its document is of.
    expect(other.epoch).toBeNull()
    deliver()
    owner.acknowledge(clockOf(owner), { epoch: 3, seq: 1 })
    deliver()
    expect(other.epoch).toBe(3)
    await write(other, 'b', 'Scarf')
    other.acknowledgeFromTab(clockOf(other), 4)
    expect(other.pending().count).toBe(1)
    // And takes no update of the next one into its old document.
    other.receiveFromTab(bag('c', 'of the next epoch'), false, 4)
    expect(names(other)).toEqual(['Coat', 'Scarf'])
    other.acknowledgeFromTab(clockOf(other), 3)
    expect(other.pending().count).toBe(0)
    await close()
  })

  test('[TB7] a tab that is told how the clock is off stamps by that, also where the clock ran ahead', async () => {
    const { owner, other, deliver, close } = await openTabs()
    await write(owner, 'a', 'Coat')
    await write(other, 'b', 'Scarf')
    deliver()
    owner.correctClock(-YEAR)
    deliver()
    await write(other, 'c', 'Hat')
    const [edit] = other.index.live({ kind: 'items', id: 'c' })
    expect(NOW - YEAR - hlcToMs(edit!.hlc)).toBeLessThan(1_000)
    expect(hlcToMs(edit!.hlc) - (NOW - YEAR)).toBeLessThan(1_000)
    await close()
  })

  test('[EP10] what waits in a tab when another goes over and signs anew is carried over, and not said to be stored', async () => {
    const { owner, other, deliver, close } = await openTabs()
    owner.receive([bag('z', 'Shoes')], { epoch: 0, seq: 1 })
    other.receiveFromTab(Y.encodeStateAsUpdate(owner.doc), false, 0)
    deliver()
    await write(other, 'a', 'known to both')
    deliver()
    await write(other, 'b', 'known to one')
    let stored = 0
    const waiting = other.stored().then(() => {
      stored++
    })
    owner.renew([bag('z', 'Shoes')], { epoch: 1, seq: 9 })
    owner.adoptDevice('phone-0002')
    deliver()
    expect(other.pending().count).toBe(2)
    await owner.journaled()
    await other.reload()
    await Promise.resolve()
    expect(stored).toBe(0)
    expect(names(other).sort()).toEqual(['Shoes', 'known to both', 'known to one'])
    expect(other.pending().count).toBe(2)
    deliver()
    expect(names(owner).sort()).toEqual(['Shoes', 'known to both', 'known to one'])
    for (const id of ['a', 'b'])
      expect(owner.index.live({ kind: 'items', id }).map(({ by }) => by.split('/')[0])).toEqual([
        'phone-0002',
      ])
    expect(stored).toBe(0)
    owner.acknowledge(clockOf(owner), { epoch: 1, seq: 10 })
    deliver()
    await waiting
    expect([owner.pending().count, other.pending().count]).toEqual([0, 0])
    await close()
  })

  test('[EP10] what another tab has stamped anew in a new epoch is not carried over under its old name', async () => {
    const { owner, other, deliver, close } = await openTabs()
    owner.receive([bag('a', 'Coat')], { epoch: 0, seq: 1 })
    await owner.journaled()
    await other.reload()
    await write(other, 'a', 'Winter coat')
    let stored = false
    const waiting = other.stored().then(() => {
      stored = true
    })
    deliver()
    owner.renew([bag('a', 'Coat')], { epoch: 1, seq: 2 })
    owner.correctClock(-500)
    await owner.journaled()
    deliver()
    await other.reload()
    expect(other.epoch).toBe(1)
    const of = (replica: Replica) =>
      replica.index
        .live({ kind: 'items', id: 'a' })
        .map(({ hlc, by }) => `${hlc} ${by}`)
        .sort()
    expect(of(other)).toEqual(of(owner))
    expect(other.index.conflicts()).toEqual(owner.index.conflicts())
    expect(other.pending().count).toBe(1)
    // Whoever waits for it waits for that which has taken its place.
    await other.journaled()
    expect(stored).toBe(false)
    owner.acknowledge(clockOf(owner), { epoch: 1, seq: 3 })
    deliver()
    await waiting
    expect(other.pending().count).toBe(0)
    await close()
  })
})
