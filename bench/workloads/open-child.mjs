// node open-child.mjs FOLDER NAME COUNT: opens a wardrobe and prints the times as JSON. The import is not part of them.
import { openWardrobe } from '@modaics/client'
import { checkItems, makeItems } from '../lib/items.mjs'

const [folder, name, count] = process.argv.slice(2)
const items = makeItems(Number(count))
const start = performance.now()
const wardrobe = await openWardrobe({ name, storage: { folder } })
const first = wardrobe.items.get(items[0].id)
const typed = performance.now() - start
const [row] = await wardrobe.query('select name from items order by id limit 1')
const sql = performance.now() - start
if (first?.name !== items[0].name || row?.name !== items[0].name) throw new Error('it opened something else')
checkItems(wardrobe, items)
await wardrobe.close()
console.log(JSON.stringify({ typed, sql }))
