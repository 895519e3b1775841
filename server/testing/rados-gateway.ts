import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import type { S3Options } from '../photos/s3-photo-store.js'

/** A real S3 server that is no double of ours: Ceph's RADOS Gateway. */
export interface RadosGateway {
  /** with an empty bucket */
  readonly options: S3Options
  close(): Promise<void>
}

const SCRIPT = fileURLToPath(new URL('./rados-gateway.sh', import.meta.url))
const PROGRAMS = ['radosgw', 'radosgw-admin', 'ceph-mon', 'ceph-osd', 'monmaptool', 'ceph-authtool']

/** Why none can be started here, or null. */
export function gatewayFault(): string | null {
  if (process.platform !== 'linux') return 'runs on Linux only'
  const found = (name: string): boolean => spawnSync('which', [name]).status === 0
  const missing = PROGRAMS.filter((name) => !found(name))
  return missing.length === 0
    ? null
    : 'apt-get install --no-install-recommends radosgw ceph-mon ceph-osd would run it'
}

/** Under load its daemons sometimes miss each other at the start: it is tried again, elsewhere. */
export async function startRadosGateway(): Promise<RadosGateway> {
  return start().catch(() => start())
}

/** For `beforeAll`: two starts of a busy machine. */
export const GATEWAY_START_MS = 300_000

async function start(): Promise<RadosGateway> {
  const folder = await mkdtemp(join(tmpdir(), 'modaics-s3-'))
  const run = promisify(execFile)
  const close = async (): Promise<void> => {
    await run('bash', [SCRIPT, 'stop', folder])
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  }
  try {
    const { stdout } = await run('bash', [SCRIPT, 'start', folder, String(await freePortBlock())])
    const [endpoint = '', accessKeyId = '', secretAccessKey = ''] = stdout.trim().split(' ')
    const options = {
      endpoint,
      region: 'us-east-1',
      bucket: 'wardrobe',
      credentials: { accessKeyId, secretAccessKey },
    }
    const client = new S3Client({ ...options, forcePathStyle: true })
    await client.send(new CreateBucketCommand({ Bucket: options.bucket }))
    client.destroy()
    return { options, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** It takes a port for HTTP, and others at fixed distances below. */
async function freePortBlock(): Promise<number> {
  for (let tries = 0; tries < 50; tries++) {
    const port = 21_000 + Math.floor(Math.random() * 10) * 1_000
    const free = await Promise.all([port, port - 691, port - 680, port - 679].map(isFree))
    if (free.every(Boolean)) return port
  }
  throw new Error('no free ports for the gateway')
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
