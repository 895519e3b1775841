import { createDeflate } from 'node:zlib'
import sharp from 'sharp'

export interface DrawnGarment {
  /** sRGB of the cloth, `#rrggbb` */
  readonly color: string
  readonly width?: number
  readonly height?: number
}

/** A picture of a shirt of one colour on a pale wall, as JPEG. */
export function drawGarment({ color, width = 480, height = 600 }: DrawnGarment): Promise<Buffer> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 600" width="${width}" height="${height}">
    <rect width="480" height="600" fill="#eeeae4"/>
    <path d="M150 110 L200 90 Q240 130 280 90 L330 110 L420 220 L360 270 L335 240 L335 520 L145 520 L145 240 L120 270 L60 220 Z" fill="${color}"/>
  </svg>`
  return sharp(Buffer.from(svg)).jpeg({ quality: 90 }).toBuffer()
}

/** A JPEG of speckles, made without the reader of SVG: a server in this process has shut that out. */
export function speckledJpeg(width: number, height: number): Promise<Buffer> {
  const pixels = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 7919) % 256)
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .jpeg()
    .toBuffer()
}

/** A valid PNG of any size, all black, one bit a pixel: a few kilobytes that decode to a great many pixels. */
export async function blackPng(width: number, height: number): Promise<Buffer> {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header[8] = 1 // bits a sample; grey, deflate, no filter, not interlaced
  const row = Buffer.alloc(1 + Math.ceil(width / 8))
  const deflate = createDeflate({ level: 1 })
  const parts: Buffer[] = []
  const ended = new Promise((resolve, reject) => {
    deflate.on('data', (part: Buffer) => parts.push(part))
    deflate.on('end', resolve)
    deflate.on('error', reject)
  })
  for (let y = 0; y < height; y++)
    if (!deflate.write(row)) await new Promise((resolve) => deflate.once('drain', resolve))
  deflate.end()
  await ended
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', Buffer.concat(parts)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data])
  const framed = Buffer.alloc(8 + body.length)
  framed.writeUInt32BE(data.length, 0)
  body.copy(framed, 4)
  framed.writeUInt32BE(crc32(body), 4 + body.length)
  return framed
}

/** CRC-32 of PNG (ISO 3309); node:zlib has one only from 20.15 and 22.2 on. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  return (crc ^ 0xffffffff) >>> 0
}
