import { type EditTuple, ModaicsError } from '@modaics/shared'
import { z } from 'zod'
import type { Account } from '../sync/account.js'
import { BUNDLE_FORMAT, type BundleReader } from './bundle.js'
import type { OnProgress } from './write-bundle.js'

export interface ImportOptions {
  readonly account: Account
  readonly from: BundleReader
  /** another id than the wardrobe had: where that one is taken on the server */
  readonly wardrobeId?: string
  readonly onProgress?: OnProgress
}

export interface Imported {
  readonly wardrobeId: string
  readonly fingerprint: string
  /** false: the server holds something else than the export says */
  readonly same: boolean
  readonly edits: number
  readonly past: number
  readonly photos: number
}

const headSchema = z.object({
  format: z.number(),
  wardrobe: z.object({ id: z.string(), name: z.string() }),
  fingerprint: z.string(),
  photos: z.array(
    z.object({
      hash: z.string(),
      mime: z.string(),
      file: z.string(),
      kept: z.boolean(),
      width: z.number().optional(),
      height: z.number().optional(),
      bytes: z.number().optional(),
      thumbhash: z.string().nullish(),
      perceptualHash: z.string().nullish(),
      storedAt: z.number().optional(),
    }),
  ),
})

/** What one request carries: below what the server takes, in number and bytes. */
const CHUNK = { edits: 2_000, chars: 1_000_000 } as const

/**
 * Imports an export into an empty wardrobe of a server, which it makes. It may be repeated after a failure: what is there is
 * passed over.
 *
 * @throws ModaicsError `malformed` where it is no export, or not a whole one; `conflict` where the wardrobe is not empty;
 * those of the server
 */
export async function importWardrobe(options: ImportOptions): Promise<Imported> {
  const { account, from, onProgress = () => {} } = options
  const head = readHead(await from.read('modaics.json'))
  const edits = readLines<EditTuple>(await from.read('edits.ndjson'), 'edits.ndjson')
  const past = readLines<[number, EditTuple]>(await from.read('history.ndjson'), 'history.ndjson')
  const id = options.wardrobeId ?? head.wardrobe.id
  const send = (path: string, method: string, body: unknown): Promise<Response> =>
    account.request(`/v1/wardrobes/${id}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  await send('', 'PUT', { name: head.wardrobe.name })

  let done = 0
  const all = edits.length + past.length
  for (const chunk of chunksOf(edits)) {
    await send('/import', 'POST', { edits: chunk, past: [] })
    done += chunk.length
    onProgress('edits', done, all)
  }
  for (const chunk of chunksOf(past)) {
    await send('/import', 'POST', { edits: [], past: chunk })
    done += chunk.length
    onProgress('edits', done, all)
  }
  const state = await account.request(`/v1/wardrobes/${id}/fingerprint`)
  const { fingerprint } = z.object({ fingerprint: z.string() }).parse(await state.json())

  for (const [i, { file, hash, kept, ...photo }] of head.photos.entries()) {
    onProgress('photos', i, head.photos.length)
    const bytes = await from.read(file)
    if (!bytes) throw new ModaicsError('malformed', `${file} is missing`)
    const facts = new URLSearchParams(
      Object.entries(photo).flatMap(([name, value]) => (value == null ? [] : [[name, String(value)]])),
    )
    const path = kept
      ? `/v1/wardrobes/${id}/import/photos/${hash}?${facts}`
      : `/v1/photos/${hash}?wardrobe=${id}`
    await account.request(path, {
      method: 'PUT',
      headers: { 'content-type': kept ? 'image/webp' : 'application/octet-stream' },
      body: bytes as Uint8Array<ArrayBuffer>,
    })
  }
  onProgress('photos', head.photos.length, head.photos.length)
  return {
    wardrobeId: id,
    fingerprint,
    same: fingerprint === head.fingerprint,
    edits: edits.length,
    past: past.length,
    photos: head.photos.length,
  }
}

function readHead(bytes: Uint8Array | null): z.infer<typeof headSchema> {
  if (!bytes)
    throw new ModaicsError('malformed', 'there is no modaics.json: no export, or one that was cut short')
  const [head] = readLines<unknown>(
    new TextEncoder().encode(decode(bytes).replaceAll('\n', ' ')),
    'modaics.json',
  )
  const read = headSchema.safeParse(head)
  if (!read.success) throw new ModaicsError('malformed', 'modaics.json is not that of an export')
  if (read.data.format !== BUNDLE_FORMAT)
    throw new ModaicsError('unsupported-protocol', `an export of format ${read.data.format}; update Modaics`)
  return read.data
}

const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

function readLines<T>(bytes: Uint8Array | null, name: string): T[] {
  if (!bytes) throw new ModaicsError('malformed', `${name} is missing`)
  return decode(bytes)
    .split('\n')
    .filter((line) => line !== '')
    .map((line, i) => {
      try {
        return JSON.parse(line) as T
      } catch (cause) {
        throw new ModaicsError('malformed', `${name}: line ${i + 1} cannot be read`, { cause })
      }
    })
}

function* chunksOf<T>(values: readonly T[]): Generator<T[]> {
  let chunk: T[] = []
  let chars = 0
  for (const value of values) {
    const size = JSON.stringify(value).length
    if (chunk.length > 0 && (chunk.length >= CHUNK.edits || chars + size > CHUNK.chars)) {
      yield chunk
      chunk = []
      chars = 0
    }
    chunk.push(value)
    chars += size
  }
  if (chunk.length > 0) yield chunk
}
