import { join } from 'node:path'
import * as Y from 'yjs'
import { openFileJournal } from '../journal/file-journal.js'

/**
 * Takes something out of the journal of a closed wardrobe, as a device might that does not keep its word: what the rest
 * says (also how far the server was read) stays.
 *
 * @param keeps which of the stored updates stay, by their place
 */
export async function damageJournal(
  folder: string,
  name: string,
  keeps: (place: number, count: number) => boolean,
): Promise<void> {
  const journal = await openFileJournal(join(folder, name, 'journal'))
  // Two at least, or there would be nothing to put together.
  for (let i = 0; i < 2; i++) await journal.append({ update: new Uint8Array([0, 0]) })
  await journal.compact((updates) =>
    Y.mergeUpdates(updates.filter((_, place) => keeps(place, updates.length - 2))),
  )
  await journal.close()
}

/** Marks what the first structs of the bag say as deleted, which nobody has done: as a fault of our own would. */
export async function deleteFromJournal(folder: string, name: string, count: number): Promise<void> {
  const journal = await openFileJournal(join(folder, name, 'journal'))
  const { updates } = await journal.load()
  const doc = new Y.Doc()
  for (const update of updates) Y.applyUpdate(doc, update)
  const before = Y.encodeStateVector(doc)
  doc.getArray('edits').delete(0, count)
  await journal.append({ update: Y.encodeStateAsUpdate(doc, before) })
  await journal.close()
}
