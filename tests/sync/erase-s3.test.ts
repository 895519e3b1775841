import { randomBytes } from 'node:crypto'
import { ListMultipartUploadsCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { drawGarment } from '../../server/testing/pictures.js'
import {
  GATEWAY_START_MS,
  gatewayFault,
  type RadosGateway,
  startRadosGateway,
} from '../../server/testing/rados-gateway.js'
import { startS3Fixture } from '../../server/testing/s3-fixture.js'
import { makePlace, startTestServer, type TestServer } from '../../server/testing/server.js'
import { createDevices, createPerson, openDevice, until, WITHIN } from './devices.js'

// Drawn before a server runs: it takes every decoder away that it does not need, SVG's too.
const [erased, kept] = [await drawGarment({ color: '#7a1f2b' }), await drawGarment({ color: '#1f2b7a' })]

const NO_GATEWAY = gatewayFault()
if (NO_GATEWAY) console.warn(`tests/sync/erase-s3.test.ts, Ceph: ${NO_GATEWAY}`)

const BUCKETS: readonly { name: string; fault: string | null; open: () => Promise<RadosGateway> }[] = [
  {
    name: 'the S3 fixture',
    fault: null,
    open: async () => {
      const { close, ...options } = await startS3Fixture()
      return { options, close }
    },
  },
  { name: 'Ceph’s S3', fault: NO_GATEWAY, open: startRadosGateway },
]

describe.each(BUCKETS)('pictures of a purged record in $name', ({ fault, open }) => {
  let bucket: RadosGateway
  let client: S3Client
  let server: TestServer
  const { keep, closeAll } = createDevices()

  beforeAll(async () => {
    if (fault) return
    bucket = await open()
    const { endpoint = '', region = '', bucket: name, credentials } = bucket.options
    client = new S3Client({ ...bucket.options, forcePathStyle: true })
    const env = {
      ERASE_AFTER_DAYS: '0',
      S3_BUCKET: name,
      S3_ENDPOINT: endpoint,
      S3_REGION: region,
      S3_ACCESS_KEY_ID: credentials?.accessKeyId ?? '',
      S3_SECRET_ACCESS_KEY: credentials?.secretAccessKey ?? '',
      S3_FORCE_PATH_STYLE: 'on',
    }
    server = await startTestServer(await makePlace('pglite', env))
  }, GATEWAY_START_MS)
  afterEach(closeAll)
  afterAll(async () => {
    await server?.close()
    client?.destroy()
    await bucket?.close()
  })

  /** Keys of the bucket that name a picture: of objects, and of uploads whose parts have not been put together. */
  async function keysOf(hash: string): Promise<string[]> {
    const Bucket = bucket.options.bucket
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket }))
    const { Uploads = [] } = await client.send(
      new ListMultipartUploadsCommand({ Bucket, Prefix: 'incoming/' }),
    )
    const keys = [...Contents, ...Uploads].map(({ Key = '' }) => Key)
    return keys.filter((key) => key.includes(hash))
  }

  test.skipIf(fault)(
    `[ER1] are gone, of every size, finished or not; others stay${fault ? ` (skipped: ${fault})` : ''}`,
    async () => {
      const person = await createPerson(server.url)
      const { wardrobe, account } = keep(await openDevice(await person.signIn()))
      const hat = await wardrobe.items.add({ name: 'Hat' })
      const coat = await wardrobe.items.add({ name: 'Coat' })
      wardrobe.photos.pauseUploads()
      const [hatHash, coatHash] = [
        (await wardrobe.photos.add({ bytes: kept, itemId: hat.id })).hash ?? '',
        (await wardrobe.photos.add({ bytes: erased, itemId: coat.id })).hash ?? '',
      ]
      await wardrobe.whenSynced()
      // A device that began to send it to the bucket in parts, and has not come to the end.
      const invitation = await account.request(`/v1/photos/${coatHash}/upload?wardrobe=${wardrobe.id}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ bytes: 9 * 1024 * 1024 }),
      })
      const { urls, partBytes } = (await invitation.json()) as { urls: string[]; partBytes: number }
      const part = await fetch(urls[0] ?? '', { method: 'PUT', body: randomBytes(partBytes) })
      expect(part.status).toBe(200)
      expect(await keysOf(coatHash)).toHaveLength(1)
      wardrobe.photos.resumeUploads()
      await until(() => wardrobe.photos.list().every(({ storedAt }) => storedAt))
      const before = await keysOf(hatHash)
      expect(before).toHaveLength(6)
      const stored = (await keysOf(coatHash)).filter((key) => key.startsWith('photos/'))
      expect(stored).toHaveLength(6)

      await wardrobe.items.purge(coat.id)
      await until(() => server.lines.some((line) => line.includes('purged records were erased')))
      await vi.waitFor(async () => expect(await keysOf(coatHash)).toEqual([]), WITHIN)
      expect(await keysOf(hatHash)).toEqual(before)
    },
    GATEWAY_START_MS,
  )
})
