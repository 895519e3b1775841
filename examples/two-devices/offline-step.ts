import { ModaicsError } from '@modaics/shared'
import type { Device } from './device.js'
import type { Garment } from './garment.js'
import { type Placed, plural, type Stage } from './step.js'

export interface OfflineWork {
  readonly placed: readonly Placed[]
  /** what each device called the shared garment */
  readonly names: { readonly phone: string; readonly tablet: string }
}

/** Cuts the network; both devices go on: garments from photos, the same garment renamed, outfits. */
export async function workOffline(
  stage: Stage,
  shared: Placed,
  garments: { readonly phone: readonly Garment[]; readonly tablet: readonly Garment[] },
): Promise<OfflineWork> {
  const { terminal, claims, phone, tablet } = stage
  terminal.heading('3 · The network is cut')
  for (const { wardrobe } of [phone, tablet]) wardrobe.pauseSync()
  claims.hold(
    'phone and tablet are offline',
    [phone, tablet].every(({ wardrobe }) => wardrobe.status().connection === 'off'),
  )

  const was = shared.garment.name.toLowerCase()
  const names = { phone: `Office ${was}`, tablet: `Sunday ${was}` }
  const placed: Placed[] = []
  for (const device of [phone, tablet]) {
    const own = device === phone ? garments.phone : garments.tablet
    const name = device === phone ? names.phone : names.tablet
    placed.push(...(await addGarments(stage, device, own)))
    await device.wardrobe.items.update(shared.itemId, { name })
    terminal.line(`  ${device.name}: “${shared.garment.name}” is now “${name}”`)
    await makeOutfits(stage, device)
    await device.wardrobe.whenDurable('device')
    const { pending, storageFault } = device.wardrobe.status()
    claims.hold(
      `the ${device.name} has it all on its own disk; ${plural(pending, 'edit')} wait for the server`,
      storageFault === null && pending > 0,
    )
  }

  const seen = (device: Device, other: readonly Placed[]): boolean =>
    other.some(({ itemId }) => device.wardrobe.items.get(itemId) !== undefined)
  claims.hold(
    'neither sees what the other has done',
    !seen(phone, placed.slice(garments.phone.length)) &&
      !seen(tablet, placed.slice(0, garments.phone.length)) &&
      phone.wardrobe.items.get(shared.itemId)?.name === names.phone,
  )
  return { placed, names }
}

/** Puts garments with their photos into the wardrobe of a device. A file that is no picture is a broken claim. */
export async function addGarments(
  { terminal, claims }: Pick<Stage, 'terminal' | 'claims'>,
  { name, wardrobe }: Device,
  garments: readonly Garment[],
): Promise<Placed[]> {
  const progress = terminal.progress(`${name}: adding garments from photos`, garments.length)
  const placed: Placed[] = []
  const refused: string[] = []
  for (const garment of garments) {
    const item = await wardrobe.items.add({ name: garment.name, ...garment.kind })
    placed.push({ garment, itemId: item.id })
    try {
      await wardrobe.photos.add({ bytes: garment.picture, itemId: item.id })
    } catch (error) {
      if (!(error instanceof ModaicsError)) throw error
      refused.push(`${garment.name}: ${error.detail}`)
    }
    progress.at(placed.length)
  }
  progress.done(`${name}: ${garments.map((garment) => garment.name).join(', ')}`)
  if (refused.length > 0) claims.hold(`every photo on the ${name} is a picture`, false, refused.join('; '))
  return placed
}

/** Makes outfits of what is on the device, and keeps them. */
async function makeOutfits({ terminal }: Stage, { name, wardrobe }: Device): Promise<void> {
  const { outfits, missing } = wardrobe.generate({ occasion: 'casual', count: 2, seed: 1 })
  for (const [at, outfit] of outfits.entries()) {
    const kept = await wardrobe.outfits.add({
      name: `Casual ${at + 1}, from the ${name}`,
      occasions: ['casual'],
      origin: 'generated',
    })
    for (const [position, { itemId, slot }] of outfit.pieces.entries())
      await wardrobe.outfitItems.add(
        { outfitId: kept.id, itemId, slot, position },
        { id: `${kept.id}:${itemId}` },
      )
    const pieces = outfit.itemIds.map((id) => wardrobe.items.get(id)?.name ?? id)
    terminal.line(`  ${name}: outfit of ${pieces.join(' + ')}`)
  }
  for (const { message } of missing) terminal.note(`${name}: ${message}`)
}
