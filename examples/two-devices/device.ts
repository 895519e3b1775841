import { join } from 'node:path'
import { type Account, openAccount, openWardrobe, type SignIn, type Wardrobe } from '@modaics/client'

/** A device: a folder, a place in the account, and the wardrobe in that folder. In life each is a machine. */
export interface Device {
  readonly name: string
  readonly account: Account
  readonly wardrobe: Wardrobe
}

export interface NewDevice {
  readonly name: string
  /** the device's disk */
  readonly folder: string
  readonly url: string
  readonly signIn: SignIn
}

/** The first device makes the account; its wardrobe is made on the server when it first connects. */
export async function openFirstDevice({ name, folder, url, signIn }: NewDevice): Promise<Device> {
  const account = await openAccount({ url, deviceName: name })
  await account.register(signIn)
  const storage = { folder: join(folder, name) }
  // looks at its photos itself, before any server does
  const photos = { eyes: true }
  const wardrobe = await openWardrobe({ name: 'wardrobe', storage, photos, sync: { account } })
  return { name, account, wardrobe }
}

/** Another device signs in, and finds the wardrobe in the account. */
export async function openNextDevice({ name, folder, url, signIn }: NewDevice): Promise<Device> {
  const account = await openAccount({ url, deviceName: name })
  await account.signIn(signIn)
  const [known] = await account.wardrobes()
  if (!known) throw new Error('the account has no wardrobe')
  const storage = { folder: join(folder, name) }
  const wardrobe = await openWardrobe({ name: 'wardrobe', storage, sync: { account }, wardrobeId: known.id })
  return { name, account, wardrobe }
}

/** All that a device shows, as one text: two devices that show the same have the same text. */
export function everythingOn({ wardrobe }: Device): string {
  const { items, outfits, outfitItems, wears, feedback, photos } = wardrobe
  const lists = [items, outfits, outfitItems, wears, feedback, photos].map((kind) =>
    kind.list({ includeRemoved: true }),
  )
  return JSON.stringify([...lists, wardrobe.conflicts()])
}
