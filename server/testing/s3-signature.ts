import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

interface Signed {
  readonly keyId: string
  readonly day: string
  readonly region: string
  readonly names: readonly string[]
  readonly signature: string
  /** `20260101T000000Z` */
  readonly date: string
  /** as the signature has it: a digest, or `UNSIGNED-PAYLOAD` */
  readonly payload: string
  /** seconds that it is valid */
  readonly seconds: number
}

/**
 * What is wrong with the signature (Version 4, in the headers or in the URL), as S3's error code; undefined where nothing
 * is. https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html
 */
export function s3SignatureFault(
  request: IncomingMessage,
  body: Buffer,
  region: string,
  credentials: { readonly accessKeyId: string; readonly secretAccessKey: string },
): string | undefined {
  const url = new URL(request.url ?? '/', 'http://s3')
  const signed = url.searchParams.has('X-Amz-Signature') ? readUrl(url) : readHeaders(request)
  if (!signed) return 'AccessDenied'
  const { keyId, day, names, signature, date, payload, seconds } = signed
  if (keyId !== credentials.accessKeyId) return 'InvalidAccessKeyId'
  // everything that S3 demands to be signed: the host, and each x-amz- header
  const demanded = ['host', ...Object.keys(request.headers).filter((name) => name.startsWith('x-amz-'))]
  if (demanded.some((name) => !names.includes(name)) || signed.region !== region || !date.startsWith(day))
    return 'AccessDenied'
  const age = Date.now() - toTime(date)
  if (age > seconds * 1_000)
    return url.searchParams.has('X-Amz-Signature') ? 'AccessDenied' : 'RequestTimeTooSkewed'
  if (age < -15 * 60_000) return 'RequestTimeTooSkewed'
  if (payload !== 'UNSIGNED-PAYLOAD' && payload !== sha256(body)) return 'XAmzContentSHA256Mismatch'

  const query = [...url.searchParams]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&')
  const path = url.pathname
    .split('/')
    .map((part) => encode(decodeURIComponent(part)))
    .join('/')
  const headers = names.map((name) => `${name}:${String(request.headers[name]).trim().replace(/ +/g, ' ')}\n`)
  const canonical = [request.method, path, query, headers.join(''), names.join(';'), payload].join('\n')
  const scope = `${day}/${region}/s3/aws4_request`
  const text = ['AWS4-HMAC-SHA256', date, scope, sha256(Buffer.from(canonical))].join('\n')
  const key = [day, region, 's3', 'aws4_request'].reduce<Buffer>(
    (secret, part) => hmac(secret, part),
    Buffer.from(`AWS4${credentials.secretAccessKey}`),
  )
  return timingSafeEqual(hmac(key, text), Buffer.from(signature, 'hex')) ? undefined : 'SignatureDoesNotMatch'
}

function readHeaders(request: IncomingMessage): Signed | undefined {
  const match =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
      request.headers.authorization ?? '',
    )
  if (!match) return undefined
  const [, keyId = '', day = '', region = '', names = '', signature = ''] = match
  return {
    keyId,
    day,
    region,
    names: names.split(';'),
    signature,
    date: String(request.headers['x-amz-date']),
    payload: String(request.headers['x-amz-content-sha256']),
    seconds: 15 * 60,
  }
}

function readUrl({ searchParams }: URL): Signed | undefined {
  const match = /^([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request$/.exec(
    searchParams.get('X-Amz-Credential') ?? '',
  )
  const signature = searchParams.get('X-Amz-Signature') ?? ''
  if (!match || !/^[0-9a-f]{64}$/.test(signature)) return undefined
  const [, keyId = '', day = '', region = ''] = match
  return {
    keyId,
    day,
    region,
    names: (searchParams.get('X-Amz-SignedHeaders') ?? '').split(';'),
    signature,
    date: searchParams.get('X-Amz-Date') ?? '',
    payload: 'UNSIGNED-PAYLOAD',
    seconds: Number(searchParams.get('X-Amz-Expires')),
  }
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()
/** RFC 3986, as the signature wants it. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
const toTime = (date: string): number =>
  Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
