import { openWardrobe } from '@modaics/client'

// A page that looks at one picture by itself and tells what it saw, for browsers that a test cannot look into. The picture and
// where to tell are in its address.

async function look(): Promise<object> {
  const bytes = Uint8Array.from(atob(location.hash.slice(1)), (char) => char.charCodeAt(0))
  const wardrobe = await openWardrobe({
    name: 'eyes',
    storage: 'memory',
    rows: false,
    photos: { eyes: true },
  })
  const item = await wardrobe.items.add({ name: 'Shirt' })
  const { id } = await wardrobe.photos.add({ bytes, itemId: item.id })
  await wardrobe.photos.looked()
  return { eyes: wardrobe.photos.eyes(), analysis: wardrobe.photos.get(id)?.analysis }
}

const told = await look().catch((error: unknown) => ({ error: String(error) }))
await fetch(new URLSearchParams(location.search).get('tell') ?? '', {
  method: 'POST',
  body: JSON.stringify(told),
})
