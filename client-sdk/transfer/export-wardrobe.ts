import { type EditTuple, ModaicsError } from '@modaics/shared'
import type { Account } from '../sync/account.js'
import type { BundledPhoto, BundleHead, BundleWriter } from './bundle.js'
import { type OnProgress, type OutgoingPhoto, type OutgoingRecord, writeBundle } from './write-bundle.js'

export interface ExportOptions {
  readonly account: Account
  readonly wardrobeId: string
  readonly into: BundleWriter
  readonly onProgress?: OnProgress
  /** ms since 1970 */
  readonly now?: () => number
}

interface Head {
  readonly format: number
  readonly wardrobe: { readonly id: string; readonly name: string }
  readonly fingerprint: string
  readonly photos: readonly Required<Omit<BundledPhoto, 'file' | 'kept'>>[]
}

/**
 * Exports a wardrobe of a server as it is at this moment.
 *
 * @throws ModaicsError of the server; `malformed` where what it sent was cut short
 */
export async function exportWardrobe(options: ExportOptions): Promise<BundleHead> {
  const { account, wardrobeId, into, onProgress, now = Date.now } = options
  const answer = await account.request(`/v1/wardrobes/${wardrobeId}/export`)
  const [first = '', ...rest] = (await answer.text()).split('\n').filter((line) => line !== '')
  const head = parse<Head>(first)
  if (head.format !== 1)
    throw new ModaicsError(
      'unsupported-protocol',
      `the server exports in format ${head.format}; update Modaics`,
    )
  const records = rest.map((line) => parse<OutgoingRecord & { edits: EditTuple[] }>(line))
  const photos = head.photos.map(
    (photo): OutgoingPhoto => ({
      ...photo,
      kept: true,
      async load() {
        const path = `/v1/photos/${photo.hash}?wardrobe=${wardrobeId}&variant=full&format=webp`
        try {
          return new Uint8Array(await (await account.request(path)).arrayBuffer())
        } catch (error) {
          if (error instanceof ModaicsError && error.code === 'not-found') return null
          throw error
        }
      },
    }),
  )
  const written = await writeBundle({ wardrobe: head.wardrobe, records, photos }, into, {
    now: now(),
    onProgress,
  })
  if (written.fingerprint !== head.fingerprint)
    throw new ModaicsError('malformed', 'what the server sent is not all that it has')
  return written
}

function parse<T>(line: string): T {
  try {
    return JSON.parse(line) as T
  } catch (cause) {
    throw new ModaicsError('malformed', 'the answer of the server was cut short', { cause })
  }
}
