import type { Context } from 'hono'
import type { PhotoKey } from '../photos/photo-store.js'
import type { HttpEnv } from './env.js'

/**
 * Answers with a picture, or the part of it that was asked for (RFC 9110 §14), or that it has not changed: under its name
 * it never does.
 */
export function sendPicture(
  c: Context<HttpEnv>,
  key: PhotoKey,
  bytes: Uint8Array,
  extra: Readonly<Record<string, string>>,
): Response {
  const etag = pictureTag(key)
  const headers = {
    etag,
    'cache-control': 'private, max-age=31536000, immutable',
    'accept-ranges': 'bytes',
    'x-content-type-options': 'nosniff',
    'content-disposition': 'inline',
    ...extra,
  }
  if (namesTag(c.req.header('if-none-match'), etag)) return c.body(null, 304, headers)
  const type = { 'content-type': `image/${key.format}` }
  const conditional = c.req.header('if-range')
  const range = conditional === undefined || conditional === etag ? c.req.header('range') : undefined
  const part = rangeOf(range, bytes.byteLength)
  if (part === 'unsatisfiable')
    return c.body(null, 416, { ...headers, 'content-range': `bytes */${bytes.byteLength}` })
  if (!part) return c.body(new Uint8Array(bytes), 200, { ...headers, ...type })
  return c.body(new Uint8Array(bytes.subarray(part.from, part.to + 1)), 206, {
    ...headers,
    ...type,
    'content-range': `bytes ${part.from}-${part.to}/${bytes.byteLength}`,
  })
}

const pictureTag = ({ hash, variant, format }: PhotoKey): string =>
  `"${hash.slice(0, 32)}-${variant}-${format}"`

/** One range, its last byte counted in. Several, and what is no range, are answered with the whole, as RFC 9110 allows. */
export function rangeOf(
  header: string | undefined,
  size: number,
): { readonly from: number; readonly to: number } | 'unsatisfiable' | null {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '')
  if (!match || (match[1] === '' && match[2] === '')) return null
  const [, first = '', last = ''] = match
  if (first === '') {
    const length = Math.min(Number(last), size)
    return length === 0 ? 'unsatisfiable' : { from: size - length, to: size - 1 }
  }
  const from = Number(first)
  if (last !== '' && Number(last) < from) return null
  if (from >= size) return 'unsatisfiable'
  return { from, to: last === '' ? size - 1 : Math.min(Number(last), size - 1) }
}

/** RFC 9110 §13.1.2: a list of tags, weak ones too, or `*`. */
function namesTag(header: string | undefined, etag: string): boolean {
  return (header ?? '').split(',').some((tag) => ['*', etag].includes(tag.trim().replace(/^W\//, '')))
}
