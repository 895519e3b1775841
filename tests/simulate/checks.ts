import type { Device } from './device.js'
import type { WrittenValue } from './ledger.js'
import { partsOf } from './scenario.js'
import type { LoggedEdit } from './server-log.js'
import { difference, stateOfReplica, stateOfServer } from './state.js'
import type { World } from './world.js'

/** Why a device is not at rest, or null where it is. */
export function unsettled({ name, app }: Device): string | null {
  if (!app) return `${name} is off`
  const { connection, fault, pending, storageFault } = app.wardrobe.status()
  if (connection !== 'online')
    return `${name} is ${connection}${fault ? ` (${fault.code}: ${fault.detail})` : ''}`
  if (pending > 0) return `${name} has ${pending} pending`
  return storageFault ? `${name}: ${storageFault}` : null
}

/** The devices of each wardrobe, and what the server's folds show, agree; null or where they differ. */
export function disagreement(world: World): string | null {
  for (const [i, id] of world.wardrobeIds.entries()) {
    const wardrobe = world.wardrobes.get(id)
    const server = wardrobe ? stateOfServer(wardrobe) : ''
    for (const device of devicesOf(world, i)) {
      const state = device.app ? stateOfReplica(device.app.replica) : ''
      if (state !== server) return `${device.name} differs from the server:${difference(state, server)}`
    }
  }
  return null
}

export function devicesOf({ scenario, devices }: World, wardrobe: number): Device[] {
  return devices.filter((_, i) => scenario.devices[i]?.wardrobe === wardrobe)
}

/** A photo that is not stored, or not looked at in full, though its piece is there; null where there is none. */
export function unseenPhoto(world: World): string | null {
  for (const i of world.wardrobeIds.keys()) {
    const wardrobe = devicesOf(world, i)[0]?.app?.wardrobe
    for (const { id, itemId, storedAt, analysedAt, analysis, failure } of wardrobe?.photos.list() ?? []) {
      if (storedAt === null) return `photo ${id} is not stored`
      const item = itemId === null ? undefined : wardrobe?.items.get(itemId)
      if (item && item.deletedAt === null && (analysedAt === null || failure !== null))
        return `photo ${id} is not analysed ${failure ? JSON.stringify(failure) : ''}`
      if (item && item.deletedAt === null && analysis?.analyser === 'model' && analysis.pixels === undefined)
        return `photo ${id} has no pixels measured`
    }
  }
  return null
}

/** Pictures for which an analyser's answer was kept more than once. */
function lookedAtTwice({ photos }: World): string[] {
  return [...photos.tables.kept]
    .filter(([, times]) => times > 1)
    .map(([picture, times]) => `${times} analyses were kept of ${picture}`)
}

/** What must be so when everything is at rest, against what people wrote and saw. Returns the faults. */
export function checkLedger(world: World): string[] {
  const faults: string[] = []
  for (const [i, id] of world.wardrobeIds.entries()) {
    const log = world.database.values(id)
    const entries = [...world.ledger.written.values()].filter(({ wardrobe }) => wardrobe === i)
    faults.push(
      ...lost(world, entries, log),
      ...foreign(i, log),
      ...miscounted(world, i, entries, log),
      ...unseen(world, i, log),
    )
  }
  return [...faults, ...lookedAtTwice(world)]
}

/** Acknowledged, and not there. What its own device had overwritten before it was sent need not be. */
function lost(
  world: World,
  entries: readonly WrittenValue[],
  log: ReadonlyMap<string, LoggedEdit>,
): string[] {
  const faults: string[] = []
  const isThere = ({ value, device, dropped }: WrittenValue): boolean =>
    log.has(value) ||
    dropped ||
    partsOf(world.scenario, device).some((one) => isRefused(world.devices[one], value))
  const isAccounted = (entry: WrittenValue): boolean =>
    isThere(entry) ||
    entries.some(
      (later) =>
        partsOf(world.scenario, entry.device).includes(later.device) &&
        later.saw.has(entry.value) &&
        later !== entry &&
        isAccounted(later),
    )
  for (const entry of entries) {
    const { value, device, onDevice, onServer } = entry
    if ((!onDevice && !onServer) || isAccounted(entry)) continue
    faults.push(
      onServer
        ? `"${value}" was acknowledged by the server, and is not in its log`
        : `"${value}" was stored on device-${device}, and is neither in the log nor refused`,
    )
  }
  return faults
}

