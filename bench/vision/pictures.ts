import type { RgbaImage } from '@modaics/shared'
import sharp from 'sharp'

const EDGE = 400

/** A photo's pixels: upright, sRGB, longest edge at most 400. */
export async function readPicture(path: string | URL): Promise<RgbaImage> {
  const { data, info } = await sharp(path instanceof URL ? path.pathname : path)
    .rotate()
    .toColourspace('srgb')
    .ensureAlpha()
    .resize(EDGE, EDGE, { fit: 'inside', withoutEnlargement: true })
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { data, width: info.width, height: info.height }
}
