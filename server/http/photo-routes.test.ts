import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAdaptorServer, type ServerType } from '@hono/node-server'
import { OpenAPIHono } from '@hono/zod-openapi'
import { createId } from '@modaics/shared'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Authenticator } from '../auth/authenticator.js'
import type { Role } from '../auth/principal.js'
import { createLocalHub } from '../hub/local-hub.js'
import { createIngest } from '../ingest/ingest.js'
import { createSqlCommitStore } from '../ingest/sql-commit-store.js'
import { createLogger } from '../observe/logger.js'
import { createFilePhotoStore } from '../photos/file-photo-store.js'
import { createPhotoLinks } from '../photos/photo-links.js'
import { createPhotoService, type PhotoService } from '../photos/photo-service.js'
import { TEST_ENGINES, type TestDatabase } from '../testing/databases.js'
import { blackPng, drawGarment } from '../testing/pictures.js'
import { createSilentLogger } from '../testing/silent-logger.js'
import type { HttpEnv } from './env.js'
import { createPhotoRoutes } from './photo-routes.js'
import { problemOfError } from './problem.js'

const LIMIT = 400_000
const links = createPhotoLinks(new Uint8Array(32).fill(7))
/** by how much the clock of the routes is ahead, ms */
let later = 0
let clients = 1
const mine = createId()
const others = createId()
const roles: Readonly<Record<string, Role>> = { ada: 'owner', ed: 'editor', vi: 'viewer' }
const red = await drawGarment({ color: '#b01c2e' })
const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** The token is the user's name; all of them belong to the wardrobe `mine` and none to `others`. */
const authenticator: Authenticator = {
  authenticate: async (token) =>
    token in roles
      ? {
          ok: true,
          principal: { userId: token, deviceId: 'phone', sessionId: 's', expiresAt: Date.now() + 60_000 },
        }
      : { ok: false, code: 'unauthenticated', detail: 'Not a token' },
  roleOf: async (userId, wardrobeId) => (wardrobeId === mine ? (roles[userId] ?? null) : null),
  onSessionEnded: () => () => {},
}

