import { deviceAccountStore, openAccount, openWardrobe } from '@modaics/client'
import { held } from './held.js'

// A page that stores a piece, purges it, and tells what IndexedDB holds before and after, for browsers that a test cannot look
// into. Where to ask for the piece is in its address; the piece is not, as browsers keep addresses.

export interface EraseTask {
  readonly url: string
  readonly person: { readonly email: string; readonly password: string }
  readonly marker: string
  /** base64 */
  readonly picture: string
}

const ear = decodeURIComponent(location.hash.slice(1))
const tell = (told: unknown): Promise<unknown> => fetch(ear, { method: 'POST', body: JSON.stringify(told) })
const until = async (isSo: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 50))
}

async function run(): Promise<void> {
  const { url, person, marker, picture }: EraseTask = await (await fetch(ear, { cache: 'no-store' })).json()
  const account = await openAccount({ url, store: deviceAccountStore('me') })
  await account.signIn(person)
  const wardrobe = await openWardrobe({ name: 'mine', photos: { eyes: false }, sync: { account } })
  const { items, photos, history, query, whenDurable } = wardrobe
  await items.add({ name: 'Hat' })
  const { id } = await items.add({ name: marker, notes: `of ${marker}`, tags: [marker] })
  await items.update(id, { notes: `${marker} again` })
  await photos.add({ bytes: Uint8Array.from(atob(picture), (char) => char.charCodeAt(0)), itemId: id })
  await query('select name from items')
  await whenDurable('server')
  await history({ kind: 'items', id })
  await until(() => photos.list()[0]?.storedAt !== undefined && photos.list()[0]?.storedAt !== null)
  await tell({ held: await held(marker) })

  await items.purge(id)
  await until(() => items.list({ includeRemoved: true }).length === 1)
  await until(async () => (await held(marker)).length === 0)
  await tell({ held: [], rows: await query('select name from items') })
}

await run().catch((error: unknown) => tell({ error: String(error) }))