function isRefused(device: Device | undefined, value: string): boolean {
  const refused = device?.app?.wardrobe.refused() ?? []
  return refused.some(({ edit }) => Object.values(edit[4]).includes(value))
}

/** Of another wardrobe. */
function foreign(wardrobe: number, log: ReadonlyMap<string, LoggedEdit>): string[] {
  return [...log.keys()]
    .filter((value) => /^w\d+ /.test(value) && !value.startsWith(`w${wardrobe} `))
    .map((value) => `"${value}" has come into wardrobe ${wardrobe}`)
}

/** Winners and conflicts, by who saw what. */
function miscounted(
  world: World,
  wardrobe: number,
  entries: readonly WrittenValue[],
  log: ReadonlyMap<string, LoggedEdit>,
): string[] {
  const faults: string[] = []
  const fields = new Map<string, WrittenValue[]>()
  for (const entry of entries) {
    if (!log.has(entry.value)) continue
    const key = `${entry.id} ${entry.field}`
    fields.set(key, [...(fields.get(key) ?? []), entry])
  }
  const [device] = devicesOf(world, wardrobe)
  const index = device?.app?.replica.index
  if (!index) return faults
  const conflicts = new Map(index.conflicts().map((one) => [`${one.id} ${one.field}`, one]))
  for (const [key, written] of fields) {
    const unbeaten = written.filter(({ value }) => !written.some(({ saw }) => saw.has(value)))
    const [winner, ...losers] = unbeaten.sort((x, y) => compareLogged(log, y, x))
    if (!winner) continue
    const { id, field } = winner
    const shown = (index.get('items', id) as Record<string, unknown> | undefined)?.[field]
    if (shown !== winner.value) faults.push(`${key} shows "${String(shown)}" instead of "${winner.value}"`)
    const expected = losers.map(({ value }) => value).sort()
    const listed = (conflicts.get(key)?.losers ?? []).map(({ value }) => String(value)).sort()
    if (JSON.stringify(listed) !== JSON.stringify(expected))
      faults.push(
        `${key} lists the conflicts ${JSON.stringify(listed)} instead of ${JSON.stringify(expected)}`,
      )
    world.count('conflicts', expected.length)
    for (const loser of losers) {
      world.count('races')
      if (loser.timeless || winner.timeless || loser.at <= winner.at + toleranceOf(world)) continue
      faults.push(
        `${key} shows "${winner.value}", written ${loser.at - winner.at} ms before "${loser.value}"`,
      )
    }
  }
  return faults
}

/** What the analysis found shows where no person has said anything. */
function unseen(world: World, wardrobe: number, log: ReadonlyMap<string, LoggedEdit>): string[] {
  const index = devicesOf(world, wardrobe)[0]?.app?.replica.index
  const newest = new Map<string, LoggedEdit>()
  const said = new Set<string>()
  for (const edit of log.values()) {
    const key = `${edit.id} ${edit.field}`
    const before = newest.get(key)
    if (edit.src !== 'vision') said.add(key)
    else if (!before || edit.hlc > before.hlc || (edit.hlc === before.hlc && edit.by > before.by))
      newest.set(key, edit)
  }
  const faults: string[] = []
  for (const [key, { id, field, value }] of newest) {
    const shown = (index?.get('items', id) as Record<string, unknown> | undefined)?.[field]
    if (said.has(key) ? shown === value : shown !== value)
      faults.push(`${key} shows "${String(shown)}"; the analysis said "${value}"`)
  }
  return faults
}

/**
 * How far the times of two edits may be off, ms. A clock is corrected when it is off by more than a second and what the
 * network took; one that jumps while the device is connected stays wrong until the server refuses an edit for it.
 */
function toleranceOf({ figures }: World): number {
  return 1_500 + (figures.has('slow networks') ? 17_000 : 0) + (figures.has('clock jumps') ? 61_000 : 0)
}

function compareLogged(log: ReadonlyMap<string, LoggedEdit>, x: WrittenValue, y: WrittenValue): number {
  const [a, b] = [log.get(x.value), log.get(y.value)]
  if (!a || !b) return 0
  return a.hlc - b.hlc || (a.by < b.by ? -1 : 1)
}
