import { TEST_ENGINES } from '../testing/databases.js'
import { describeCommitStore } from './commit-store-conformance.js'
import { createMemoryCommitStore, createMemoryWardrobe, type MemoryWardrobes } from './memory-commit-store.js'
import { createSqlCommitStore } from './sql-commit-store.js'

describeCommitStore('memory', async () => {
  const wardrobes: MemoryWardrobes = new Map()
  return {
    open: () => createMemoryCommitStore(wardrobes),
    createWardrobe: async (id) => void wardrobes.set(id, createMemoryWardrobe()),
    close: async () => {},
  }
})

for (const engine of TEST_ENGINES)
  describeCommitStore(engine.name, async () => {
    const { database, close } = await engine.open()
    return {
      open: () => createSqlCommitStore(database),
      createWardrobe: async (id) => {
        await database.query(`insert into wardrobes (id, name) values ($1, 'test')`, [id])
      },
      close,
    }
  })
