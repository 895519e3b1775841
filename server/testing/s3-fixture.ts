import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { s3SignatureFault } from './s3-signature.js'

export interface S3Fixture {
  readonly endpoint: string
  readonly bucket: string
  readonly region: string
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
  /** what is in the bucket, by key */
  readonly objects: ReadonlyMap<string, StoredObject>
  /** answers the next request so */
  failNext(status: number, code: string): void
  close(): Promise<void>
}

interface StoredObject {
  readonly bytes: Buffer
  readonly contentType: string
  readonly cacheControl: string
  readonly at: Date
}

/**
 * As much of S3 as a photo store needs (put, conditional put, get, head, delete, list, uploads in parts; the bucket in
 * the path), on a port of the loopback interface. It checks Signature Version 4 for real, of headers and of presigned
 * URLs: a wrong secret, a changed header, path or body, or an old date is 403, as with Amazon.
 */
export async function startS3Fixture(): Promise<S3Fixture> {
  const bucket = 'wardrobe'
  const region = 'eu-test-1'
  const credentials = { accessKeyId: 'TESTKEY', secretAccessKey: 'correct horse/battery+staple' }
  const objects = new Map<string, StoredObject>()
  const uploads = new Map<
    string,
    { readonly key: string; readonly parts: Map<number, Buffer>; readonly at: Date }
  >()
  let uploadCount = 0
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
    const refusal = s3SignatureFault(request, body, region, credentials)
    if (refusal) return fail(response, 403, refusal)
    const url = new URL(request.url ?? '/', 'http://s3')
    const [, name, ...rest] = url.pathname.split('/').map(decodeURIComponent)
    if (name !== bucket) return fail(response, 404, 'NoSuchBucket')
    const key = rest.join('/')
    const object = objects.get(key)
    const etag = object ? tagOf(object.bytes) : ''
    const query = url.searchParams
    if (request.method === 'GET' && query.get('list-type') === '2')
      return xml(response, listing(objects, query.get('prefix') ?? ''))
    if (request.method === 'GET' && query.has('uploads'))
      return xml(response, uploadListing(uploads, query.get('prefix') ?? ''))
    if (request.method === 'POST' && query.has('uploads')) {
      const id = `upload-${uploadCount++}`
      uploads.set(id, { key, parts: new Map(), at: new Date() })
      return xml(
        response,
        `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`,
      )
    }
    const uploadId = query.get('uploadId')
    if (uploadId !== null) {
      const upload = uploads.get(uploadId)
      if (!upload || upload.key !== key) return fail(response, 404, 'NoSuchUpload')
      if (request.method === 'DELETE') {
        uploads.delete(uploadId)
        return void response.writeHead(204).end()
      }
      if (request.method === 'PUT') {
        upload.parts.set(Number(query.get('partNumber')), body)
        return void response.writeHead(200, { etag: tagOf(body) }).end()
      }
      const named = [...body.toString().matchAll(/<ETag>([^<]*)<\/ETag>/g)].map(([, tag = '']) =>
        tag.replaceAll('&quot;', '"'),
      )
      const parts = [...upload.parts].sort(([x], [y]) => x - y).map(([, part]) => part)
      if (parts.length !== named.length || parts.some((part, i) => tagOf(part) !== named[i]))
        return fail(response, 400, 'InvalidPart')
      objects.set(key, { bytes: Buffer.concat(parts), contentType: '', cacheControl: '', at: new Date() })
      uploads.delete(uploadId)
      return xml(response, '<CompleteMultipartUploadResult/>')
    }
    switch (request.method) {
      case 'PUT':
        if (request.headers['if-none-match'] === '*' && object)
          return fail(response, 412, 'PreconditionFailed')
        {
          const checksum = request.headers['x-amz-checksum-sha256']
          if (checksum !== undefined && checksum !== createHash('sha256').update(body).digest('base64'))
            return fail(response, 400, 'BadDigest')
        }
        objects.set(key, {
          bytes: body,
          contentType: request.headers['content-type'] ?? '',
          cacheControl: request.headers['cache-control'] ?? '',
          at: new Date(),
        })
        return void response.writeHead(200, { etag: tagOf(body) }).end()
      case 'GET':
      case 'HEAD':
        if (!object) return fail(response, 404, 'NoSuchKey')
        response.writeHead(200, {
          'content-type': object.contentType,
          'content-length': object.bytes.length,
          'cache-control': object.cacheControl,
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

const tagOf = (bytes: Buffer): string => `"${createHash('md5').update(bytes).digest('hex')}"`

function listing(objects: ReadonlyMap<string, StoredObject>, prefix: string): string {
  const found = [...objects].filter(([key]) => key.startsWith(prefix)).sort(([x], [y]) => (x < y ? -1 : 1))
  const contents = found.map(
    ([key, { at, bytes }]) =>
      `<Contents><Key>${key}</Key><LastModified>${at.toISOString()}</LastModified><Size>${bytes.length}</Size></Contents>`,
  )
  return `<ListBucketResult><IsTruncated>false</IsTruncated>${contents.join('')}</ListBucketResult>`
}

function uploadListing(
  uploads: ReadonlyMap<string, { readonly key: string; readonly at: Date }>,
  prefix: string,
): string {
  const found = [...uploads].filter(([, { key }]) => key.startsWith(prefix))
  const open = found.map(
    ([id, { key, at }]) =>
      `<Upload><Key>${key}</Key><UploadId>${id}</UploadId><Initiated>${at.toISOString()}</Initiated></Upload>`,
  )
  return `<ListMultipartUploadsResult>${open.join('')}</ListMultipartUploadsResult>`
}

function xml(response: ServerResponse, body: string): void {
  response.writeHead(200, { 'content-type': 'application/xml' })
  response.end(`<?xml version="1.0" encoding="UTF-8"?>${body}`)
}

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
