import { hlcToMs } from '@modaics/shared'
import type { OfflineWork } from './offline-step.js'
import type { Placed, Stage } from './step.js'

/** Both devices renamed the same garment: the later name shows, the other is kept, and can be brought back. */
export async function settleConflict(
  { terminal, claims, phone, tablet }: Stage,
  shared: Placed,
  { names }: OfflineWork,
): Promise<void> {
  terminal.heading('5 · One garment, two names')
  const nameOn = ({ wardrobe }: Stage['phone']) => wardrobe.items.get(shared.itemId)?.name
  const conflicts = phone.wardrobe.conflicts()
  const conflict = conflicts.find(({ id, field }) => id === shared.itemId && field === 'name')
  const [loser] = conflict?.losers ?? []
  claims.hold(
    'there is one conflict, and both devices list the same',
    conflicts.length === 1 && JSON.stringify(conflicts) === JSON.stringify(tablet.wardrobe.conflicts()),
  )
  if (!conflict || !loser) {
    claims.hold('the loser is kept', false, 'there is no conflict about the name')
    return
  }
  const clock = (hlc: number): string => new Date(hlcToMs(hlc)).toISOString().slice(11, 23)
  terminal.line(`  wins   “${conflict.winner.value}”  ${terminal.dim(clock(conflict.winner.name[0]))}`)
  terminal.line(`  loses  “${loser.value}”  ${terminal.dim(clock(loser.name[0]))}`)
  claims.hold(
    'the later name, the tablet’s, shows on both',
    conflict.winner.value === names.tablet &&
      nameOn(phone) === names.tablet &&
      nameOn(tablet) === names.tablet,
  )
  claims.hold('the phone’s name is not lost: it is listed as the loser', loser.value === names.phone)

  await phone.wardrobe.resolve(conflict, loser)
  terminal.line(`  phone: brings “${names.phone}” back`)
  await claims.eventually(
    'both show it, and nothing is in conflict any more',
    () =>
      [phone, tablet].every(
        (device) => nameOn(device) === names.phone && device.wardrobe.conflicts().length === 0,
      ),
    () => `phone “${nameOn(phone)}”, tablet “${nameOn(tablet)}”`,
  )
}
