import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { readPictureHeader } from './picture-header.js'
import { stripMetadata } from './strip-metadata.js'

const draw = (width = 90, height = 60) =>
  sharp({ create: { width, height, channels: 3, background: '#369' } })
const told = {
  IFD0: { Make: 'SecretCamera', Copyright: 'SecretPerson' },
  IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '48/1 51/1 0/1' },
}
const formats = ['jpeg', 'png', 'webp'] as const
const secrets = /Secret|GPS|Exif|Photoshop|xpacket/

describe('[PH9] a picture without its metadata', () => {
  test.each(formats)('%s: place, camera and person are gone, every pixel is as before', async (format) => {
    const xmp =
      '<?xpacket begin="" id="x"?><x:xmpmeta xmlns:x="adobe:ns:meta/">SecretPlace</x:xmpmeta><?xpacket end="w"?>'
    const bytes = await draw().withExif(told).withXmp(xmp).withIccProfile('p3')[format]().toBuffer()
    expect(bytes.toString('latin1')).toMatch(/SecretCamera/)
    const stripped = stripMetadata(bytes)!
    expect(Buffer.from(stripped).toString('latin1')).not.toMatch(secrets)
    const metadata = await sharp(stripped).metadata()
    expect([metadata.exif, metadata.xmp, metadata.orientation]).toEqual([undefined, undefined, undefined])
    expect(metadata.icc).toBeDefined() // colours stay right
    const pixels = (of: Uint8Array) => sharp(of).raw().toBuffer()
    expect((await pixels(stripped)).equals(await pixels(bytes))).toBe(true)
    expect(stripMetadata(stripped)).toEqual(new Uint8Array(stripped))
  })

  test('what has no metadata is the same bytes', async () => {
    for (const format of formats) {
      const bytes = await draw()[format]().toBuffer()
      expect(Buffer.from(stripMetadata(bytes)!).equals(bytes), format).toBe(true)
    }
  })

  test('a progressive JPEG, comments, and what follows the picture', async () => {
    const bytes = await draw(400, 300).withExif(told).jpeg({ progressive: true }).toBuffer()
    const comment = Buffer.from('\xff\xfe\0\x0eSecretWords!', 'latin1')
    const odd = Buffer.concat([bytes.subarray(0, 2), comment, bytes.subarray(2), Buffer.from('SecretTail')])
    const stripped = Buffer.from(stripMetadata(odd)!)
    expect(stripped.toString('latin1')).not.toMatch(secrets)
    expect(await sharp(stripped).metadata()).toMatchObject({ width: 400, isProgressive: true })
  })

  test('no bytes make it throw: what cannot be followed to its end is null, or a picture', async () => {
    for (const format of formats) {
      const bytes = await draw().withExif(told)[format]().toBuffer()
      for (let length = 0; length < bytes.length; length += 3) {
        const stripped = stripMetadata(bytes.subarray(0, length))
        if (stripped) expect(Buffer.from(stripped).toString('latin1')).not.toMatch(/SecretCamera/)
      }
      for (let at = 0; at < bytes.length; at += 5) {
        const broken = Uint8Array.from(bytes)
        broken[at] = 0xff - (broken[at] ?? 0)
        stripMetadata(broken)
        readPictureHeader(broken)
      }
    }
    expect(stripMetadata(new Uint8Array())).toBeNull()
  })
})

describe('the header of a picture', () => {
  test.each(formats)('%s: size and orientation', async (format) => {
    const bytes = await draw(123, 45).withMetadata({ orientation: 6 })[format]().toBuffer()
    expect(readPictureHeader(bytes)).toEqual({ width: 123, height: 45, orientation: 6 })
  })

  test('lossless and transparent WebP', async () => {
    const lossless = await draw(123, 45).webp({ lossless: true }).toBuffer()
    expect(readPictureHeader(lossless)).toEqual({ width: 123, height: 45, orientation: 1 })
    const clear = { r: 0, g: 0, b: 0, alpha: 0.5 }
    const alpha = await sharp({ create: { width: 70, height: 80, channels: 4, background: clear } })
      .webp()
      .toBuffer()
    expect(readPictureHeader(alpha)).toMatchObject({ width: 70, height: 80 })
  })
})
