// Runs in the page: edits a wardrobe of 1,000 pieces, and says afterwards what of it is stored.
import { openWardrobe } from '@modaics/client'
import { fill, makeItems, seeded } from './lib/items.mjs'

const items = makeItems(1_000)
const open = () => openWardrobe({ name: 'bench', rows: false })

window.bench = async (edits) => {
  const wardrobe = await open()
  await fill(wardrobe, items)
  const random = seeded(7)
  const times = []
  for (let i = -50; i < edits; i++) {
    // The last one where `check` finds it.
    const item = i === edits - 1 ? items[0] : items[Math.floor(random() * items.length)]
    const start = performance.now()
    await wardrobe.items.update(item.id, { name: `edit ${i}` })
    if (i >= 0) times.push(performance.now() - start)
    await new Promise((resolve) => setTimeout(resolve))
  }
  await wardrobe.close()
  return times
}

window.check = async () => {
  const wardrobe = await open()
  const { name } = wardrobe.items.get(items[0].id)
  await wardrobe.close()
  return name
}
