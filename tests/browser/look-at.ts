import { openWardrobe } from '@modaics/client'

/** What a device sees in one picture by itself, in the browser or in Node: how its eyes are, and the analysis. */
export async function lookAt(bytes: Uint8Array) {
  const wardrobe = await openWardrobe({
    name: 'eyes',
    storage: 'memory',
    rows: false,
    photos: { eyes: true },
  })
  try {
    const item = await wardrobe.items.add({ name: 'Shirt' })
    const { id } = await wardrobe.photos.add({ bytes, itemId: item.id })
    await wardrobe.photos.looked()
    return { eyes: wardrobe.photos.eyes(), analysis: wardrobe.photos.get(id)?.analysis }
  } finally {
    await wardrobe.close()
  }
}
