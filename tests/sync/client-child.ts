import { openWardrobe } from '@modaics/client'

// A Node program with a wardrobe, to be killed: says the id of each item as soon as its edit is resolved.
const [folder = '', name = ''] = process.argv.slice(2)
const wardrobe = await openWardrobe({ name, storage: { folder }, rows: false })
process.stdout.write('open\n')
for (let i = 0; ; i++) {
  const item = await wardrobe.items.add({ name: `Piece ${i}`, tags: ['killed'] })
  process.stdout.write(`${item.id}\n`)
  if (i % 7 === 0) {
    await wardrobe.items.update(item.id, { brand: 'Norr' })
    process.stdout.write(`${item.id} Norr\n`)
  }
}
