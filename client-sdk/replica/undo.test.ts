import { createId, type Json, type RecordOf } from '@modaics/shared'
import { createPrng } from '@modaics/shared/testing'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { createCollection } from '../collection.js'
import { openMemoryJournal } from '../journal/memory-journal.js'
import { openReplica } from './open-replica.js'
import { ORIGIN, type Replica } from './replica.js'
import { createUndo } from './undo.js'

const START = Date.UTC(2026, 0, 1)
let time = START
const now = (): number => ++time
let writers = 0

async function device(name: string) {
  const writer = `w${++writers}`
  const replica = await openReplica({
    journal: openMemoryJournal(),
    fresh: { wardrobeId: '0190a000-0000-7000-8000-000000000000', device: `${name}-0001` },
    now,
    writer,
  })
  const undo = createUndo({ replica, writer, now })
  const items = createCollection('items', {
    replica,
    now,
    newId: createId,
    purge: () => Promise.reject(new Error('there is no server')),
  })
  return { replica, undo, items }
}
type Device = Awaited<ReturnType<typeof device>>

/** Everything that one has, in the other. */
function send({ replica: from }: Device, { replica: to }: { replica: Replica }): void {
  const update = Y.encodeStateAsUpdate(from.doc, Y.encodeStateVector(to.doc))
  Y.applyUpdate(to.doc, update, ORIGIN.remote)
}
function meet(...devices: Device[]): void {
  for (let round = 0; round < 2; round++)
    for (const one of devices) for (const other of devices) send(one, other)
}

describe('undo', () => {
  test('[UN1] takes the last step back, and redo makes it again', async () => {
    const { items, undo } = await device('phone')
    const { id } = await items.add({ name: 'Coat', tags: ['wool'] })
    await items.update(id, { name: 'Jacket', brand: 'Norr' })
    await items.update(id, { tags: ['wool', 'blue'] })
    expect(undo.steps()).toEqual({ undo: 3, redo: 0 })
    expect(await undo.undo()).toEqual({ records: [{ kind: 'items', id }], left: [] })
    expect(items.get(id)?.tags).toEqual(['wool'])
    await undo.undo()
    expect(items.get(id)).toMatchObject({ name: 'Coat', brand: null })
    await undo.undo()
    expect(items.get(id)).toBeUndefined()
    expect(await undo.undo()).toBeNull()
    expect(undo.steps()).toEqual({ undo: 0, redo: 3 })
    for (let i = 0; i < 3; i++) await undo.redo()
    expect(items.get(id)).toMatchObject({ name: 'Jacket', brand: 'Norr', tags: ['blue', 'wool'] })
    expect(await undo.redo()).toBeNull()
  })

  test('[UN1] what was written in one turn is one step; a new one ends what could be made again', async () => {
    const { items, undo } = await device('phone')
    await Promise.all([items.add({ name: 'A' }), items.add({ name: 'B' })])
    expect(undo.steps()).toEqual({ undo: 1, redo: 0 })
    await undo.undo()
    expect(items.list()).toEqual([])
    await items.add({ name: 'C' })
    expect(undo.steps()).toEqual({ undo: 1, redo: 0 })
    expect(await undo.redo()).toBeNull()
  })

  test('[UN1] brings back what was removed, and lets the analysis show where nobody had said anything', async () => {
    const { items, undo, replica } = await device('phone')
    const { id } = await items.add({ name: 'Coat' })
    await replica.write({ kind: 'items', id, set: { pattern: 'striped' }, src: 'device' })
    await items.update(id, { pattern: 'solid' })
    await items.remove(id)
    await undo.undo()
    expect(items.get(id)?.pattern).toBe('solid')
    await undo.undo()
    expect(items.get(id)?.pattern).toBe('striped')
  })

  test('[UN2] leaves what another has written since, and what another wrote before', async () => {
    const [a, b] = [await device('phone'), await device('tablet')]
    const { id } = await a.items.add({ name: 'Coat' })
    meet(a, b)
    await a.items.update(id, { name: 'Mine', brand: 'Norr' })
    meet(a, b)
    await b.items.update(id, { name: 'Theirs' })
    meet(a, b)
    await a.items.update(id, { name: 'Mine again' })
    await a.undo.undo()
    expect(a.items.get(id)?.name).toBe('Theirs')
    // The step before wrote a name too, which the tablet has written over: only the brand goes.
    expect(await a.undo.undo()).toEqual({
      records: [{ kind: 'items', id }],
      left: [{ kind: 'items', id, field: 'name' }],
    })
    expect(a.items.get(id)).toMatchObject({ name: 'Theirs', brand: null })
    // The piece is the tablet's too by now.
    expect(await a.undo.undo()).toBeNull()
    expect(a.items.get(id)?.name).toBe('Theirs')
  })

  test('[UN2] shows the value of another that lost against the one that is taken back', async () => {
    const [a, b] = [await device('phone'), await device('tablet')]
    const { id } = await a.items.add({ name: 'Coat' })
    meet(a, b)
    await b.items.update(id, { name: 'Theirs' })
    await a.items.update(id, { name: 'Mine' })
    meet(a, b)
    expect(a.items.get(id)?.name).toBe('Mine')
    expect(a.replica.index.conflicts()).toHaveLength(1)
    await a.undo.undo()
    expect(a.items.get(id)?.name).toBe('Theirs')
    expect(a.replica.index.conflicts()).toEqual([])
    await a.undo.redo()
    expect(a.items.get(id)?.name).toBe('Mine')
  })

  test('[UN1] still finds its edits when a wrong clock is corrected and the device signs in', async () => {
    const { items, undo, replica } = await device('phone')
    const { id } = await items.add({ name: 'Coat' })
    await items.update(id, { name: 'Jacket' })
    replica.correctClock(-86_400_000)
    replica.adoptDevice('phone-0002')
    await undo.undo()
    expect(items.get(id)?.name).toBe('Coat')
    await undo.redo()
    expect(items.get(id)?.name).toBe('Jacket')
  })

  test('[UN2] random devices: undoing everything leaves every field of which another wrote last as it is', async () => {
    for (let seed = 1; seed <= 60; seed++) {
      const random = createPrng(seed)
      const devices = [await device('phone'), await device('tablet')]
      const [a, b] = devices as [Device, Device]
      const id = `${seed}`
      await a.items.add({ name: 'start' }, { id })
      meet(a, b)
      /** who wrote each field last, as both know it */
      const last = new Map<string, { who: Device; value: Json }>()
      for (let i = 0; i < 12; i++) {
        const who = random.pick(devices)
        const field = random.pick(['name', 'brand', 'size'])
        const value = `${who === a ? 'a' : 'b'}${i}`
        await who.items.update(id, { [field]: value })
        last.set(field, { who, value })
        meet(a, b)
        if (random.chance(0.2)) {
          await who.undo.undo()
          await who.undo.redo()
          meet(a, b)
        }
      }
      while (await a.undo.undo());
      meet(a, b)
      for (const { items } of devices) {
        const shown = items.get(id) as RecordOf<'items'> & Record<string, unknown>
        for (const [field, { who, value }] of last)
          if (who === b) expect(shown[field], `seed ${seed} ${field}`).toBe(value)
          else expect(String(shown[field] ?? 'b').startsWith('a'), `seed ${seed} ${field}`).toBe(false)
      }
      for (const { replica } of devices) await replica.close()
    }
  })
})
