import { createHash } from 'node:crypto'
import { HEIC_PICTURE } from '@modaics/shared/testing'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { blackPng, drawGarment } from '../testing/pictures.js'
import { PICTURE_LIMITS, type ReceivedPicture, receivePicture } from './receive.js'

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const receive = (bytes: Uint8Array, limits = PICTURE_LIMITS): Promise<ReceivedPicture> =>
  receivePicture(bytes, hashOf(bytes), limits)
const flat = (width: number, height: number, background = '#3366cc') =>
  sharp({ create: { width, height, channels: 3, background } })

const partOf = ({ variants }: ReceivedPicture, variant: string, format = 'webp'): Uint8Array =>
  variants.find((part) => part.variant === variant && part.format === format)!.bytes

// drawn before the first receive: that one takes every decoder away that is not needed, SVG's too
const garment = await drawGarment({ color: '#7a1f2b', width: 2400, height: 3000 })

describe('receiving a picture', () => {
  test('[PH2] makes the three sizes, upright, in WebP and AVIF', async () => {
    const picture = await receive(garment)
    expect(picture).toMatchObject({ mime: 'image/jpeg', width: 2400, height: 3000, bytes: garment.length })
    const sizes = await Promise.all(picture.variants.map(({ bytes }) => sharp(bytes).metadata()))
    expect(sizes.map(({ format, width, height }) => [format, width, height])).toEqual([
      ['webp', 1638, 2048],
      ['heif', 1638, 2048],
      ['webp', 512, 640],
      ['heif', 512, 640],
      ['webp', 128, 160],
      ['heif', 128, 160],
    ])
    expect(picture.variants.map(({ variant, format }) => `${variant}.${format}`)).toEqual([
      'full.webp',
      'full.avif',
      'card.webp',
      'card.avif',
      'thumb.webp',
      'thumb.avif',
    ])
  })

  test('a small picture is not enlarged', async () => {
    const picture = await receive(await flat(40, 30).png().toBuffer())
    for (const { bytes } of picture.variants)
      expect(await sharp(bytes).metadata()).toMatchObject({ width: 40, height: 30 })
  })

  test.each(['jpeg', 'png', 'webp', 'avif'] as const)('%s is taken', async (format) => {
    const picture = await receive(await flat(64, 48)[format]().toBuffer())
    expect(picture).toMatchObject({ mime: `image/${format}`, width: 64, height: 48 })
  })

  test('[PH2] place, camera and every other metadata are gone; the orientation is applied', async () => {
    const bytes = await flat(300, 200)
      .withExif({
        IFD0: { Make: 'SecretCamera', Orientation: '6' },
        IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '48/1 51/1 0/1' },
      })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer()
    expect(bytes.includes('SecretCamera')).toBe(true)
    const picture = await receive(bytes)
    expect(picture).toMatchObject({ width: 200, height: 300 })
    for (const { bytes: kept } of picture.variants) {
      const metadata = await sharp(kept).metadata()
      expect([metadata.exif, metadata.icc, metadata.xmp, metadata.iptc, metadata.orientation]).toEqual(
        Array(5).fill(undefined),
      )
      expect(metadata.height).toBeGreaterThan(metadata.width)
    }
  })

  test('colours of another profile are converted to sRGB', async () => {
    const raw = Buffer.from(Array.from({ length: 64 * 64 }, () => [255, 0, 0]).flat())
    const p3 = await sharp(raw, { raw: { width: 64, height: 64, channels: 3 } })
      .withIccProfile('p3', { attach: true })
      .png()
      .toBuffer()
    expect((await sharp(p3).metadata()).icc).toBeDefined()
    const picture = await receive(p3)
    const [r = 0, g = 0, b = 0] = await sharp(partOf(picture, 'card')).raw().toBuffer()
    expect(r).toBeGreaterThan(245)
    expect(Math.max(g, b)).toBeLessThan(40)
  })

  test('transparency is kept', async () => {
    const clear = await sharp({
      create: { width: 50, height: 50, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
    })
      .png()
      .toBuffer()
    expect((await sharp(partOf(await receive(clear), 'thumb')).metadata()).hasAlpha).toBe(true)
  })

  test('[PH3] what the announced hash does not fit is refused', async () => {
    const received = receivePicture(garment, 'ab'.repeat(32))
    await expect(received).rejects.toMatchObject({ code: 'hash-mismatch' })
  })

  test('[PH1] more bytes than the limit are refused', async () => {
    const received = receive(garment, { ...PICTURE_LIMITS, bytes: garment.length - 1 })
    await expect(received).rejects.toMatchObject({ code: 'too-large' })
  })

  test.each([
    ['a text file named .jpg', Buffer.from('Dear reader, this is no picture at all.\n')],
    ['nothing', Buffer.alloc(0)],
    ['an SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')],
    ['a PDF', Buffer.from('%PDF-1.7\n%âãÏÓ\n')],
    ['a GIF', Buffer.from('GIF89a\x01\x00\x01\x00\x00\x00\x00;', 'latin1')],
    ['a HEIC', Buffer.from(HEIC_PICTURE)],
  ])('%s is no picture that is taken', async (_, bytes) => {
    await expect(receive(bytes)).rejects.toMatchObject({ code: 'unsupported-type' })
  })

  test('a HEIC is refused with words: the decoder for it is not free, and sharp comes without', async () => {
    await expect(receive(Buffer.from(HEIC_PICTURE))).rejects.toMatchObject({
      detail: 'HEIC needs a decoder that is not free; send it as JPEG',
    })
  })

  test('[PH1] a 30,000 × 30,000 PNG is refused before it is decoded', async () => {
    const bomb = await blackPng(30_000, 30_000)
    expect(bomb.length).toBeLessThan(1_000_000)
    const before = process.memoryUsage().rss
    await expect(receive(bomb)).rejects.toMatchObject({ code: 'too-many-pixels' })
    // decoded it would be 900 MB
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024)
  })

  test.each(['jpeg', 'png', 'webp', 'avif'] as const)('a %s cut short is damaged', async (format) => {
    const noise = await sharp({
      create: {
        width: 400,
        height: 400,
        channels: 3,
        background: '#808080',
        noise: { type: 'gaussian', mean: 128, sigma: 60 },
      },
    })
      [format]()
      .toBuffer()
    const received = receive(noise.subarray(0, Math.floor(noise.length / 2)))
    await expect(received).rejects.toMatchObject({ code: 'damaged-picture' })
  })

  test.each([
    ['jpeg', Buffer.from('ffd8ffe000104a464946', 'hex')],
    ['png', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')],
    ['webp', Buffer.from('RIFF\xff\xff\xff\xffWEBPVP8 ', 'latin1')],
  ])('a lone %s header is damaged', async (_, bytes) => {
    await expect(receive(bytes)).rejects.toMatchObject({ code: 'damaged-picture' })
  })

  test('[PH2] what follows the picture in the file is not kept', async () => {
    const polyglot = Buffer.concat([garment, Buffer.from('PK\x03\x04 evil.zip <script>alert(1)</script>')])
    const { variants } = await receive(polyglot)
    for (const { bytes } of variants) expect(Buffer.from(bytes).includes('<script>')).toBe(false)
  })
})
