import { ModaicsError } from '@modaics/shared'
import type { DirectStore, IncomingKey, PhotoKey } from './photo-store.js'
import { type S3Connection, type S3Options, s3Failure, s3StatusOf } from './s3-client.js'

/** Above this an upload goes in parts, which can be repeated one by one. S3 takes no part below 5 MiB but the last. */
export const PART_BYTES = 8 * 1024 * 1024

/** Presigned URLs for one bucket; incoming bytes lie under `[prefix/]incoming/<wardrobe>/<hash>`. */
export function createS3DirectStore(
  options: S3Options,
  load: () => Promise<S3Connection>,
  keyOfPhoto: (key: PhotoKey) => string,
): DirectStore {
  const Bucket = options.bucket
  const root = `${options.prefix ? `${options.prefix}/` : ''}incoming/`
  const keyOf = ({ wardrobeId, hash }: IncomingKey): string => `${root}${wardrobeId}/${hash}`

  async function exists(key: IncomingKey): Promise<boolean> {
    const { client, sdk } = await load()
    const head = client.send(new sdk.HeadObjectCommand({ Bucket, Key: keyOf(key) }))
    return head.then(
      () => true,
      () => false,
    )
  }

  /** Gives up uploads in parts whose key begins so, with the parts that have come. Resolves to how many. */
  async function abortUploads(prefix: string, isChosen: (begun: number) => boolean): Promise<number> {
    const { client, sdk } = await load()
    let aborted = 0
    let after: { KeyMarker?: string; UploadIdMarker?: string } = {}
    for (;;) {
      const page = await client.send(
        new sdk.ListMultipartUploadsCommand({ Bucket, Prefix: prefix, ...after }),
      )
      for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
        if (!Key || !UploadId || !isChosen(Initiated?.getTime() ?? 0)) continue
        await client.send(new sdk.AbortMultipartUploadCommand({ Bucket, Key, UploadId })).catch((error) => {
          if (s3StatusOf(error) !== 404) throw error // somebody else was quicker
        })
        aborted++
      }
      const { IsTruncated, NextKeyMarker, NextUploadIdMarker } = page
      if (!IsTruncated || !NextKeyMarker) return aborted
      after = {
        KeyMarker: NextKeyMarker,
        ...(NextUploadIdMarker ? { UploadIdMarker: NextUploadIdMarker } : {}),
      }
    }
  }

  return {
    async invite(key, bytes, seconds) {
      const { client, sdk } = await load()
      const { getSignedUrl } = await import('@aws-sdk/s3-request-presigner')
      const Key = keyOf(key)
      try {
        if (bytes <= PART_BYTES) {
          // Signed with the URL: the store takes these bytes and no others, where it knows this checksum. The server
          // reads and compares them in any case.
          const checksum = Buffer.from(key.hash, 'hex').toString('base64')
          const put = new sdk.PutObjectCommand({
            Bucket,
            Key,
            ContentLength: bytes,
            ContentType: 'application/octet-stream',
            ChecksumSHA256: checksum,
          })
          const signed = ['content-length', 'content-type', 'x-amz-checksum-sha256']
          const url = await getSignedUrl(client, put, {
            expiresIn: seconds,
            signableHeaders: new Set([...signed, 'host']),
            unhoistableHeaders: new Set(signed),
          })
          const headers = { 'content-type': 'application/octet-stream', 'x-amz-checksum-sha256': checksum }
          return { type: 'put', url, headers }
        }
        const { UploadId } = await client.send(new sdk.CreateMultipartUploadCommand({ Bucket, Key }))
        if (!UploadId) throw new ModaicsError('storage-failed', 'the object store gave no upload id')
        const urls: string[] = []
        for (let from = 0; from < bytes; from += PART_BYTES) {
          const part = new sdk.UploadPartCommand({
            Bucket,
            Key,
            UploadId,
            PartNumber: urls.length + 1,
            ContentLength: Math.min(PART_BYTES, bytes - from),
          })
          urls.push(
            await getSignedUrl(client, part, {
              expiresIn: seconds,
              signableHeaders: new Set(['content-length', 'host']),
              unhoistableHeaders: new Set(['content-length']),
            }),
          )
        }
        return { type: 'parts', uploadId: UploadId, partBytes: PART_BYTES, urls }
      } catch (error) {
        throw s3Failure(error, 'invite')
      }
    },

    async join(key, uploadId, etags) {
      const { client, sdk } = await load()
      const Parts = etags.map((ETag, i) => ({ ETag, PartNumber: i + 1 }))
      try {
        await client.send(
          new sdk.CompleteMultipartUploadCommand({
            Bucket,
            Key: keyOf(key),
            UploadId: uploadId,
            MultipartUpload: { Parts },
          }),
        )
        return true
      } catch (error) {
        const status = s3StatusOf(error)
        if (status === 404) return false // also where it was joined before
        if (status === 400) throw new ModaicsError('hash-mismatch', 'the parts are not those of this upload')
        // Ceph takes an upload that it does not know for one that is being joined, and answers 500
        if (await exists(key)) return false
        throw s3Failure(error, 'join')
      }
    },

    async take(key, limit) {
      const { client, sdk } = await load()
      try {
        const { Body, ContentLength = Number.POSITIVE_INFINITY } = await client.send(
          new sdk.GetObjectCommand({ Bucket, Key: keyOf(key) }),
        )
        if (!Body) return null
        if (ContentLength > limit) {
          // what is not read must not keep the connection
          const stream = Body as { destroy?: () => void }
          stream.destroy?.()
          throw new ModaicsError('too-large', `a picture has at most ${limit} bytes`)
        }
        return await Body.transformToByteArray()
      } catch (error) {
        if (s3StatusOf(error) === 404) return null
        throw s3Failure(error, 'get')
      }
    },

    async discard(key) {
      const { client, sdk } = await load()
      try {
        await client.send(new sdk.DeleteObjectCommand({ Bucket, Key: keyOf(key) }))
      } catch (error) {
        if (s3StatusOf(error) !== 404) throw s3Failure(error, 'delete')
      }
      try {
        await abortUploads(keyOf(key), () => true)
      } catch (error) {
        throw s3Failure(error, 'discard')
      }
    },

    async link(key, seconds) {
      const { client, sdk } = await load()
      const { getSignedUrl } = await import('@aws-sdk/s3-request-presigner')
      const get = new sdk.GetObjectCommand({ Bucket, Key: keyOfPhoto(key) })
      return getSignedUrl(client, get, { expiresIn: seconds })
    },

    async sweep(before) {
      const { client, sdk } = await load()
      let removed = 0
      try {
        let after: string | undefined
        do {
          const page = await client.send(
            new sdk.ListObjectsV2Command({
              Bucket,
              Prefix: root,
              ...(after ? { ContinuationToken: after } : {}),
            }),
          )
          for (const { Key, LastModified } of page.Contents ?? []) {
            if (!Key || (LastModified?.getTime() ?? 0) >= before) continue
            await client.send(new sdk.DeleteObjectCommand({ Bucket, Key }))
            removed++
          }
          after = page.IsTruncated ? page.NextContinuationToken : undefined
        } while (after)
        return removed + (await abortUploads(root, (begun) => begun < before))
      } catch (error) {
        throw s3Failure(error, 'sweep')
      }
    },
  }
}
