import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { hashDistance, perceptualHash, SAME_PICTURE_BITS } from './perceptual-hash.js'
import { thumbhashOf, thumbhashToPixels } from './thumbhash.js'

const photos = new URL('../../../shared/data/garments/dev/', import.meta.url)
const pixelsOf = async (bytes: Uint8Array, edge = 400) => {
  const { data, info } = await sharp(bytes)
    .autoOrient()
    .resize(edge, edge, { fit: 'inside' })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { data, width: info.width, height: info.height }
}
const stripes = (turn: number): Buffer =>
  Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="300" height="400"><rect width="300" height="400" fill="#eee"/>
     <g transform="rotate(${turn} 150 200)"><rect x="80" y="60" width="140" height="280" fill="#246"/><rect x="80" y="120" width="140" height="40" fill="#fc8"/></g></svg>`,
  )

describe('the perceptual hash', () => {
  test('is 16 hex digits, and hardly changes with size, format and brightness', async () => {
    const png = await sharp(stripes(0)).png().toBuffer()
    const hash = perceptualHash(await pixelsOf(png))!
    expect(hash).toMatch(/^[0-9a-f]{16}$/)
    for (const copy of [
      await sharp(png).jpeg({ quality: 40 }).toBuffer(),
      await sharp(png).resize(90).webp().toBuffer(),
      await sharp(png).modulate({ brightness: 1.15 }).jpeg().toBuffer(),
    ])
      expect(hashDistance(hash, perceptualHash(await pixelsOf(copy))!)).toBeLessThanOrEqual(SAME_PICTURE_BITS)
    const other = perceptualHash(await pixelsOf(await sharp(stripes(70)).png().toBuffer()))!
    expect(hashDistance(hash, other)).toBeGreaterThan(SAME_PICTURE_BITS)
  })

  test('of what is no picture is null', () => {
    expect(perceptualHash({ data: new Uint8Array(3), width: 1, height: 1 })).toBeNull()
    expect(hashDistance('0123456789abcdef', 'x')).toBeNull()
  })

  test(`real photos are told apart, and found again smaller and re-encoded${existsSync(photos) ? '' : ' (skipped: no photos)'}`, async ({
    skip,
  }) => {
    if (!existsSync(photos)) skip(`needs photos in ${photos.pathname}`)
    const names = (await readdir(photos)).filter((name) => name.endsWith('.jpg')).slice(0, 40)
    const hashes: string[] = []
    for (const name of names) {
      const bytes = await readFile(new URL(name, photos))
      const hash = perceptualHash(await pixelsOf(bytes))!
      const copy = await sharp(bytes).resize(240).jpeg({ quality: 60 }).toBuffer()
      expect(hashDistance(hash, perceptualHash(await pixelsOf(copy))!), name).toBeLessThanOrEqual(
        SAME_PICTURE_BITS,
      )
      hashes.push(hash)
    }
    const close = hashes.flatMap((x, i) =>
      hashes.slice(i + 1).filter((y) => (hashDistance(x, y) ?? 64) <= SAME_PICTURE_BITS),
    )
    expect(close).toEqual([])
  })
})

test('a thumbhash is a small picture of about the same colours', async () => {
  const red = await sharp({ create: { width: 300, height: 200, channels: 3, background: '#c02030' } })
    .png()
    .toBuffer()
  const hash = thumbhashOf(await pixelsOf(red))!
  expect(hash.length).toBeLessThan(44)
  const { width, height, data } = thumbhashToPixels(hash)!
  expect(width / height).toBeCloseTo(1.5, 0)
  expect([data[0]! > 150, data[1]! < 90, data[2]! < 100]).toEqual([true, true, true])
  expect(thumbhashToPixels('no thumbhash!')).toBeNull()
})
