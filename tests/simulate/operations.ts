import type { Wardrobe } from '../../client-sdk/testing/simulated-device.js'
import type { WrittenValue } from './ledger.js'
import type { World } from './world.js'

/**
 * Writes a value that was never written before to a field, and keeps what its author saw and was told.
 *
 * @param awaitServer also waits until the device says that the server has it
 */
export async function writeValue(
  world: World,
  on: number,
  id: string,
  field: string,
  awaitServer: boolean,
  write: (wardrobe: Wardrobe, value: string) => Promise<unknown>,
): Promise<void> {
  const device = world.devices[on]
  const app = device?.app
  const process = device?.process
  const plan = world.scenario.devices[on]
  if (!device || !app || !process || !plan) return
  const entry: WrittenValue = {
    value: `w${plan.wardrobe} d${on} ${world.nextNumber()}`,
    wardrobe: plan.wardrobe,
    device: on,
    id,
    field,
    at: world.time.now,
    saw: device.seen(id, field),
    onDevice: false,
    onServer: false,
    timeless: device.clockSuspect,
    dropped: false,
  }
  world.ledger.write(entry)
  world.count('edits')
  const done = write(app.wardrobe, entry.value)
  const stored = awaitServer ? app.wardrobe.whenDurable('server') : null
  stored?.then(
    () => {
      if (!process.alive) return
      entry.onServer = true
      world.promised(entry)
    },
    () => {}, // refused, or closed before it was there: nothing was promised
  )
  await done
  if (process.alive) entry.onDevice = true
}

/** The values of an edit that a person gave up. */
export function dropWritten({ ledger }: World, set: Readonly<Record<string, unknown>>): void {
  for (const value of Object.values(set)) {
    const entry = typeof value === 'string' ? ledger.written.get(value) : undefined
    if (entry) entry.dropped = true
  }
}
