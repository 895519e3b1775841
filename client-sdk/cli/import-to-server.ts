import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createId } from '@modaics/shared'
import { openWardrobe } from '../open-wardrobe.js'
import {
  type ImportPhotosOptions,
  type ImportReport,
  type ImportSource,
  importPhotos,
} from '../photos/import-photos.js'
import type { Account } from '../sync/account.js'
import type { Wardrobe } from '../wardrobe.js'

export interface ServerImport {
  readonly report: ImportReport
  readonly wardrobeId: string
  /** pictures that the server did not take, with the reason */
  readonly refused: readonly { readonly name: string; readonly code: string; readonly detail: string }[]
}

export interface ServerImportOptions {
  readonly account: Account
  /** one that is there; a new one is made without it */
  readonly wardrobeId: string | undefined
  /** holds what is on its way, so that an import that was broken off goes on where it was; emptied when all is done */
  readonly folder: string
  readonly sources: readonly ImportSource[]
  readonly options: ImportPhotosOptions
  onUpload(waiting: number): void
}

/** Imports pictures into a wardrobe of a server, and resolves when the server has them all. May be run again at any time. */
export async function importToServer({
  account,
  wardrobeId,
  folder,
  sources,
  options,
  onUpload,
}: ServerImportOptions): Promise<ServerImport> {
  const id = wardrobeId ?? createId()
  if (wardrobeId === undefined)
    await account.request(`/v1/wardrobes/${id}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Wardrobe' }),
    })
  const name = `import-${id}`
  const wardrobe = await openWardrobe({
    name,
    storage: { folder },
    rows: false,
    wardrobeId: id,
    sync: { account },
  })
  try {
    // what an earlier import or another device added is known then
    await wardrobe.whenSynced()
    const report = await importPhotos(wardrobe, sources, options)
    await wardrobe.whenDurable('server')
    await uploaded(wardrobe, onUpload)
    const refused = wardrobe.photos.list().flatMap((photo) => {
      const failure = wardrobe.photos.failure(photo.id)
      const piece = photo.itemId === null ? undefined : wardrobe.items.get(photo.itemId)
      return failure ? [{ name: piece?.name ?? photo.id, ...failure }] : []
    })
    await wardrobe.close()
    if (refused.length === 0) await rm(join(folder, name), { recursive: true, force: true })
    return { report, wardrobeId: id, refused }
  } finally {
    await wardrobe.close()
  }
}

/** Resolves when nothing waits any more: all is stored, or refused. */
async function uploaded({ photos, on }: Wardrobe, onUpload: (waiting: number) => void): Promise<void> {
  await new Promise<void>((done) => {
    const check = (): void => {
      const { waiting } = photos.uploads()
      onUpload(waiting)
      if (waiting > 0) return
      off()
      done()
    }
    const off = on('change', check)
    check()
  })
}
