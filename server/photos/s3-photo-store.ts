import { isSha256, isUuid } from '@modaics/shared'
import {
  type PhotoKey,
  type PhotoStore,
  PICTURE_FORMATS,
  type StoredPicture,
  VARIANT_NAMES,
} from './photo-store.js'
import { type S3Connection, type S3Options, s3Connection, s3Failure, s3StatusOf } from './s3-client.js'
import { createS3DirectStore } from './s3-direct-store.js'

export type { S3Options }

/** Pictures as objects: `[prefix/]photos/<wardrobe>/<hash>/<variant>.<format>`. The SDK is loaded at the first use. */
export function createS3PhotoStore(options: S3Options): PhotoStore {
  const Bucket = options.bucket
  const root = `${options.prefix ? `${options.prefix}/` : ''}photos/`
  const keyOf = ({ wardrobeId, hash, variant, format }: PhotoKey): string =>
    `${root}${wardrobeId}/${hash}/${variant}.${format}`
  const load = s3Connection(options)
  const direct = options.direct === false ? null : createS3DirectStore(options, load, keyOf)

  return {
    put: async (key, bytes) => {
      const { client, sdk } = await load()
      const put = new sdk.PutObjectCommand({
        Bucket,
        Key: keyOf(key),
        Body: bytes,
        ContentType: `image/${key.format}`,
        CacheControl: 'private, max-age=31536000, immutable',
        IfNoneMatch: '*',
      })
      try {
        await client.send(put)
      } catch (error) {
        // 412: it is there. 409: another put of the same key is under way, whose bytes are the same; look again.
        const status = s3StatusOf(error)
        if (status === 412) return
        if (status === 409 && (await exists(key))) return
        throw s3Failure(error, 'put')
      }
    },
    get: async (key) => {
      const { client, sdk } = await load()
      try {
        const { Body } = await client.send(new sdk.GetObjectCommand({ Bucket, Key: keyOf(key) }))
        return Body ? await Body.transformToByteArray() : null
      } catch (error) {
        if (s3StatusOf(error) === 404) return null
        throw s3Failure(error, 'get')
      }
    },
    has: exists,
    delete: async (wardrobeId, hash) => {
      const { client, sdk } = await load()
      // one by one: bulk deletion demands a checksum that not every store understands
      for (const variant of VARIANT_NAMES)
        for (const format of PICTURE_FORMATS) {
          const Key = keyOf({ wardrobeId, hash, variant, format })
          try {
            await client.send(new sdk.DeleteObjectCommand({ Bucket, Key }))
          } catch (error) {
            if (s3StatusOf(error) !== 404) throw s3Failure(error, 'delete')
          }
        }
    },
    list: () => listPictures(load, Bucket, root),
    // a put is whole or absent here: only what comes past the server can stay unfinished
    sweep: async (before) => (await direct?.sweep(before)) ?? 0,
    direct,
  }

  async function exists(key: PhotoKey): Promise<boolean> {
    const { client, sdk } = await load()
    try {
      await client.send(new sdk.HeadObjectCommand({ Bucket, Key: keyOf(key) }))
      return true
    } catch (error) {
      if (s3StatusOf(error) === 404) return false
      throw s3Failure(error, 'head')
    }
  }
}

/** Keys come in order, so the parts of a picture are neighbours. */
async function* listPictures(
  load: () => Promise<S3Connection>,
  Bucket: string,
  root: string,
): AsyncGenerator<StoredPicture> {
  const { client, sdk } = await load()
  let picture: StoredPicture | undefined
  let after: string | undefined
  for (;;) {
    const page = await client
      .send(
        new sdk.ListObjectsV2Command({
          Bucket,
          Prefix: root,
          ...(after ? { ContinuationToken: after } : {}),
        }),
      )
      .catch((error: unknown) => {
        throw s3Failure(error, 'list')
      })
    for (const { Key = '', LastModified } of page.Contents ?? []) {
      const [wardrobeId = '', hash = ''] = Key.slice(root.length).split('/')
      if (!isUuid(wardrobeId) || !isSha256(hash)) continue
      const writtenAt = LastModified?.getTime() ?? 0
      if (picture?.wardrobeId === wardrobeId && picture.hash === hash) {
        picture = { ...picture, writtenAt: Math.max(picture.writtenAt, writtenAt) }
      } else {
        if (picture) yield picture
        picture = { wardrobeId, hash, writtenAt }
      }
    }
    after = page.NextContinuationToken
    if (!page.IsTruncated || !after) break
  }
  if (picture) yield picture
}
