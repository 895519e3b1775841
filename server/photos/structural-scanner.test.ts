import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { createStructuralScanner } from './structural-scanner.js'

const scanner = createStructuralScanner()
const draw = () => sharp({ create: { width: 80, height: 60, channels: 3, background: '#369' } })
const pictures = {
  jpeg: await draw().jpeg().toBuffer(),
  'progressive jpeg': await draw().jpeg({ progressive: true }).toBuffer(),
  png: await draw().png().toBuffer(),
  webp: await draw().webp().toBuffer(),
  avif: await draw().avif().toBuffer(),
}
const after = (picture: Buffer, text: string): Buffer => Buffer.concat([picture, Buffer.from(text, 'latin1')])

describe('the structural scan', () => {
  test.each(Object.entries(pictures))('[PH5] a sound %s is let pass', async (_, picture) => {
    expect(await scanner.scan(picture)).toBeNull()
  })

  test.each(Object.entries(pictures))(
    '[PH5] a program, an archive or a script after a %s is found',
    async (_, picture) => {
      for (const [text, name] of [
        ['MZ\x90\0', 'a Windows program'],
        ['\x7fELF\x02', 'a Linux program'],
        ['PK\x03\x04\x14', 'a ZIP archive'],
        ['\r\n\0\0%PDF-1.7', 'a PDF'],
        ['<html><script>alert(1)</script>', 'a web page'],
        ['padding padding <?php system($_GET[0]);', 'a PHP script'],
      ] as const)
        expect(await scanner.scan(after(picture, text))).toBe(`${name} follows the picture in its file`)
    },
  )

  test('what phones put there is harmless: the film of a live photo, zeros', async () => {
    expect(await scanner.scan(after(pictures.jpeg, '\0\0\0\x18ftypmp42\0\0\0\0mp42isom'))).toBeNull()
    expect(await scanner.scan(Buffer.concat([pictures.jpeg, Buffer.alloc(1_000)]))).toBeNull()
  })

  test('the same words within the pixels or the metadata are no finding', async () => {
    const commented = await draw()
      .withExif({ IFD0: { ImageDescription: 'PK\x03\x04 <script> %PDF-' } })
      .jpeg()
      .toBuffer()
    expect(await scanner.scan(commented)).toBeNull()
  })

  test('bytes that end in the middle are for the decoder to judge', async () => {
    for (const picture of Object.values(pictures))
      for (let length = 0; length < picture.length; length += 7)
        expect(await scanner.scan(picture.subarray(0, length))).toBeNull()
  })
})