describe('photo routes', () => {
  let opened: TestDatabase
  let folder = ''
  let service: PhotoService
  let server: ServerType
  let url = ''
  const app = new OpenAPIHono<HttpEnv>()
  const ingest = () =>
    createIngest({
      store: createSqlCommitStore(opened.database),
      hub: createLocalHub(),
      now: Date.now,
      randomClient: () => clients++,
    })

  beforeAll(async () => {
    opened = await TEST_ENGINES[0]!.open()
    folder = await mkdtemp(join(tmpdir(), 'modaics-routes-'))
    await opened.database.query(`insert into wardrobes (id, name) values ($1, 'mine'), ($2, 'others')`, [
      mine,
      others,
    ])
    service = createPhotoService({
      database: opened.database,
      door: ingest(),
      store: createFilePhotoStore(folder),
      logger: createSilentLogger(),
      limits: { bytes: LIMIT, pixels: 10_000_000 },
      now: Date.now,
      pollMs: 50,
    })
    app.use(async (c, next) => {
      c.set('requestId', 'r1')
      c.set('logger', createLogger('silent'))
      await next()
    })
    app.onError(problemOfError)
    app.route('/v1', createPhotoRoutes({ service, authenticator, links, now: () => Date.now() + later }))
    server = createAdaptorServer({ fetch: app.fetch })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(async () => {
    await new Promise((resolve) => server.close(resolve))
    await service.stop()
    await opened.close()
    await rm(folder, { recursive: true, force: true })
  })

  const as = (user: string): Record<string, string> => ({ authorization: `Bearer ${user}` })
  const put = (
    bytes: Uint8Array,
    { user = 'ada', wardrobe = mine, hash = hashOf(bytes) } = {},
  ): Promise<Response> =>
    fetch(`${url}/v1/photos/${hash}?wardrobe=${wardrobe}`, {
      method: 'PUT',
      headers: { ...as(user), 'content-type': 'image/jpeg' },
      body: bytes as BodyInit,
    })
  const get = (path: string, headers = as('vi')): Promise<Response> =>
    fetch(`${url}/v1/photos/${path}`, { headers })
  const codeOf = async (response: Response): Promise<[number, string]> => {
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    return [response.status, ((await response.json()) as { code: string }).code]
  }

  test('an upload is 201 the first time and 200 with the same body after', async () => {
    const first = await put(red)
    expect(first.status).toBe(201)
    const body = await first.json()
    expect(body).toMatchObject({
      hash: hashOf(red),
      mime: 'image/jpeg',
      width: 480,
      height: 600,
      bytes: red.length,
    })
    const second = await put(red, { user: 'ed' })
    expect(second.status).toBe(200)
    expect(await second.json()).toEqual(body)
  })

  test('a reader gets each size, may keep it for ever and need not load it twice', async () => {
    await put(red)
    for (const [variant, height] of [
      ['full', 600],
      ['card', 600],
      ['thumb', 160],
    ] as const) {
      const response = await get(`${hashOf(red)}?wardrobe=${mine}&variant=${variant}`)
      expect(response.status).toBe(200)
      expect(response.headers.get('content-type')).toBe('image/webp')
      expect(response.headers.get('cache-control')).toBe('private, max-age=31536000, immutable')
      expect(response.headers.get('x-content-type-options')).toBe('nosniff')
      expect((await sharp(await response.arrayBuffer()).metadata()).height).toBe(height)
      const etag = response.headers.get('etag') ?? ''
      const again = await get(`${hashOf(red)}?wardrobe=${mine}&variant=${variant}`, {
        ...as('vi'),
        'if-none-match': `"other", W/${etag}`,
      })
      expect([again.status, (await again.arrayBuffer()).byteLength]).toEqual([304, 0])
    }
  })

  test('AVIF goes to those who name it, WebP to the others', async () => {
    await put(red)
    const path = `${hashOf(red)}?wardrobe=${mine}&variant=card`
    const typeFor = async (accept: string, more = ''): Promise<string | null> => {
      const response = await get(path + more, { ...as('vi'), accept })
      expect(response.headers.get('vary')).toBe('Authorization, Accept')
      expect((await sharp(await response.arrayBuffer()).metadata()).height).toBe(600)
      return response.headers.get('content-type')
    }
    expect(await typeFor('image/avif,image/webp,*/*;q=0.8')).toBe('image/avif')
    expect(await typeFor('image/webp,*/*')).toBe('image/webp')
    expect(await typeFor('image/avif;q=0,image/webp')).toBe('image/webp')
    expect(await typeFor('image/webp', '&format=avif')).toBe('image/avif')
  })

  test('a part of a picture can be asked for, by the rules of RFC 9110', async () => {
    await put(red)
    const path = `${hashOf(red)}?wardrobe=${mine}&variant=card`
    const whole = await get(path)
    const bytes = Buffer.from(await whole.arrayBuffer())
    const etag = whole.headers.get('etag') ?? ''
    expect(whole.headers.get('accept-ranges')).toBe('bytes')
    const part = async (range: string, headers: Record<string, string> = {}) => {
      const response = await get(path, { ...as('vi'), range, ...headers })
      const body = Buffer.from(await response.arrayBuffer())
      return { status: response.status, range: response.headers.get('content-range'), body }
    }
    const size = bytes.length
    expect(await part('bytes=0-99')).toEqual({
      status: 206,
      range: `bytes 0-99/${size}`,
      body: bytes.subarray(0, 100),
    })
    expect(await part('bytes=-10')).toMatchObject({ status: 206, body: bytes.subarray(-10) })
    expect(await part(`bytes=100-`)).toMatchObject({ status: 206, body: bytes.subarray(100) })
    expect(await part('bytes=5-999999999')).toMatchObject({ range: `bytes 5-${size - 1}/${size}` })
    expect(await part(`bytes=${size}-`)).toMatchObject({ status: 416, range: `bytes */${size}` })
    for (const odd of ['bytes=0-1,5-6', 'bytes=9-3', 'lines=0-1', 'bytes=-'])
      expect(await part(odd)).toMatchObject({ status: 200, body: bytes })
    expect(await part('bytes=0-9', { 'if-range': etag })).toMatchObject({ status: 206 })
    expect(await part('bytes=0-9', { 'if-range': '"another"' })).toMatchObject({ status: 200 })
  })

  test('HEAD says how large a picture is and sends nothing', async () => {
    await put(red)
    const response = await fetch(`${url}/v1/photos/${hashOf(red)}?wardrobe=${mine}`, {
      method: 'HEAD',
      headers: as('vi'),
    })
    expect(response.status).toBe(200)
    expect((await response.arrayBuffer()).byteLength).toBe(0)
    expect(response.headers.get('etag')).not.toBeNull()
  })

  test('[PH7] a link reads one size of one picture without a token, until it expires', async () => {
    await put(red)
    const made = await get(`${hashOf(red)}/link?wardrobe=${mine}&variant=thumb&format=avif&seconds=60`)
    const { url: path, expiresAt } = (await made.json()) as { url: string; expiresAt: number }
    expect(expiresAt - Date.now()).toBeLessThanOrEqual(60_000)
    const response = await fetch(url + path)
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/avif'])
    expect(response.headers.get('cache-control')).toContain('immutable')
    for (const changed of [
      path.replace('variant=thumb', 'variant=full'),
      path.replace('format=avif', 'format=webp'),
      path.replace(mine, others),
      path.replace(hashOf(red), '1'.repeat(64)),
      path.replace(/expires=(\d+)/, (_, at) => `expires=${Number(at) + 1}`),
      path.replace(/signature=.{4}/, 'signature=AAAA'),
    ]) {
      expect(changed).not.toBe(path)
      expect(await codeOf(await fetch(url + changed))).toEqual([403, 'forbidden'])
    }
    later = 61_000
    expect(await codeOf(await fetch(url + path))).toEqual([403, 'forbidden'])
    later = 0
    expect(await codeOf(await get(`${'1'.repeat(64)}/link?wardrobe=${mine}`))).toEqual([404, 'not-found'])
    expect(await codeOf(await get(`${hashOf(red)}/link?wardrobe=${others}`))).toEqual([404, 'not-found'])
  })

  test('[PH6] where pictures are files, an upload goes through the server', async () => {
    await put(red)
    const invite = async (hash: string, bytes: number, user = 'ada') =>
      fetch(`${url}/v1/photos/${hash}/upload?wardrobe=${mine}`, {
        method: 'POST',
        headers: { ...as(user), 'content-type': 'application/json' },
        body: JSON.stringify({ bytes }),
      })
    expect(await (await invite(hashOf(red), red.length)).json()).toMatchObject({ type: 'stored' })
    expect(await (await invite('4'.repeat(64), 1_000)).json()).toEqual({ type: 'server' })
    expect(await codeOf(await invite('4'.repeat(64), LIMIT + 1))).toEqual([413, 'too-large'])
    expect(await codeOf(await invite('4'.repeat(64), 1_000, 'vi'))).toEqual([403, 'forbidden'])
  })

  test('status says what is stored', async () => {
    await put(red)
    const known = await get(`${hashOf(red)}/status?wardrobe=${mine}`)
    expect(await known.json()).toMatchObject({ stored: { hash: hashOf(red) }, records: [] })
    const unknown = await get(`${'0'.repeat(64)}/status?wardrobe=${mine}`)
    expect([unknown.status, await unknown.json()]).toEqual([
      200,
      { stored: null, quarantined: null, records: [] },
    ])
  })

  test('nobody without a token', async () => {
    for (const response of [
      await put(red, { user: 'eve' }),
      await get(`${hashOf(red)}?wardrobe=${mine}`, {}),
      await get(`${hashOf(red)}/status?wardrobe=${mine}`, {}),
      await fetch(`${url}/v1/ai/analyze`, { method: 'POST' }),
    ])
      expect(await codeOf(response)).toEqual([401, 'unauthenticated'])
  })

  test('another wardrobe is not there, also for a picture one has oneself', async () => {
    await put(red)
    expect(await codeOf(await put(red, { wardrobe: others }))).toEqual([404, 'not-found'])
    expect(await codeOf(await get(`${hashOf(red)}?wardrobe=${others}`))).toEqual([404, 'not-found'])
    expect(await codeOf(await get(`${hashOf(red)}/status?wardrobe=${others}`))).toEqual([404, 'not-found'])
    expect(await codeOf(await get(`${'1'.repeat(64)}?wardrobe=${mine}`))).toEqual([404, 'not-found'])
  })

  test('a viewer may not upload or ask for an analysis', async () => {
    expect(await codeOf(await put(red, { user: 'vi' }))).toEqual([403, 'forbidden'])
    expect(await codeOf(await analyze('p1', 'vi'))).toEqual([403, 'forbidden'])
  })

  test('names that are no hash, wardrobe or size are invalid', async () => {
    for (const path of [
      `${hashOf(red).toUpperCase()}?wardrobe=${mine}`,
      `${hashOf(red)}?wardrobe=..%2F..`,
      hashOf(red),
      `${hashOf(red)}?wardrobe=${mine}&variant=huge`,
    ])
      expect(await codeOf(await get(path))).toEqual([400, 'invalid'])
  })

  test('what is no sound picture is refused with its code', async () => {
    expect(await codeOf(await put(Buffer.from('a text named .jpg')))).toEqual([415, 'unsupported-type'])
    expect(await codeOf(await put(red, { hash: '2'.repeat(64) }))).toEqual([422, 'hash-mismatch'])
    expect(await codeOf(await put(red.subarray(0, 2_000)))).toEqual([422, 'damaged-picture'])
    expect(await codeOf(await put(await blackPng(4_000, 4_000)))).toEqual([413, 'too-many-pixels'])
  })

  test('a body above the limit is refused, whether or not it says its length', async () => {
    const big = Buffer.alloc(LIMIT + 1, 1)
    expect(await codeOf(await put(big))).toEqual([413, 'too-large'])
    const streamed = await app.request(`/v1/photos/${hashOf(big)}?wardrobe=${mine}`, {
      method: 'PUT',
      headers: as('ada'),
      body: new Blob([big]).stream(),
      duplex: 'half',
    } as RequestInit)
    expect(await codeOf(streamed)).toEqual([413, 'too-large'])
  })

  test('an upload whose connection breaks stores nothing, and the server goes on', async () => {
    const blue = await sharp({ create: { width: 300, height: 300, channels: 3, background: '#00f' } })
      .png()
      .toBuffer()
    await new Promise<void>((resolve, reject) => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1', () => {
        const head = `PUT /v1/photos/${hashOf(blue)}?wardrobe=${mine} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ada\r\nContent-Length: ${blue.length}\r\n\r\n`
        socket.write(head)
        socket.write(blue.subarray(0, 100), () => socket.destroy())
      })
      socket.on('close', () => resolve())
      socket.on('error', reject)
    })
    const status = await get(`${hashOf(blue)}/status?wardrobe=${mine}`)
    expect(await status.json()).toEqual({ stored: null, quarantined: null, records: [] })
    expect((await put(blue)).status).toBe(201)
  })

  test('many uploads at once are all stored', async () => {
    const pictures = await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        sharp({ create: { width: 200, height: 100, channels: 3, background: { r: i * 20, g: 0, b: 0 } } })
          .png()
          .toBuffer(),
      ),
    )
    const answers = await Promise.all(pictures.map((bytes) => put(bytes)))
    expect(answers.map(({ status }) => status)).toEqual(pictures.map(() => 201))
  })

  const analyze = (photoId: string, user = 'ed'): Promise<Response> =>
    fetch(`${url}/v1/ai/analyze`, {
      method: 'POST',
      headers: { ...as(user), 'content-type': 'application/json' },
      body: JSON.stringify({ wardrobe: mine, photoId }),
    })

  test('an analysis can be asked for, of a photo that is stored', async () => {
    await put(red)
    await ingest().write(mine, { source: 'user', device: 'phone' }, [
      { kind: 'items', id: 'i1', set: { name: 'shirt' } },
      { kind: 'photos', id: 'p1', set: { itemId: 'i1', hash: hashOf(red) } },
      { kind: 'photos', id: 'p2', set: { itemId: 'i1', hash: '3'.repeat(64) } },
    ])
    expect(await codeOf(await analyze('p2'))).toEqual([404, 'not-found'])
    expect(await codeOf(await analyze('nobody'))).toEqual([404, 'not-found'])
    service.start()
    const response = await analyze('p1')
    expect([response.status, await response.json()]).toEqual([202, { queued: true }])
    await vi.waitFor(
      async () => {
        const status = await get(`${hashOf(red)}/status?wardrobe=${mine}`)
        expect(await status.json()).toMatchObject({ records: [{ id: 'p1', analysed: true, failure: null }] })
      },
      { timeout: 60_000, interval: 50 },
    )
  })

  test('the routes describe themselves', async () => {
    const document = createPhotoRoutes({ service, authenticator, links, now: Date.now }).getOpenAPI31Document(
      {
        openapi: '3.1.0',
        info: { title: 't', version: '1' },
      },
    )
    const operations = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
      Object.keys(item as object).map((method) => `${method} ${path}`),
    )
    expect(operations.sort()).toEqual([
      'get /photos/{hash}',
      'get /photos/{hash}/link',
      'get /photos/{hash}/status',
      'get /pictures/{hash}',
      'post /ai/analyze',
      'post /photos/{hash}/complete',
      'post /photos/{hash}/upload',
      'put /photos/{hash}',
    ])
  })
})
