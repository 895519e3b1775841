import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWardrobe } from '../open-wardrobe.js'
import type { Wardrobe } from '../wardrobe.js'

let wardrobe: Wardrobe
beforeAll(async () => {
  wardrobe = await openWardrobe({ name: 'search', storage: 'memory' })
  for (const [name, hex] of [
    ['Navy shirt', '#1f2a44'],
    ['Blue jeans', '#3b5a86'],
    ['Red skirt', '#b01c2e'],
  ] as const)
    await wardrobe.items.add({
      name,
      category: name.includes('shirt') ? 'top' : 'bottom',
      colors: [{ hex, share: 1 }],
    })
})
afterAll(() => wardrobe.close())

test('[FI1] [FI2] a device searches its own rows, by words and by colour', async () => {
  const names = async (request: Parameters<Wardrobe['search']>[0]) =>
    (await wardrobe.search(request)).map(({ name }) => name)
  expect(await names({ text: 'nav' })).toEqual(['Navy shirt'])
  expect(await names({ color: '#202c48' })).toEqual(['Navy shirt'])
  expect(await names({ color: '#202c48', within: 0.5, category: 'bottom' })).toEqual([
    'Blue jeans',
    'Red skirt',
  ])
  await expect(wardrobe.search({ color: 'blue' })).rejects.toMatchObject({ code: 'invalid' })
})

test('[FI3] pieces like one come from memory', () => {
  const [shirt] = wardrobe.items.list()
  expect(wardrobe.similar(shirt!.id).map(({ item }) => item.name)).toEqual(['Blue jeans', 'Red skirt'])
})

const picture = (color: string) =>
  sharp({ create: { width: 40, height: 40, channels: 3, background: color } })
    .jpeg()
    .toBuffer()

test('[FI3] and by what eyes saw in their photos, on whichever device', async () => {
  const look = async (name: string, color: string, values: readonly number[]): Promise<string> => {
    const { id } = await wardrobe.items.add({ name })
    const photo = await wardrobe.photos.add({ bytes: await picture(color), itemId: id })
    await wardrobe.photos.update(photo.id, { analysis: { features: { eyes: 'same', values } } })
    return id
  }
  const shirt = await look('Shirt', '#111', [90, 10, 0])
  await look('Hat', '#222', [-10, 90, 40])
  await look('Polo', '#333', [80, 30, 0])
  const names = wardrobe.similar(shirt).map(({ item }) => item.name)
  expect(names.filter((name) => ['Hat', 'Polo'].includes(name ?? ''))).toEqual(['Polo', 'Hat'])
})
