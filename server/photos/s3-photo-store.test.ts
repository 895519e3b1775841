import { request } from 'node:http'
import { createId } from '@modaics/shared'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  GATEWAY_START_MS,
  gatewayFault,
  type RadosGateway,
  startRadosGateway,
} from '../testing/rados-gateway.js'
import { type S3Fixture, startS3Fixture } from '../testing/s3-fixture.js'
import { testDirectStore } from './direct-store-conformance.js'
import type { PhotoStore } from './photo-store.js'
import { testPhotoStore } from './photo-store-conformance.js'
import { createS3PhotoStore, type S3Options } from './s3-photo-store.js'

const key = { wardrobeId: createId(), hash: 'ab'.repeat(32), variant: 'card', format: 'webp' } as const
const bytes = new Uint8Array([1, 2, 3])
const noGateway = gatewayFault()

describe('photo store in S3, against a server that checks signatures', () => {
  let fixture: S3Fixture
  const storeWith = (over: Partial<S3Options> = {}): PhotoStore => createS3PhotoStore({ ...fixture, ...over })
  beforeAll(async () => {
    fixture = await startS3Fixture()
  })
  afterAll(() => fixture.close())

  testPhotoStore(() => storeWith())

  describe('with checksums wherever they are supported', () => {
    testPhotoStore(() => storeWith({ checksums: 'WHEN_SUPPORTED' }))
  })

  testDirectStore(() => storeWith())

  test('objects are named by size and format under their prefix', async () => {
    await storeWith({ prefix: 'staging' }).put(key, bytes)
    const object = fixture.objects.get(`staging/photos/${key.wardrobeId}/${key.hash}/card.webp`)
    expect(object).toMatchObject({ bytes: Buffer.from(bytes), contentType: 'image/webp' })
  })

  test.each([
    ['a wrong secret', { secretAccessKey: 'wrong' }],
    ['an unknown key', { accessKeyId: 'NOBODY' }],
  ])('%s is storage-failed, for reading too, not an absent picture', async (_, wrong) => {
    const store = storeWith({ credentials: { ...fixture.credentials, ...wrong } })
    await expect(store.put(key, bytes)).rejects.toMatchObject({ code: 'storage-failed' })
    await expect(store.get(key)).rejects.toMatchObject({ code: 'storage-failed' })
    await expect(store.has(key)).rejects.toMatchObject({ code: 'storage-failed' })
  })

  test('the secret is not in the error', async () => {
    const store = storeWith({ credentials: { ...fixture.credentials, secretAccessKey: 'hush-hush' } })
    const error = await store.get(key).catch((thrown: Error) => thrown)
    expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain('hush-hush')
  })

  test('a hiccup of the store is tried again', async () => {
    const store = storeWith()
    fixture.failNext(503, 'SlowDown')
    await store.put({ ...key, variant: 'thumb' }, bytes)
    expect(await store.has({ ...key, variant: 'thumb' })).toBe(true)
  })

  test('the fixture itself refuses what is unsigned', async () => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      request(`${fixture.endpoint}/${fixture.bucket}/x`, (response) => resolve(response.resume().statusCode))
        .on('error', reject)
        .end()
    })
    expect(status).toBe(403)
  })
})

describe.skipIf(noGateway !== null)(
  `photo store in a real S3${noGateway === null ? '' : ` (skipped: ${noGateway})`}`,
  () => {
    let gateway: RadosGateway
    beforeAll(async () => {
      gateway = await startRadosGateway()
    }, GATEWAY_START_MS)
    afterAll(() => gateway?.close())
    const store = (): PhotoStore => createS3PhotoStore(gateway.options)

    testPhotoStore(store)
    testDirectStore(store)
  },
)
