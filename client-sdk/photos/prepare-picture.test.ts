import { hashDistance, readPictureHeader } from '@modaics/shared'
import { HEIC_PICTURE } from '@modaics/shared/testing'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { sha256 } from './picture-bytes.js'
import { preparePicture } from './prepare-picture.js'
import { decodeWithSharp } from './sharp-codec.js'

const halves = Buffer.from(
  '<svg xmlns="http://www.w3.org/2000/svg" width="600" height="400"><rect width="600" height="400" fill="#eee"/><rect width="600" height="200" fill="#b02"/></svg>',
)
const drawn = await sharp(halves).png().toBuffer()
const told = {
  IFD0: { Make: 'SecretCamera' },
  IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '48/1 51/1 0/1' },
}
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')

describe('[PH9] a picture leaves the device', () => {
  test('as it is, where it is small, upright and says nothing of itself', async () => {
    const bytes = await sharp(drawn).jpeg().toBuffer()
    const picture = await preparePicture(bytes, 2048, decodeWithSharp)
    expect(Buffer.from(picture.bytes).equals(bytes)).toBe(true)
    expect(picture).toMatchObject({ mime: 'image/jpeg', width: 600, height: 400, hash: await sha256(bytes) })
    expect(picture.thumbhash).not.toBeNull()
  })

  test('without place and camera, pixel for pixel', async () => {
    const bytes = await sharp(drawn).withExif(told).jpeg().toBuffer()
    const picture = await preparePicture(bytes, 2048, decodeWithSharp)
    expect(text(picture.bytes)).not.toContain('SecretCamera')
    expect((await sharp(picture.bytes).metadata()).exif).toBeUndefined()
    expect(picture.hash).toBe(await sha256(picture.bytes))
  })

  test('upright, and no larger than asked for', async () => {
    const lying = await sharp(drawn)
      .rotate(-90)
      .withExif(told)
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer()
    const picture = await preparePicture(lying, 300, decodeWithSharp)
    expect(picture).toMatchObject({ width: 300, height: 200, mime: 'image/jpeg' })
    expect(readPictureHeader(picture.bytes)?.orientation).toBe(1)
    expect(text(picture.bytes)).not.toContain('SecretCamera')
    const [r = 0, g = 0] = await sharp(picture.bytes)
      .extract({ left: 150, top: 20, width: 1, height: 1 })
      .raw()
      .toBuffer()
    expect([r > 120, g < 60]).toEqual([true, true]) // the red half is above again
    const upright = await preparePicture(await sharp(drawn).jpeg().toBuffer(), 2048, decodeWithSharp)
    expect(hashDistance(picture.perceptualHash!, upright.perceptualHash!)).toBeLessThan(4)
  })

  test('transparent where it was', async () => {
    const clear = { r: 200, g: 0, b: 0, alpha: 0.5 }
    const bytes = await sharp({ create: { width: 900, height: 900, channels: 4, background: clear } })
      .png()
      .toBuffer()
    const { bytes: sent, mime } = await preparePicture(bytes, 100, decodeWithSharp)
    expect([mime, (await sharp(sent).metadata()).hasAlpha]).toEqual(['image/png', true])
  })

  test('AVIF as JPEG, since its metadata cannot be cut out', async () => {
    const bytes = await sharp(drawn).withExif(told).avif().toBuffer()
    const picture = await preparePicture(bytes, 2048, decodeWithSharp)
    expect([picture.mime, text(picture.bytes).includes('SecretCamera')]).toEqual(['image/jpeg', false])
  })

  test('also where nothing can be decoded: without its metadata, or not at all', async () => {
    const nothing = async () => null
    const bytes = await sharp(drawn).withExif(told).withMetadata({ orientation: 6 }).jpeg().toBuffer()
    const picture = await preparePicture(bytes, 300, nothing)
    expect(picture).toMatchObject({ thumbhash: null, perceptualHash: null, pixels: null })
    expect(text(picture.bytes)).not.toMatch(/SecretCamera|Exif/)
    const avif = preparePicture(await sharp(drawn).avif().toBuffer(), 300, nothing)
    await expect(avif).rejects.toMatchObject({ code: 'unsupported-type' })
  })

  test('HEIC as JPEG, where the platform decodes it; where it does not, refused with words', async () => {
    const { data, info } = await sharp(drawn).ensureAlpha().raw().toBuffer({ resolveWithObject: true })
    // as Safari: it shows what sharp's prebuilt decoder does not
    const decodesHeic = async () => ({
      width: 64,
      height: 80,
      pixels: { data, width: info.width, height: info.height },
      encode: async () => sharp(drawn).resize(64, 80).jpeg().toBuffer(),
      close: () => {},
    })
    const picture = await preparePicture(HEIC_PICTURE, 2048, decodesHeic)
    expect(picture).toMatchObject({ mime: 'image/jpeg', width: 64, height: 80 })
    await expect(preparePicture(HEIC_PICTURE, 2048, decodeWithSharp)).rejects.toMatchObject({
      code: 'unsupported-type',
      detail: 'HEIC needs a decoder that is not free; send it as JPEG',
    })
  })

  test('or it is refused with words: HEIC that this device cannot decode, what is cut short, and what is no picture', async () => {
    const heic = Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1')
    await expect(preparePicture(heic, 2048, decodeWithSharp)).rejects.toMatchObject({
      code: 'unsupported-type',
      detail: expect.stringContaining('HEIC'),
    })
    const cut = (await sharp(drawn).jpeg().toBuffer()).subarray(0, 900)
    await expect(preparePicture(cut, 2048, decodeWithSharp)).rejects.toMatchObject({
      code: 'damaged-picture',
    })
    const words = preparePicture(Buffer.from('Dear reader'), 2048, decodeWithSharp)
    await expect(words).rejects.toMatchObject({ code: 'unsupported-type' })
  })
})
