export type Sharp = typeof import('sharp')['default']

let loading: Promise<Sharp> | undefined

/**
 * sharp, loaded at the first picture (it takes a tenth of a second, which a start should not wait for), and held to
 * little memory: no cache, one thread a picture, and only the decoders of the types that are taken.
 */
export function loadSharp(): Promise<Sharp> {
  loading ??= import('sharp').then(({ default: sharp }) => {
    sharp.cache(false)
    sharp.concurrency(1)
    sharp.block({ operation: ['VipsForeignLoad'] })
    sharp.unblock({
      operation: [
        'VipsForeignLoadJpegBuffer',
        'VipsForeignLoadPngBuffer',
        'VipsForeignLoadWebpBuffer',
        'VipsForeignLoadHeifBuffer',
      ],
    })
    return sharp
  })
  return loading
}
