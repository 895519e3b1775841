import { type ChangesOf, ModaicsError } from '@modaics/shared'
import type { Wardrobe } from '../wardrobe.js'
import { sha256 } from './picture-bytes.js'

/** One picture of a piece that is to be imported. */
export interface ImportSource {
  /** of the file, as the report names it; with the bytes it says which piece it is, so that an import can go on */
  readonly name: string
  read(): Promise<Uint8Array>
  /** what is known of the piece */
  readonly item?: ChangesOf<'items'>
}

export interface ImportReport {
  readonly added: number
  /** of an earlier run of the same import */
  readonly already: number
  /** not added, because a photo of the wardrobe shows the same */
  readonly duplicates: readonly { readonly name: string; readonly photoId: string }[]
  readonly failed: readonly { readonly name: string; readonly code: string; readonly detail: string }[]
}

export interface ImportPhotosOptions {
  /** after each picture; `of` is null where the number of sources is not known */
  readonly onProgress?: (name: string, done: number, of: number | null) => void
  /** adds what looks like a photo that is there all the same; false unless told */
  readonly keepDuplicates?: boolean
  readonly signal?: AbortSignal
}

/**
 * Makes a piece of each picture. It may be broken off and run again at any time: a piece has its id from the name and the
 * bytes of its picture, so what was added is added once, also where it was removed since. A picture that cannot be read
 * is named in the report and stops nothing.
 */
export async function importPhotos(
  wardrobe: Pick<Wardrobe, 'items' | 'photos'>,
  sources: Iterable<ImportSource> | AsyncIterable<ImportSource>,
  { onProgress, keepDuplicates = false, signal }: ImportPhotosOptions = {},
): Promise<ImportReport> {
  const { items, photos } = wardrobe
  const known = new Set(items.list({ includeRemoved: true }).map(({ id }) => id))
  const shown = new Set(photos.list({ includeRemoved: true }).map(({ itemId }) => itemId))
  const of = Array.isArray(sources) ? sources.length : null
  const report = {
    added: 0,
    already: 0,
    duplicates: [] as { name: string; photoId: string }[],
    failed: [] as { name: string; code: string; detail: string }[],
  }
  let done = 0
  for await (const { name, read, item = {} } of sources) {
    signal?.throwIfAborted()
    try {
      const bytes = await read()
      const id = await idOf(name, bytes)
      const twin = keepDuplicates || known.has(id) ? undefined : await photos.findLike(bytes)
      if (known.has(id) && shown.has(id)) report.already++
      else if (twin) report.duplicates.push({ name, photoId: twin.id })
      else {
        if (!known.has(id)) await items.add({ name: titleOf(name), ...item }, { id })
        await photos.add({ bytes, itemId: id })
        known.add(id)
        shown.add(id)
        report.added++
      }
    } catch (error) {
      const expected = error instanceof ModaicsError ? error : null
      // without space nothing that follows can be stored either
      if (expected?.code === 'storage-full' || expected?.code === 'closed') throw error
      report.failed.push({
        name,
        code: expected?.code ?? 'internal',
        detail: expected?.detail ?? String(error),
      })
    }
    onProgress?.(name, ++done, of)
  }
  await photos.looked()
  return report
}

/** A UUID of version 8 (RFC 9562) from name and bytes. */
async function idOf(name: string, bytes: Uint8Array): Promise<string> {
  const hash = await sha256(new TextEncoder().encode(`${name}\n${await sha256(bytes)}`))
  const variant = ((Number.parseInt(hash[16] ?? '0', 16) & 0x3) | 0x8).toString(16)
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-${variant}${hash.slice(17, 20)}-${hash.slice(20, 32)}`
}

/** `Coats/IMG_navy-coat.jpg` is the navy coat, `IMG_1234.jpg` nothing in particular. */
function titleOf(name: string): string {
  const stem = (name.split(/[\\/]/).at(-1) ?? name).replace(/\.[A-Za-z0-9]+$/, '')
  const words = stem
    .replace(/[_-]+/g, ' ')
    .replace(/^(IMG|DSC|DSCN|PXL|P) ?/i, '')
    .trim()
  return /\p{L}{3}/u.test(words) ? words.slice(0, 200) : 'New piece'
}
