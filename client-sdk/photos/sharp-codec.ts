import { type DecodedPicture, isOpaque, LOOK_EDGE } from './picture-codec.js'

type Sharp = typeof import('sharp')['default']
let loading: Promise<Sharp | null> | undefined

/** sharp, where the app has installed it: it is large, and a wardrobe in Node works without. */
function load(): Promise<Sharp | null> {
  loading ??= import('sharp').then(
    ({ default: sharp }) => sharp,
    () => null,
  )
  return loading
}

/** Decodes with sharp; null without it, and for what it cannot decode (HEIC, with its prebuilt binaries). */
export async function decodeWithSharp(bytes: Uint8Array): Promise<DecodedPicture | null> {
  const sharp = await load()
  if (!sharp) return null
  const fit = { fit: 'inside', withoutEnlargement: true } as const
  const upright = () => sharp(bytes, { failOn: 'error' }).autoOrient().toColourspace('srgb')
  try {
    const { width, height, orientation = 1 } = await sharp(bytes).metadata()
    const small = await upright()
      .resize(LOOK_EDGE, LOOK_EDGE, fit)
      .ensureAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true })
    const turned = orientation >= 5
    const pixels = { data: small.data, width: small.info.width, height: small.info.height }
    return {
      width: turned ? height : width,
      height: turned ? width : height,
      pixels,
      encode: async (maxEdge) => {
        const sized = upright().resize(maxEdge, maxEdge, fit)
        return isOpaque(pixels) ? sized.flatten().jpeg({ quality: 90 }).toBuffer() : sized.png().toBuffer()
      },
      close: () => {},
    }
  } catch {
    return null // no picture that it knows, or a damaged one
  }
}
