import { expect, test, vi } from 'vitest'

const loaded = vi.hoisted(() => ({ times: 0 }))
vi.mock('@electric-sql/pglite', () => {
  loaded.times++
  return {
    PGlite: class {
      waitReady = new Promise(() => undefined)
    },
    IdbFs: class {},
  }
})

test('PGlite is loaded by the first opening, and not by importing the SDK', async () => {
  await import('../query/sql.js')
  await import('../query/orm.js')
  const { openProjection } = await import('./open-projection.js')
  expect(loaded.times).toBe(0)
  const removed: string[] = []
  const opening = openProjection({
    dataDir: 'stuck',
    wardrobeId: '0190c0de-0000-7000-8000-000000000001',
    source: { all: () => [] },
    removeData: async (dataDir) => void removed.push(dataDir),
    openWithinMs: 10,
  })
  // It never comes to an end: that is taken for damage, tried once more without the data, and then reported.
  await expect(opening).rejects.toMatchObject({
    code: 'storage-damaged',
    detail: expect.stringContaining('has not opened within 10 ms'),
  })
  expect(removed).toEqual(['stuck'])
  expect(loaded.times).toBe(1)
})
