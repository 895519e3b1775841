// Seeded wardrobes: the same seed, the same pieces, on every machine.

/** Numbers from 0 to 1 (mulberry32). */
export function seeded(seed) {
  let a = seed >>> 0
  return () => {
    a = (a + 0x6d2b79f5) | 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

const KINDS = {
  top: ['t-shirt', 'shirt', 'sweater', 'blouse'],
  bottom: ['jeans', 'chinos', 'skirt', 'shorts'],
  outerwear: ['coat', 'jacket', 'parka'],
  shoes: ['sneakers', 'boots', 'loafers'],
  accessory: ['belt', 'scarf', 'hat', 'bag'],
}
const BRANDS = ['Arket', 'Uniqlo', 'COS', 'Levis', 'Patagonia', 'Muji']
const MATERIALS = ['cotton', 'wool', 'linen', 'silk', 'denim', 'leather']
const PATTERNS = ['solid', 'striped', 'checked', 'floral']
const SEASONS = ['spring', 'summer', 'autumn', 'winter']
const OCCASIONS = ['work', 'casual', 'formal', 'sport', 'travel']
const WORDS = 'soft warm loose tailored faded gift thrifted repaired hem sleeve lining cold favourite'.split(
  ' ',
)

/** Pieces as `items.add` takes them, each with its id. */
export function makeItems(count, seed = 1) {
  const random = seeded(seed)
  const pick = (list) => list[Math.floor(random() * list.length)]
  const some = (list) => list.filter(() => random() < 0.5)
  const hex = () =>
    `#${Math.floor(random() * 0x1000000)
      .toString(16)
      .padStart(6, '0')}`
  return Array.from({ length: count }, (_, i) => {
    const category = pick(Object.keys(KINDS))
    const subcategory = pick(KINDS[category])
    const brand = pick(BRANDS)
    return {
      id: `piece-${seed}-${String(i).padStart(6, '0')}`,
      name: `${brand} ${subcategory} ${i}`,
      category,
      subcategory,
      brand,
      material: pick(MATERIALS),
      pattern: pick(PATTERNS),
      size: pick(['XS', 'S', 'M', 'L', 'XL']),
      notes: Array.from({ length: 12 }, () => pick(WORDS)).join(' '),
      colors: [{ hex: hex() }, { hex: hex() }],
      seasons: some(SEASONS),
      occasions: some(OCCASIONS),
      price: Math.floor(random() * 40_000) / 100,
      createdAt: 1_700_000_000_000 + Math.floor(random() * 3e10),
    }
  })
}

/** Puts pieces into a wardrobe; resolves when this device has stored them. */
export async function fill(wardrobe, items) {
  await Promise.all(items.map(({ id, ...fields }) => wardrobe.items.add(fields, { id })))
}

/** @throws Error where the wardrobe does not hold exactly these pieces */
export function checkItems(wardrobe, items) {
  if (wardrobe.items.count() !== items.length)
    throw new Error(`the wardrobe holds ${wardrobe.items.count()} of ${items.length} pieces`)
  for (const { id, seasons, occasions, ...fields } of items) {
    const record = wardrobe.items.get(id)
    for (const [field, value] of Object.entries(fields))
      if (JSON.stringify(record?.[field]) !== JSON.stringify(value))
        throw new Error(`${field} of ${id} is ${JSON.stringify(record?.[field])}`)
    for (const [field, value] of Object.entries({ seasons, occasions }))
      if (JSON.stringify(record[field]) !== JSON.stringify([...value].sort()))
        throw new Error(`${field} of ${id} is ${JSON.stringify(record[field])}`)
  }
}
