import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { takeIn } from './taking-in.js'

const PADDING = 'x'.repeat(5_000)

/** A document that pushes large texts, and the update of each push. */
function writer() {
  const doc = new Y.Doc()
  const updates: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => updates.push(update))
  const push = (text: string): void => doc.getArray('edits').push([text + PADDING])
  return { doc, updates, push }
}

function reader() {
  const doc = new Y.Doc()
  const heard: Uint8Array[] = []
  const told: Uint8Array[] = []
  const listener = (update: Uint8Array): void => void heard.push(update)
  doc.on('update', listener)
  return {
    doc,
    heard,
    told,
    take: (updates: readonly Uint8Array[]) =>
      takeIn(doc, updates, 'remote', listener, (whole) => void told.push(...whole)),
    texts: () => textsOf(doc),
    /** What one has who has only what was told. */
    copy: () => {
      const copy = new Y.Doc()
      for (const update of [...heard, ...told]) Y.applyUpdate(copy, update)
      expect(copy.store.pendingStructs).toBeNull()
      return textsOf(copy)
    },
  }
}

const textsOf = (doc: Y.Doc): string[] =>
  doc
    .getArray<string>('edits')
    .toArray()
    .map((text) => text.slice(0, -PADDING.length))

describe('updates from afar', () => {
  test('[JO10] large ones are told as they came, small ones as one', () => {
    const from = writer()
    for (const text of ['a', 'b', 'c']) from.push(text)
    const to = reader()
    to.take(from.updates)
    expect(to.told).toEqual(from.updates)
    expect(to.heard).toEqual([])
    const small = new Y.Doc()
    const updates: Uint8Array[] = []
    small.on('update', (update: Uint8Array) => updates.push(update))
    for (let n = 0; n < 20; n++) small.getArray('others').push([n])
    to.take(updates)
    expect(to.heard).toHaveLength(1)
    expect(to.told).toHaveLength(3)
    expect(to.copy()).toEqual(['a', 'b', 'c'])
  })

  test('[JO10] what was known is not told again, a deletion is', () => {
    const from = writer()
    from.push('a')
    const to = reader()
    to.take(from.updates)
    to.take(from.updates)
    expect(to.told).toHaveLength(1)
    from.doc.getArray('edits').delete(0)
    to.take([Y.encodeStateAsUpdate(from.doc), from.updates[0] as Uint8Array])
    expect(to.copy()).toEqual([])
  })

  test('[JO10] of updates with a gap that is told which could be placed, the rest when the gap is filled', () => {
    const from = writer()
    for (const text of ['a', 'b', 'c', 'd']) from.push(text)
    const [a, b, c, d] = from.updates as [Uint8Array, Uint8Array, Uint8Array, Uint8Array]
    const to = reader()
    to.take([a, c])
    expect(to.texts()).toEqual(['a'])
    expect(to.copy()).toEqual(['a'])
    to.take([b])
    expect(to.copy()).toEqual(['a', 'b', 'c'])
    to.take([d])
    expect(to.copy()).toEqual(['a', 'b', 'c', 'd'])
  })

  test('[JO10] what an observer writes meanwhile is heard', () => {
    const from = writer()
    from.push('a')
    const to = reader()
    to.doc.getArray('edits').observeDeep(() => {
      if (to.texts().length === 1) to.doc.getArray('edits').push([`mine${PADDING}`])
    })
    to.take(from.updates)
    expect(to.texts()).toEqual(['a', 'mine'])
    expect(to.copy()).toEqual(['a', 'mine'])
    to.doc.getArray('edits').push([`later${PADDING}`])
    expect(to.copy()).toEqual(['a', 'mine', 'later'])
  })

  test('[JO10] bytes that are no update are an error; what came before them is told', () => {
    const from = writer()
    from.push('a')
    const to = reader()
    expect(() => to.take([...from.updates, new Uint8Array(5_000).fill(255)])).toThrow()
    expect(to.copy()).toEqual(['a'])
    from.push('b')
    to.take(from.updates.slice(1))
    expect(to.copy()).toEqual(['a', 'b'])
  })
})
