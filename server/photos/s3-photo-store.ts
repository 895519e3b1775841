import type { S3Client } from '@aws-sdk/client-s3'
import { ModaicsError } from '@modaics/shared'
import { type PhotoKey, type PhotoStore, VARIANT_NAMES } from './photo-store.js'

export interface S3Options {
  readonly bucket: string
  readonly region: string
  /** of an S3-compatible store; AWS where left out */
  readonly endpoint?: string
  /** left out: the SDK's own chain (environment, profile, instance role) */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string }
  /** `bucket` in the path rather than in the host's name: most stores other than AWS want it */
  readonly forcePathStyle?: boolean
  /** before every key, without a slash at the end */
  readonly prefix?: string
  /** `WHEN_REQUIRED`, the default: only where the operation demands one, which is all that many stores other than AWS understand */
  readonly checksums?: 'WHEN_REQUIRED' | 'WHEN_SUPPORTED'
}

/** Pictures as objects: `[prefix/]photos/<wardrobe>/<hash>/<variant>.webp`. The SDK is loaded at the first use. */
export function createS3PhotoStore(options: S3Options): PhotoStore {
  const Bucket = options.bucket
  const prefix = options.prefix ? `${options.prefix}/` : ''
  const keyOf = ({ wardrobeId, hash, variant }: PhotoKey): string =>
    `${prefix}photos/${wardrobeId}/${hash}/${variant}.webp`
  let loading: Promise<Loaded> | undefined
  const load = (): Promise<Loaded> => {
    loading ??= connect(options)
    return loading
  }

  return {
    put: async (key, bytes) => {
      const { client, sdk } = await load()
      const put = new sdk.PutObjectCommand({
        Bucket,
        Key: keyOf(key),
        Body: bytes,
        ContentType: 'image/webp',
        CacheControl: 'private, max-age=31536000, immutable',
        IfNoneMatch: '*',
      })
      try {
        await client.send(put)
      } catch (error) {
        // 412: it is there. 409: another put of the same key is under way, whose bytes are the same; look again.
        const status = statusOf(error)
        if (status === 412) return
        if (status === 409 && (await exists(key))) return
        throw failure(error, 'put')
      }
    },
    get: async (key) => {
      const { client, sdk } = await load()
      try {
        const { Body } = await client.send(new sdk.GetObjectCommand({ Bucket, Key: keyOf(key) }))
        return Body ? await Body.transformToByteArray() : null
      } catch (error) {
        if (statusOf(error) === 404) return null
        throw failure(error, 'get')
      }
    },
    has: exists,
    delete: async (wardrobeId, hash) => {
      const { client, sdk } = await load()
      // one by one: bulk deletion demands a checksum that not every store understands
      for (const variant of VARIANT_NAMES) {
        const Key = keyOf({ wardrobeId, hash, variant })
        try {
          await client.send(new sdk.DeleteObjectCommand({ Bucket, Key }))
        } catch (error) {
          if (statusOf(error) !== 404) throw failure(error, 'delete')
        }
      }
    },
  }

  async function exists(key: PhotoKey): Promise<boolean> {
    const { client, sdk } = await load()
    try {
      await client.send(new sdk.HeadObjectCommand({ Bucket, Key: keyOf(key) }))
      return true
    } catch (error) {
      if (statusOf(error) === 404) return false
      throw failure(error, 'head')
    }
  }
}

interface Loaded {
  readonly client: S3Client
  readonly sdk: typeof import('@aws-sdk/client-s3')
}

async function connect(options: S3Options): Promise<Loaded> {
  const sdk = await import('@aws-sdk/client-s3')
  const checksums = options.checksums ?? 'WHEN_REQUIRED'
  const client = new sdk.S3Client({
    region: options.region,
    ...(options.endpoint ? { endpoint: options.endpoint } : {}),
    ...(options.credentials ? { credentials: options.credentials } : {}),
    forcePathStyle: options.forcePathStyle ?? options.endpoint !== undefined,
    requestChecksumCalculation: checksums,
    responseChecksumValidation: checksums,
  })
  return { client, sdk }
}

function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } })?.$metadata?.httpStatusCode
}

function failure(error: unknown, operation: string): ModaicsError {
  const name = error instanceof Error ? error.name : 'an unknown error'
  return new ModaicsError('storage-failed', `the object store answered ${operation} with ${name}`, {
    cause: error,
  })
}
