import { request } from 'node:http'
import { createId } from '@modaics/shared'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type S3Fixture, startS3Fixture } from '../testing/s3-fixture.js'
import type { PhotoStore } from './photo-store.js'
import { testPhotoStore } from './photo-store-conformance.js'
import { createS3PhotoStore, type S3Options } from './s3-photo-store.js'

const key = { wardrobeId: createId(), hash: 'ab'.repeat(32), variant: 'card' } as const
const bytes = new Uint8Array([1, 2, 3])

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

  test('objects are WebP under their prefix', async () => {
    await storeWith({ prefix: 'staging' }).put(key, bytes)
    const object = fixture.objects.get(`staging/photos/${key.wardrobeId}/${key.hash}/card.webp`)
    expect(object).toEqual({ bytes: Buffer.from(bytes), contentType: 'image/webp' })
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

const real = process.env.S3_TEST_ENDPOINT
describe.skipIf(!real)(
  `photo store in a real S3${real ? '' : ' (skipped: set S3_TEST_ENDPOINT, S3_TEST_BUCKET, S3_TEST_ACCESS_KEY_ID, S3_TEST_SECRET_ACCESS_KEY)'}`,
  () => {
    testPhotoStore(() =>
      createS3PhotoStore({
        endpoint: real!,
        bucket: process.env.S3_TEST_BUCKET ?? 'modaics-test',
        region: process.env.S3_TEST_REGION ?? 'us-east-1',
        credentials: {
          accessKeyId: process.env.S3_TEST_ACCESS_KEY_ID ?? '',
          secretAccessKey: process.env.S3_TEST_SECRET_ACCESS_KEY ?? '',
        },
        prefix: `test-${createId()}`,
      }),
    )
  },
)
