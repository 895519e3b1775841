import { type Account, openAccount, openWardrobe, type StorageOption, type Wardrobe } from '@modaics/client'
import { createId } from '@modaics/shared'
import { expect, vi } from 'vitest'

export const PASSWORD = 'correct horse battery staple'

/** Ends what hangs; nothing waits for it when all is well. */
export const WITHIN = { timeout: 30_000, interval: 20 }

export interface Device {
  readonly account: Account
  readonly wardrobe: Wardrobe
  close(): Promise<void>
}

export interface DeviceOptions {
  readonly wardrobeId?: string
  readonly storage?: StorageOption
  readonly name?: string
  /** of this device, ms since 1970 */
  readonly now?: () => number
  readonly start?: boolean
  /** false: without PGlite, where a test asks nothing in SQL */
  readonly rows?: boolean
}

/** A person: the first device registers, the others sign in. */
export interface Person {
  readonly email: string
  /** An account on one more device. */
  signIn(now?: () => number): Promise<Account>
  device(options?: DeviceOptions): Promise<Device>
}

export async function createPerson(url: string, name = 'person'): Promise<Person> {
  const email = `${name}-${createId()}@example.com`
  const first = await openAccount({ url })
  await first.register({ email, password: PASSWORD })
  const signIn = async (now?: () => number): Promise<Account> => {
    const account = await openAccount({ url, ...(now ? { now } : {}) })
    await account.signIn({ email, password: PASSWORD })
    return account
  }
  return {
    email,
    signIn,
    device: async ({ now, ...options } = {}) =>
      openDevice(await signIn(now), { ...options, ...(now ? { now } : {}) }),
  }
}

export async function openDevice(account: Account, options: DeviceOptions = {}): Promise<Device> {
  const { wardrobeId, storage = 'memory', name = 'test', now, start, rows = false } = options
  const wardrobe = await openWardrobe({
    name,
    storage,
    rows,
    sync: { account, ...(start === undefined ? {} : { start }) },
    ...(wardrobeId ? { wardrobeId } : {}),
    ...(now ? { now } : {}),
  })
  return { account, wardrobe, close: () => wardrobe.close() }
}

/** The typed reads of all kinds, without the parts that are not shared. */
export function stateOf({ wardrobe }: Device): unknown {
  const all = { includeRemoved: true }
  return {
    items: wardrobe.items.list(all),
    outfits: wardrobe.outfits.list(all),
    outfitItems: wardrobe.outfitItems.list(all),
    wears: wardrobe.wears.list(all),
    feedback: wardrobe.feedback.list(all),
    profile: wardrobe.profile.list(all),
    photos: wardrobe.photos.list(all),
    conflicts: [...wardrobe.conflicts()].sort((x, y) =>
      `${x.kind} ${x.id} ${x.field}` < `${y.kind} ${y.id} ${y.field}` ? -1 : 1,
    ),
  }
}

/** Devices of one test file, closed after each test. */
export function createDevices(): { keep(device: Device): Device; closeAll(): Promise<void> } {
  const open: Device[] = []
  return {
    keep(device) {
      open.push(device)
      return device
    },
    async closeAll() {
      await Promise.all(open.splice(0).map((device) => device.close()))
    },
  }
}

/** Waits until the devices show the same, and have nothing left to send. */
export async function converge(...devices: readonly Device[]): Promise<void> {
  await Promise.all(devices.map(({ wardrobe }) => wardrobe.whenSynced()))
  const [first, ...others] = devices
  if (!first) return
  await vi.waitFor(() => {
    for (const device of others) expect(stateOf(device)).toEqual(stateOf(first))
    for (const { wardrobe } of devices) expect(wardrobe.status().pending).toBe(0)
  }, WITHIN)
}

export async function until(condition: () => unknown): Promise<void> {
  await vi.waitFor(() => expect(condition()).toBeTruthy(), WITHIN)
}

/** Edits of one millisecond have no order that a person would know: resolves in a later one. */
export async function laterEdit(): Promise<void> {
  const before = Date.now()
  await until(() => Date.now() > before)
}
