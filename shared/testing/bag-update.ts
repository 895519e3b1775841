import * as Y from 'yjs'
import { type Edit, editToTuple } from '../edits/edit.js'
import { BAG_ROOT } from '../edits/read-update.js'
import type { Prng } from './prng.js'

export interface RandomBagOptions {
  /** how many Yjs clients write */
  readonly clients: number
  /** how many times one of them writes, deletes or meets another */
  readonly steps: number
  /** the next edit to write */
  readonly edit: (step: number) => Edit
}

/** A document that several clients wrote apart and together, with inserts in the middle and deletions. */
export function createRandomBag(random: Prng, { clients, steps, edit }: RandomBagOptions): Y.Doc {
  const docs = Array.from({ length: clients }, (_, i) => {
    const doc = new Y.Doc()
    // Ids of one to five bytes, in no order.
    doc.clientID = 1 + i + random.below(2 ** random.pick([4, 16, 31])) * clients
    return doc
  })
  for (let i = 0; i < steps; i++) {
    const doc = random.pick(docs)
    const array = doc.getArray(BAG_ROOT)
    const choice = random.next()
    if (choice < 0.6) {
      const count = 1 + random.below(4)
      const at = random.chance(0.6) ? array.length : random.below(array.length + 1)
      array.insert(
        at,
        Array.from({ length: count }, (_, k) => editToTuple(edit(i * 4 + k))),
      )
    } else if (choice < 0.75 && array.length > 0) {
      const at = random.below(array.length)
      array.delete(at, Math.min(1 + random.below(3), array.length - at))
    } else {
      const other = random.pick(docs)
      Y.applyUpdate(other, Y.encodeStateAsUpdate(doc, Y.encodeStateVector(other)))
    }
  }
  const result = new Y.Doc()
  for (const doc of docs) Y.applyUpdate(result, Y.encodeStateAsUpdate(doc))
  return result
}
