import sharp from 'sharp'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openWardrobe } from '../open-wardrobe.js'
import type { Wardrobe } from '../wardrobe.js'
import { type ImportSource, importPhotos } from './import-photos.js'

let wardrobe: Wardrobe
beforeEach(async () => {
  wardrobe = await openWardrobe({ name: 'import', storage: 'memory', rows: false })
})
afterEach(() => wardrobe.close())

const draw = (turn: number, color = '#246') =>
  sharp(
    Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="300" height="400"><rect width="300" height="400" fill="#eee"/>
       <g transform="rotate(${turn} 150 200)"><rect x="80" y="60" width="140" height="280" fill="${color}"/><rect x="80" y="120" width="140" height="40" fill="#fc8"/></g></svg>`,
    ),
  )
    .flatten()
    .png()
    .toBuffer()
const source = (name: string, bytes: Uint8Array, item?: ImportSource['item']): ImportSource => ({
  name,
  read: async () => bytes,
  ...(item ? { item } : {}),
})

test('[IM1] a folder of pictures becomes pieces with photos; copies and what is no picture are reported', async () => {
  const [shirt, skirt] = [await draw(0), await draw(50)]
  const copy = await sharp(shirt).resize(200).jpeg({ quality: 60 }).toBuffer()
  const seen: string[] = []
  const report = await importPhotos(
    wardrobe,
    [
      source('Tops/navy_shirt.png', shirt),
      source('IMG_2041.png', skirt, { category: 'bottom' }),
      source('copy of shirt.jpg', copy),
      source('notes.txt', Buffer.from('buy socks')),
    ],
    { onProgress: (name, done, of) => seen.push(`${name} ${done}/${of}`) },
  )
  expect(report).toMatchObject({
    added: 2,
    already: 0,
    duplicates: [{ name: 'copy of shirt.jpg' }],
    failed: [{ name: 'notes.txt', code: 'unsupported-type' }],
  })
  expect(
    wardrobe.items
      .list()
      .map(({ name, category }) => [name, category])
      .sort(),
  ).toEqual([
    ['New piece', 'bottom'],
    ['navy shirt', null],
  ])
  expect(wardrobe.photos.list()).toHaveLength(2)
  expect(seen).toHaveLength(4)
  expect(seen[0]).toBe('Tops/navy_shirt.png 1/4')
})

test('[IM1] broken off and run again it goes on, adds nothing twice, and leaves removed what was removed', async () => {
  const sources = await Promise.all([0, 40, 80].map(async (turn) => source(`${turn}.png`, await draw(turn))))
  const stop = new AbortController()
  const first = importPhotos(wardrobe, sources, {
    signal: stop.signal,
    onProgress: (_, done) => done === 2 && stop.abort(),
  })
  await expect(first).rejects.toThrow()
  expect(wardrobe.items.count()).toBe(2)
  const [gone] = wardrobe.items.list()
  await wardrobe.items.remove(gone!.id)
  expect(await importPhotos(wardrobe, sources)).toEqual({ added: 1, already: 2, duplicates: [], failed: [] })
  expect(wardrobe.photos.list()).toHaveLength(3)
  expect(wardrobe.items.count()).toBe(2)
})
