import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface S3Fixture {
  readonly endpoint: string
  readonly bucket: string
  readonly region: string
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
  /** what is in the bucket, by key */
  readonly objects: ReadonlyMap<string, { readonly bytes: Buffer; readonly contentType: string }>
  /** answers the next request so */
  failNext(status: number, code: string): void
  close(): Promise<void>
}

/**
 * As much of S3 as a photo store needs (put, conditional put, get, head, delete; the bucket in the path), on a port of
 * the loopback interface. It checks Signature Version 4 for real: a wrong secret, a changed header, path or body, or an
 * old date is 403, as with Amazon. https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
export async function startS3Fixture(): Promise<S3Fixture> {
  const bucket = 'wardrobe'
  const region = 'eu-test-1'
  const credentials = { accessKeyId: 'TESTKEY', secretAccessKey: 'correct horse/battery+staple' }
  const objects = new Map<string, { bytes: Buffer; contentType: string }>()
  let failure: { status: number; code: string } | undefined

  const server = createServer((request, response) => {
    void answer(request, response).catch((error: unknown) =>
      fail(response, 500, 'InternalError', String(error)),
    )
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await read(request)
    if (failure) {
      const { status, code } = failure
      failure = undefined
      return fail(response, status, code)
    }
    const refusal = verify(request, body, region, credentials)
    if (refusal) return fail(response, 403, refusal)
    const url = new URL(request.url ?? '/', 'http://s3')
    const [, name, ...rest] = url.pathname.split('/').map(decodeURIComponent)
    if (name !== bucket) return fail(response, 404, 'NoSuchBucket')
    const key = rest.join('/')
    const object = objects.get(key)
    const etag = object ? `"${createHash('md5').update(object.bytes).digest('hex')}"` : ''
    switch (request.method) {
      case 'PUT':
        if (request.headers['if-none-match'] === '*' && object)
          return fail(response, 412, 'PreconditionFailed')
        objects.set(key, { bytes: body, contentType: request.headers['content-type'] ?? '' })
        return void response.writeHead(200).end()
      case 'GET':
      case 'HEAD':
        if (!object) return fail(response, 404, 'NoSuchKey')
        response.writeHead(200, {
          'content-type': object.contentType,
          'content-length': object.bytes.length,
          etag,
        })
        return void response.end(request.method === 'GET' ? object.bytes : undefined)
      case 'DELETE':
        objects.delete(key)
        return void response.writeHead(204).end()
      default:
        return fail(response, 405, 'MethodNotAllowed')
    }
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bucket,
    region,
    credentials,
    objects,
    failNext: (status, code) => {
      failure = { status, code }
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** What is wrong with the signature, as S3's error code; undefined where nothing is. */
function verify(
  request: IncomingMessage,
  body: Buffer,
  region: string,
  credentials: S3Fixture['credentials'],
): string | undefined {
  const match =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
      request.headers.authorization ?? '',
    )
  if (!match) return 'AccessDenied'
  const [, keyId = '', day = '', signedRegion = '', signedHeaders = '', signature = ''] = match
  if (keyId !== credentials.accessKeyId) return 'InvalidAccessKeyId'
  const date = String(request.headers['x-amz-date'])
  const payload = String(request.headers['x-amz-content-sha256'])
  const names = signedHeaders.split(';')
  // everything that S3 demands to be signed: the host, and each x-amz- header
  const demanded = ['host', ...Object.keys(request.headers).filter((name) => name.startsWith('x-amz-'))]
  if (demanded.some((name) => !names.includes(name)) || signedRegion !== region || !date.startsWith(day))
    return 'AccessDenied'
  if (Math.abs(toTime(date) - Date.now()) > 15 * 60_000) return 'RequestTimeTooSkewed'
  if (payload !== 'UNSIGNED-PAYLOAD' && payload !== sha256(body)) return 'XAmzContentSHA256Mismatch'

  const url = new URL(request.url ?? '/', 'http://s3')
  const query = [...url.searchParams]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&')
  const path = url.pathname
    .split('/')
    .map((part) => encode(decodeURIComponent(part)))
    .join('/')
  const headers = names.map((name) => `${name}:${String(request.headers[name]).trim().replace(/ +/g, ' ')}\n`)
  const canonical = [request.method, path, query, headers.join(''), signedHeaders, payload].join('\n')
  const scope = `${day}/${region}/s3/aws4_request`
  const text = ['AWS4-HMAC-SHA256', date, scope, sha256(Buffer.from(canonical))].join('\n')
  const key = [day, region, 's3', 'aws4_request'].reduce<Buffer>(
    (secret, part) => hmac(secret, part),
    Buffer.from(`AWS4${credentials.secretAccessKey}`),
  )
  return timingSafeEqual(hmac(key, text), Buffer.from(signature, 'hex')) ? undefined : 'SignatureDoesNotMatch'
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()
/** RFC 3986, as the signature wants it. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
const toTime = (date: string): number =>
  Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))

async function read(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts)
}

function fail(response: ServerResponse, status: number, code: string, message = code): void {
  response.writeHead(status, { 'content-type': 'application/xml' })
  response.end(
    `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`,
  )
}
