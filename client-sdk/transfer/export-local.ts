import { type EditTuple, editToTuple, isSha256, ModaicsError, type Photo } from '@modaics/shared'
import type { PhotoFiles } from '../photos/photo-files.js'
import type { FoldIndex } from '../replica/fold-index.js'
import type { Past } from '../replica/past.js'
import type { Account } from '../sync/account.js'
import type { BundleHead, BundleWriter } from './bundle.js'
import { type OnProgress, type OutgoingPhoto, type OutgoingRecord, writeBundle } from './write-bundle.js'

export interface LocalExportOptions {
  readonly wardrobe: BundleHead['wardrobe']
  readonly index: FoldIndex
  readonly past: Past
  readonly files: PhotoFiles
  /** where the pictures are that this device does not have */
  readonly account: Account | null
  /** ms since 1970 */
  readonly now: number
  readonly onProgress?: OnProgress | undefined
}

/** Exports what is on this device, also what the server does not have yet. */
export async function exportLocal(options: LocalExportOptions, into: BundleWriter): Promise<BundleHead> {
  const { wardrobe, index, past, now, onProgress } = options
  interface Gathering extends OutgoingRecord {
    readonly edits: EditTuple[]
    readonly past: [number, EditTuple][]
  }
  const records = new Map<string, Gathering>()
  const recordOfEdit = (kind: string, id: string): Gathering => {
    const key = `${kind} ${id}`
    const record = records.get(key) ?? { kind, id, edits: [], past: [] }
    records.set(key, record)
    return record
  }
  for (const edit of index.edits()) recordOfEdit(edit.kind, edit.id).edits.push(editToTuple(edit))
  for (const [at, tuple] of await past.all()) recordOfEdit(tuple[2], tuple[3]).past.push([at, tuple])
  const photos = new Map<string, OutgoingPhoto>()
  for (const photo of index.list('photos')) {
    const found =
      photo.hash !== null && isSha256(photo.hash) ? await photoOf(photo, photo.hash, options) : null
    if (found) photos.set(found.hash, found)
  }
  return writeBundle({ wardrobe, records: [...records.values()], photos: [...photos.values()] }, into, {
    now,
    onProgress,
  })
}

async function photoOf(
  photo: Photo,
  hash: string,
  { files, account, wardrobe }: LocalExportOptions,
): Promise<OutgoingPhoto> {
  if (await files.get(hash))
    return {
      hash,
      mime: photo.mime ?? 'application/octet-stream',
      kept: false,
      load: async () => (await files.get(hash)) ?? null,
    }
  const none: OutgoingPhoto = { hash, mime: photo.mime ?? '', kept: true, load: async () => null }
  if (!account) return none
  const place = `wardrobe=${wardrobe.id}`
  try {
    const answer = await account.request(`/v1/photos/${hash}/status?${place}`)
    const { stored } = (await answer.json()) as { stored: Omit<OutgoingPhoto, 'kept' | 'load'> | null }
    if (!stored) return none
    return {
      ...stored,
      kept: true,
      load: async () =>
        new Uint8Array(
          await (await account.request(`/v1/photos/${hash}?${place}&variant=full&format=webp`)).arrayBuffer(),
        ),
    }
  } catch (error) {
    // Without a network the export has what is here, and says which pictures are not.
    if (error instanceof ModaicsError) return none
    throw error
  }
}
