import { ACTIONS, type ActionName } from './actions.js'
import { useBrowsers } from './browser.js'
import { checkLedger, devicesOf, disagreement, unseenPhoto, unsettled } from './checks.js'
import type { Device } from './device.js'
import { useVirtualTime } from './globals.js'
import type { Scenario } from './scenario.js'
import { difference, stateOfReplica, stateOfServer } from './state.js'
import { createWorld, type World } from './world.js'

export interface RunResult {
  readonly seed: number
  /** what is wrong; empty where nothing is */
  readonly failures: readonly string[]
  readonly figures: Readonly<Record<string, number>>
  /** equal for equal runs */
  readonly trace: string
  /** virtual ms from the last fault to rest */
  readonly settledAfter: number
}

/** Longer than this from the last fault to rest is a stall, ms. */
const SETTLE_MS = 240_000
const LOOK_MS = 500

/** One run from its beginning to the last check. */
export async function runScenario(
  scenario: Scenario,
  onLog?: (line: string) => void,
  peek?: (world: World) => void,
): Promise<RunResult> {
  const world = createWorld(scenario, onLog)
  const { time, failures } = world
  const onCrash = (error: unknown): void =>
    void failures.push(`unhandled: ${error instanceof Error ? error.stack : String(error)}`)
  useVirtualTime(time, onCrash)
  useBrowsers(time)
  process.on('unhandledRejection', onCrash)
  process.on('uncaughtException', onCrash)
  let settledAfter = 0
  try {
    settledAfter = await play(world)
    peek?.(world)
  } finally {
    useVirtualTime(null)
    useBrowsers(null)
    process.off('unhandledRejection', onCrash)
    process.off('uncaughtException', onCrash)
  }
  const { events, hash } = time.trace
  return {
    seed: scenario.seed,
    failures,
    figures: Object.fromEntries(world.figures),
    trace: `${events}-${hash.toString(16)}`,
    settledAfter,
  }
}

async function play(world: World): Promise<number> {
  const { scenario, time, devices, instances, failures } = world
  const start = time.now
  for (const instance of instances) instance.start()
  scenario.devices.forEach(({ bootAt }, i) => void world.later(bootAt, () => devices[i]?.boot()))
  for (const { at, action, on, dice } of scenario.steps)
    world.later(at, () => {
      world.log(`${action} on ${on}`)
      ACTIONS[action as ActionName].run(world, on, dice)
    })
  await time.run(start + scenario.quietAt, () => failures.length > 0)
  calm(world)
  world.log('calm')

  let trouble: string | null = 'not looked at'
  const quietSince = time.now
  while (failures.length === 0 && trouble && time.now - quietSince < SETTLE_MS) {
    await time.run(time.now + LOOK_MS)
    const before: string | null = trouble
    trouble = devices.map(unsettled).find((one) => one !== null) ?? unseenPhoto(world) ?? disagreement(world)
    if (trouble?.startsWith('photo')) insist(world)
    if (trouble !== before) world.log(trouble ?? 'at rest')
  }
  const settledAfter = time.now - quietSince
  if (failures.length > 0) return settledAfter
  if (trouble) failures.push(`not at rest after ${SETTLE_MS} ms: ${trouble}`)
  else {
    failures.push(...checkLedger(world))
    await checkCopies(world)
  }
  countDamage(world)
  return settledAfter
}

/** What disks and network count themselves. */
function countDamage({ devices, serverDisk, network, count }: World): void {
  for (const disk of [...devices.map((device) => device.disk), ...(serverDisk ? [serverDisk] : [])]) {
    count('torn writes', disk.damage.torn)
    count('lost writes', disk.damage.lost)
  }
  count('packets overtaken', network.overtaken)
}

/** What the server does every hour, and people where they are told that something has failed. */
function insist({ instances, devices, inServer, later }: World): void {
  instances.forEach(({ server }, i) => {
    inServer(i, () => void server?.photos?.takeUpUnfinished().catch(() => {}))
  })
  for (const { app, process } of devices) {
    const photos = app?.wardrobe.photos
    for (const { id } of photos?.list() ?? [])
      if (photos?.state(id) === 'failed') later(0, () => void photos.retry(id).catch(() => {}), process)
  }
}

/** Everything works from now on; clocks stay as wrong as they are. */
function calm(world: World): void {
  const { network, devices, instances, database, hub, serverDisk } = world
  database.down = false
  hub.loss = 0
  world.photos.storeTrouble = 0
  world.photos.visionTrouble = 0
  world.httpTrouble = 0
  if (serverDisk) serverDisk.capacity = Number.POSITIVE_INFINITY
  for (const instance of instances) instance.start()
  devices.forEach((device, i) => {
    device.disk.capacity = Number.POSITIVE_INFINITY
    device.disk.failing = false
    if (device.browser) device.browser.full = false
    device.disk.onOperation = null
    world.setRole(i, 'owner')
    for (const { name } of instances) {
      network.block(device.name, name, false)
      network.block(name, device.name, false)
    }
    device.boot()
    world.later(0, () => device.app?.wardrobe.resumeSync(), device.process)
  })
}

/** The same state from the journal alone after a crash, and on a device that has just come. */
async function checkCopies(world: World): Promise<void> {
  const { time, failures, wardrobeIds, wardrobes } = world
  await time.run(time.now + 2_000)
  for (const [i, id] of wardrobeIds.entries()) {
    const wardrobe = wardrobes.get(id)
    const expected = wardrobe ? stateOfServer(wardrobe) : ''
    const compare = (device: Device, what: string): void => {
      const state = device.app ? stateOfReplica(device.app.replica) : ''
      if (state !== expected) failures.push(`${device.name} ${what} differs:${difference(state, expected)}`)
    }
    const fresh = world.addDevice(i, `new-device-${i}`)
    fresh.boot()
    const limit = time.now + SETTLE_MS
    while (time.now < limit && unsettled(fresh) !== null) await time.run(time.now + LOOK_MS)
    compare(fresh, 'after its first sync')
    for (const device of devicesOf(world, i)) {
      device.kill('power')
      device.boot(false)
      await time.run(time.now + 2_000)
      compare(device, 'from its journal alone')
    }
  }
}
