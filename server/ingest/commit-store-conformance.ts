import { createId, type EditTuple, encodeEdits, tupleToEdit } from '@modaics/shared'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Commit, CommitStore } from './commit-store.js'

/** A place for commits, and how a wardrobe is made in it. */
export interface CommitPlace {
  /** each stands for an instance of the server */
  open(): CommitStore
  createWardrobe(id: string): Promise<void>
  close(): Promise<void>
}

const CLIENT = 77
const BY = 'device-1/w'

/** What every store of commits promises. */
export function describeCommitStore(name: string, makePlace: () => Promise<CommitPlace>): void {
  describe(`${name} as a store of commits`, () => {
    let place: CommitPlace
    let store: CommitStore
    let wardrobeId: string
    beforeAll(async () => {
      place = await makePlace()
    })
    afterAll(() => place?.close())
    beforeEach(async () => {
      store = place.open()
      wardrobeId = createId()
      await place.createWardrobe(wardrobeId)
    })

    /** The n-th commit: renames the item. */
    function commit(n: number, id = 'i'): Commit {
      const tuple: EditTuple = [n * 4096, BY, 'items', id, { name: `name ${n}` }]
      return {
        wardrobeId,
        expectedHead: n - 1,
        head: n,
        updates: [encodeEdits(CLIENT, n - 1, [tuple])],
        writers: new Map([[CLIENT, { clock: n, owner: 'ada' }]]),
        edits: [tupleToEdit(tuple)],
      }
    }

    test('a new wardrobe is empty, and one that is not there is null', async () => {
      expect(await store.load(wardrobeId)).toEqual({ epoch: 0, head: 0, writers: new Map() })
      expect(await store.load(createId())).toBeNull()
      expect(await store.read(wardrobeId, 0)).toEqual([])
      expect((await store.folds(wardrobeId, [{ kind: 'items', id: 'i' }])).get('items i') ?? []).toEqual([])
      expect(await store.newestStamps(wardrobeId, [BY])).toEqual(new Map())
    })

    test('[SV1] a commit shows in state, log and folds, byte for byte, also to another instance', async () => {
      const first = commit(1)
      expect(await store.commit(first)).toBe(true)
      expect(await store.commit(commit(2, 'j'))).toBe(true)
      for (const instance of [store, place.open()]) {
        expect(await instance.load(wardrobeId)).toEqual({
          epoch: 0,
          head: 2,
          writers: new Map([[CLIENT, { clock: 2, owner: 'ada' }]]),
        })
        const entries = await instance.read(wardrobeId, 0)
        expect(entries.map(({ seq }) => seq)).toEqual([1, 2])
        expect(Buffer.from(entries[0]?.updates[0] ?? [])).toEqual(Buffer.from(first.updates[0] ?? []))
        expect((await instance.read(wardrobeId, 1)).map(({ seq }) => seq)).toEqual([2])
        const folds = await instance.folds(wardrobeId, [{ kind: 'items', id: 'i' }])
        expect(folds.get('items i')).toMatchObject([{ set: { name: 'name 1' } }])
        expect(await instance.newestStamps(wardrobeId, [BY, 'nobody/x'])).toEqual(new Map([[BY, 8192]]))
      }
    })

    test('what is beaten leaves the folds', async () => {
      await store.commit(commit(1))
      const tuple: EditTuple = [8192, BY, 'items', 'i', { name: 'later' }, { name: [[4096, BY]] }]
      await store.commit({ ...commit(2), edits: [tupleToEdit(tuple)] })
      const folds = await place.open().folds(wardrobeId, [{ kind: 'items', id: 'i' }])
      expect(folds.get('items i')).toMatchObject([{ set: { name: 'later' } }])
    })

    test('a commit on a head that has moved is refused and changes nothing', async () => {
      await store.commit(commit(1))
      const other = place.open()
      expect(await other.commit({ ...commit(2), expectedHead: 0 })).toBe(false)
      expect(await other.commit({ ...commit(1), wardrobeId: createId() })).toBe(false)
      expect((await store.load(wardrobeId))?.head).toBe(1)
      expect(await store.read(wardrobeId, 0)).toHaveLength(1)
    })

    test('of two commits at once on one head, one is stored', async () => {
      const outcomes = await Promise.all([store.commit(commit(1)), place.open().commit(commit(1))])
      expect(outcomes.sort()).toEqual([false, true])
      expect(await store.read(wardrobeId, 0)).toHaveLength(1)
    })

    test('wardrobes do not show in each other', async () => {
      const other = createId()
      await place.createWardrobe(other)
      await store.commit(commit(1))
      expect(await store.read(other, 0)).toEqual([])
      expect((await store.folds(other, [{ kind: 'items', id: 'i' }])).get('items i') ?? []).toEqual([])
      expect(await store.newestStamps(other, [BY])).toEqual(new Map())
    })
  })
}
