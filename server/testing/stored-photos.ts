import { createFilePhotoStore } from '../photos/file-photo-store.js'
import { PICTURE_FORMATS, VARIANT_NAMES } from '../photos/photo-store.js'

/** How many photos a folder holds in every size and format, and how many files a kill left half written, which are swept. */
export async function countStored(folder: string): Promise<{ stored: number; unfinished: number }> {
  const store = createFilePhotoStore(folder)
  let stored = 0
  for await (const { wardrobeId, hash } of store.list()) {
    const parts = VARIANT_NAMES.flatMap((variant) =>
      PICTURE_FORMATS.map((format) => store.has({ wardrobeId, hash, variant, format })),
    )
    if ((await Promise.all(parts)).every(Boolean)) stored++
  }
  return { stored, unfinished: await store.sweep(Number.POSITIVE_INFINITY) }
}
