import type { S3Client } from '@aws-sdk/client-s3'
import { ModaicsError } from '@modaics/shared'

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
  /** false: no presigned URLs, because devices cannot reach the store */
  readonly direct?: boolean
}

export interface S3Connection {
  readonly client: S3Client
  readonly sdk: typeof import('@aws-sdk/client-s3')
}

/** Loads the SDK and makes its client at the first use. */
export function s3Connection(options: S3Options): () => Promise<S3Connection> {
  let loading: Promise<S3Connection> | undefined
  return () => {
    loading ??= connect(options)
    return loading
  }
}

async function connect(options: S3Options): Promise<S3Connection> {
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

/** HTTP status of an error of the SDK. */
export function s3StatusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } })?.$metadata?.httpStatusCode
}

export function s3Failure(error: unknown, operation: string): ModaicsError {
  if (error instanceof ModaicsError) return error
  const name = error instanceof Error ? error.name : 'an unknown error'
  return new ModaicsError('storage-failed', `the object store answered ${operation} with ${name}`, {
    cause: error,
  })
}
