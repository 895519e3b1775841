import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { openWardrobe } from '@modaics/client'
import { checkItems, fill, makeItems, seeded } from '../lib/items.mjs'
import { percentiles } from '../lib/stats.mjs'

async function inFolder(work) {
  const folder = await mkdtemp(join(tmpdir(), 'modaics-bench-'))
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** From `update` to its promise: the edit is in the journal, and the disk has been told to keep it. Rows are open. */
export const localEdit = () =>
  inFolder(async (folder) => {
    const items = makeItems(1_000)
    const open = () => openWardrobe({ name: 'edits', storage: { folder } })
    const wardrobe = await open()
    await fill(wardrobe, items)
    await wardrobe.query('select count(*) from items')
    const random = seeded(7)
    const times = []
    for (let i = -100; i < 1_000; i++) {
      const item = items[Math.floor(random() * items.length)]
      item.name = `edit ${i}`
      const start = performance.now()
      await wardrobe.items.update(item.id, { name: item.name })
      if (i >= 0) times.push(performance.now() - start)
      await new Promise(setImmediate)
    }
    await wardrobe.close()
    const again = await open()
    checkItems(again, items)
    await again.close()
    return percentiles('local durable edit, Node, files', times)
  })

/** A fresh process opens a stored wardrobe: to the first typed read, and to the first row that SQL gives. */
export const openStored = () =>
  inFolder(async (folder) => {
    const metrics = []
    for (const count of [1_000, 10_000]) {
      const name = `open-${count}`
      const wardrobe = await openWardrobe({ name, storage: { folder } })
      await fill(wardrobe, makeItems(count))
      await wardrobe.query('select count(*) from items')
      await wardrobe.close()
      const child = fileURLToPath(new URL('./open-child.mjs', import.meta.url))
      const { stdout } = await promisify(execFile)(process.execPath, [child, folder, name, String(count)])
      const { typed, sql } = JSON.parse(stdout)
      metrics.push({ name: `open ${count} items, to the first typed read`, unit: 'ms', value: typed, n: 1 })
      metrics.push({ name: `open ${count} items, to the first SQL row`, unit: 'ms', value: sql, n: 1 })
    }
    return metrics
  })
