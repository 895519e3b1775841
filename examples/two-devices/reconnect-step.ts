import { everythingOn } from './device.js'
import { plural, type Stage } from './step.js'

/** The network is back: acks come in, and both devices and the server come to hold the same. */
export async function reconnect({ terminal, claims, phone, tablet }: Stage, garments: number): Promise<void> {
  terminal.heading('4 · The network is back')
  const pending = (): number => phone.wardrobe.status().pending + tablet.wardrobe.status().pending
  const waiting = pending()
  for (const { wardrobe } of [phone, tablet]) wardrobe.resumeSync()
  const acknowledged = await claims.fill('edits acknowledged', waiting, () => waiting - pending())
  claims.hold(
    `the server has stored all ${plural(waiting, 'edit')}: pending went from ${waiting} to 0`,
    acknowledged,
    `${pending()} still wait; phone ${phone.wardrobe.status().connection}, tablet ${tablet.wardrobe.status().connection}`,
  )
  claims.hold(
    'the server refused none of them',
    phone.wardrobe.refused().length + tablet.wardrobe.refused().length === 0,
  )
  await claims.eventually(
    `phone and tablet show the same: all ${plural(garments, 'garment')}, every field`,
    () => everythingOn(phone) === everythingOn(tablet) && phone.wardrobe.items.list().length === garments,
    () => `phone ${phone.wardrobe.items.list().length}, tablet ${tablet.wardrobe.items.list().length}`,
  )
}

/** Asks the server over REST, and the phone's own SQL, for what the tablet shows. */
export async function compareCopies({ claims, phone, tablet }: Stage): Promise<void> {
  const shown = tablet.wardrobe.items.list().map(({ id, name }) => `${id} ${name}`)
  const response = await tablet.account.request(`/v1/items?wardrobe=${tablet.wardrobe.id}&limit=500`)
  const { items } = (await response.json()) as { items: { id: string; name: string }[] }
  claims.hold(
    'the server’s copy, read over REST, is the same',
    items.map(({ id, name }) => `${id} ${name}`).join() === shown.join(),
  )
  const rows = await phone.wardrobe.query<{ id: string; name: string }>(
    'select id, name from items where deleted_at is null order by id',
  )
  claims.hold(
    'the phone’s rows, read with SQL, are the same',
    rows.map(({ id, name }) => `${id} ${name}`).join() === shown.join(),
  )
}
