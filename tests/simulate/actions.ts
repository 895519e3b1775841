import { createId } from '@modaics/shared'
import { isTrouble } from './database.js'
import { dropWritten, writeValue } from './operations.js'
import { pictureOf } from './photos.js'
import { MONTHS_MS, partsOf, YEAR_MS } from './scenario.js'
import type { World } from './world.js'

/** Something that can happen. `dice` are numbers in [0, 1) that choose its details. */
export interface Action {
  readonly on: 'device' | 'server'
  /** how often, beside the others */
  readonly weight: number
  /** not the doing of a person */
  readonly fault: boolean
  readonly run: (world: World, on: number, dice: readonly number[]) => void
}

type Operation = (world: World, on: number, dice: readonly number[]) => Promise<unknown>

/** What a person does at a device that is on. What it throws is told by the wardrobe, and is not the simulator's matter. */
function operation(weight: number, work: Operation): Action {
  return {
    on: 'device',
    weight,
    fault: false,
    run(world, on, dice) {
      const { process, app } = world.devices[on] ?? {}
      if (!process || !app) return
      world.time.at(process, 0, 'operation', () => {
        work(world, on, dice).catch((error: unknown) => world.expect(error))
      })
    },
  }
}

const fault = (on: Action['on'], weight: number, run: Action['run']): Action => ({
  on,
  weight,
  fault: true,
  run,
})

const pick = <T>(list: readonly T[], die = 0): T | undefined => list[Math.floor(die * list.length)]

/** From a tenth of `most` to all of it, short ones more often. */
const ms = (most: number, die = 0): number => most * (0.1 + 0.9 * die * die)

const FIELDS = ['name', 'brand', 'notes', 'size'] as const

function someItem({ devices }: World, on: number, die = 0): string | undefined {
  return pick(devices[on]?.app?.wardrobe.items.list() ?? [], die)?.id
}

/** All actions by name. */
export const ACTIONS = {
  add: operation(6, (world, on, [, die = 0]) => {
    const id = createId()
    return writeValue(world, on, id, 'name', die < 0.3, ({ items }, value) =>
      items.add({ name: value }, { id }),
    )
  }),
  edit: operation(20, async (world, on, [first, second, third = 0]) => {
    const id = someItem(world, on, first)
    const field = pick(FIELDS, second)
    if (id && field)
      await writeValue(world, on, id, field, third < 0.3, ({ items }, value) =>
        items.update(id, { [field]: value }),
      )
  }),
  /** Several people at one field within a moment. */
  race: {
    on: 'device',
    weight: 3,
    fault: false,
    run(world, on, [first, second, third = 0]) {
      const id = someItem(world, on, first)
      const field = pick(FIELDS, second)
      if (!id || !field) return
      world.devices.forEach(({ app, process }, i) => {
        if (!process || !app?.wardrobe.items.get(id)) return
        world.time.at(process, Math.floor(third * 1_000 * (i + 1)) % 300, 'race', () => {
          writeValue(world, i, id, field, false, ({ items }, value) =>
            items.update(id, { [field]: value }),
          ).catch((error: unknown) => world.expect(error))
        })
      })
    },
  },
  tag: operation(4, async ({ devices }, on, [first = 0, second = 0]) => {
    const { items } = devices[on]?.app?.wardrobe ?? {}
    const item = pick(items?.list() ?? [], first)
    const tag = `t${Math.floor(second * 5)}`
    if (item)
      await items?.update(item.id, {
        tags: item.tags.includes(tag) ? item.tags.filter((other) => other !== tag) : [...item.tags, tag],
      })
  }),
  remove: operation(2, async (world, on, [first]) => {
    const id = someItem(world, on, first)
    if (id) await world.devices[on]?.app?.wardrobe.items.remove(id)
  }),
  restore: operation(2, async ({ devices }, on, [first]) => {
    const { items } = devices[on]?.app?.wardrobe ?? {}
    const removed = items?.list({ includeRemoved: true, where: ({ deletedAt }) => deletedAt !== null })
    const item = pick(removed ?? [], first)
    if (item) await items?.restore(item.id)
  }),
  resolve: operation(4, async (world, on, [first, second = 0]) => {
    const { wardrobe } = world.devices[on]?.app ?? {}
    const conflict = pick(wardrobe?.conflicts() ?? [], first)
    if (!conflict || ![...FIELDS, 'material'].includes(conflict.field)) return
    await writeValue(world, on, conflict.id, conflict.field, second < 0.3, (own, value) =>
      own.resolve(conflict, { value }),
    )
  }),
  syncOnce: operation(2, async ({ devices }, on) => devices[on]?.app?.wardrobe.syncOnce()),
  pause: operation(2, async (world, on, [first]) => {
    const { wardrobe } = world.devices[on]?.app ?? {}
    wardrobe?.pauseSync()
    world.later(ms(60_000, first), () => wardrobe?.resumeSync(), world.devices[on]?.process)
  }),
  retryRefused: operation(1, async (world, on, [first]) => {
    const { wardrobe } = world.devices[on]?.app ?? {}
    const refused = pick(wardrobe?.refused() ?? [], first)
    if (!refused) return
    dropWritten(world, refused.edit[4])
    await wardrobe?.discardRefused(refused.edit)
  }),

  /** Of a piece that is there; some pictures are taken twice, and some pieces have several. */
  addPhoto: operation(4, async (world, on, [first, second = 0]) => {
    const itemId = someItem(world, on, first)
    const { wardrobe } = world.devices[on]?.app ?? {}
    if (!itemId || !wardrobe) return
    const bytes = pictureOf(second < 0.3 ? Math.floor(second * 10) : 10 + world.nextNumber())
    await wardrobe.photos.add({ bytes, itemId })
    world.count('photos')
  }),
  removePhoto: operation(1, async ({ devices }, on, [first]) => {
    const { photos } = devices[on]?.app?.wardrobe ?? {}
    const photo = pick(photos?.list() ?? [], first)
    if (photo) await photos?.remove(photo.id)
  }),
  /** What the analysis says too. */
  sayMaterial: operation(2, async (world, on, [first]) => {
    const id = someItem(world, on, first)
    if (id)
      await writeValue(world, on, id, 'material', false, ({ items }, value) =>
        items.update(id, { material: value }),
      )
  }),

  partition: fault('device', 3, (world, on, [first = 0, second]) => {
    const ways = first < 0.5 ? ['up', 'down'] : first < 0.75 ? ['up'] : ['down']
    const device = world.devices[on]?.name ?? ''
    const setBlocked = (blocked: boolean): void => {
      for (const { name } of world.instances) {
        if (ways.includes('up')) world.network.block(device, name, blocked)
        if (ways.includes('down')) world.network.block(name, device, blocked)
      }
    }
    setBlocked(true)
    world.count(ways.length === 2 ? 'partitions' : 'one-way partitions')
    world.later(ms(60_000, second), () => setBlocked(false))
  }),
  cut: fault('device', 3, (world, on, [first = 0]) => {
    const how = first < 0.5 ? 'reset' : 'half-open'
    for (const { name } of world.instances)
      if (world.network.cut(world.devices[on]?.name ?? '', name, how) > 0)
        world.count(how === 'reset' ? 'connections cut' : 'half-open connections')
  }),
  slow: fault('device', 1, (world, on, [first = 0, second]) => {
    const device = world.devices[on]?.name ?? ''
    for (const { name } of world.instances)
      for (const link of [world.network.link(device, name), world.network.link(name, device)]) {
        const { latency } = link
        link.latency = () => latency() + first * 8_000
        world.later(ms(30_000, second), () => {
          link.latency = latency
        })
      }
    world.count('slow networks')
  }),
  http: fault('device', 2, (world, _on, [first = 0, second]) => {
    world.httpTrouble = 0.2 + first * 0.6
    world.later(ms(60_000, second), () => {
      world.httpTrouble = 0
    })
  }),
  killDevice: fault('device', 3, (world, on, [first = 0, second]) => {
    const device = world.devices[on]
    const how = first < 0.5 ? 'kill' : 'power'
    if (!device?.process?.alive) return
    device.kill(how)
    world.count(device.browser ? 'tabs killed' : how === 'kill' ? 'device crashes' : 'device power cuts')
    world.later(ms(30_000, second), () => device.boot())
  }),
  /** In the middle of what it writes next. */
  killDeviceWriting: fault('device', 3, (world, on, [first = 0, second = 0, third]) => {
    const device = world.devices[on]
    if (!device) return
    device.killAfterWrites(1 + Math.floor(first * 6), second < 0.5 ? 'kill' : 'power', () => {
      world.count(second < 0.5 ? 'device crashes' : 'device power cuts')
      world.later(ms(30_000, third), () => device.boot())
    })
  }),
  killServer: fault('server', 2, (world, on, [, second]) => {
    const instance = world.instances[on]
    if (!instance?.alive) return
    instance.kill('kill')
    world.count('server crashes')
    world.later(ms(20_000, second), () => instance.start())
  }),
  powerServer: fault('server', 1, (world, on, [, second]) => {
    const instance = world.instances[on]
    if (!instance?.alive) return
    instance.kill('power')
    world.count('server power cuts')
    world.later(ms(20_000, second), () => instance.start())
  }),
  vision: fault('server', 4, (world, on, [first = 0, second, third]) => {
    const { server } = world.instances[on] ?? {}
    const wardrobeId = pick(world.wardrobeIds, first) ?? ''
    const found = [...(world.wardrobes.get(wardrobeId)?.folds.values() ?? [])].flatMap((live) =>
      live.slice(0, 1),
    )
    const id = pick(found, second)?.id
    const field = pick(FIELDS.slice(1), third)
    if (!server || !id || !field) return
    const value = `vision ${world.nextNumber()}`
    world.inServer(on, () =>
      server.ingest
        .write(wardrobeId, { source: 'vision' }, [
          { kind: 'items', id, set: { [field]: value }, confidence: { [field]: 0.7 } },
        ])
        .then(
          (written) => {
            if (written.ok) world.count('findings of the analysis')
          },
          (error: unknown) => world.expect(error),
        ),
    )
  }),
  compact: fault('server', 3, (world, _on, [first = 0, second]) => {
    const wardrobeId = pick(world.wardrobeIds, second)
    if (!wardrobeId || world.database.head(wardrobeId) === 0) return
    world.database.compact(wardrobeId, Math.floor(first * 5))
    world.count('compactions')
  }),
  newEpoch: fault('server', 2, (world, on, [first]) => {
    const { server } = world.instances[on] ?? {}
    const wardrobeId = pick(world.wardrobeIds, first)
    if (!server || !wardrobeId) return
    world.inServer(on, () =>
      server.epochs.begin(wardrobeId).then(
        (begun) => {
          if (!begun) return
          world.count('new epochs')
          world.epochBegan(wardrobeId)
        },
        (error: unknown) => {
          if (!isTrouble(error)) world.expect(error)
        },
      ),
    )
  }),
  databaseDown: fault('server', 1, (world, _on, [, second]) => {
    world.database.down = true
    world.count('database outages')
    world.later(ms(20_000, second), () => {
      world.database.down = false
    })
  }),
  hubLoss: fault('server', 1, (world, _on, [first = 0, second]) => {
    world.hub.loss = first
    if (world.instances.length > 1) world.count('hub outages')
    world.later(ms(60_000, second), () => {
      world.hub.loss = 0
    })
  }),
  diskFull: fault('device', 2, (world, on, [, second]) => {
    const { disk, browser } = world.devices[on] ?? {}
    if (!disk) return
    disk.capacity = disk.used
    if (browser) browser.full = true
    world.count('full disks')
    world.later(ms(30_000, second), () => {
      disk.capacity = Number.POSITIVE_INFINITY
      if (browser) browser.full = false
    })
  }),
  diskFails: fault('device', 1, (world, on, [, second]) => {
    const { disk } = world.devices[on] ?? {}
    if (!disk) return
    disk.failing = true
    world.count('failing disks')
    world.later(ms(15_000, second), () => {
      disk.failing = false
    })
  }),
  serverDiskFull: fault('server', 1, (world, _on, [, second]) => {
    const { serverDisk } = world
    if (!serverDisk) return
    serverDisk.capacity = serverDisk.used
    world.count('full disks')
    world.later(ms(20_000, second), () => {
      serverDisk.capacity = Number.POSITIVE_INFINITY
    })
  }),
  clockJump: fault('device', 2, (world, on, [first = 0, second = 0]) => {
    const size = [2_000, 45_000, 3_600_000, YEAR_MS][Math.floor(first * 4)] ?? 0
    const by = Math.round((second * 2 - 1) * size)
    // Tabs have one clock.
    for (const part of partsOf(world.scenario, on)) {
      world.devices[part]?.jump(by)
      world.clockJumped(part)
    }
    world.count('clock jumps')
    if (Math.abs(by) > MONTHS_MS) world.count('clock jumps by months')
  }),
  endSession: fault('device', 1, (world, on, [first]) => {
    world.endSession(on, first ?? 0)
  }),
  photoStore: fault('server', 2, ({ photos, later }, _on, [first = 0, second]) => {
    photos.storeTrouble = 0.1 + first * 0.6
    later(ms(60_000, second), () => {
      photos.storeTrouble = 0
    })
  }),
  visionTrouble: fault('server', 2, ({ photos, later }, _on, [first = 0, second]) => {
    photos.visionTrouble = 0.2 + first * 0.8
    later(ms(60_000, second), () => {
      photos.visionTrouble = 0
    })
  }),
  viewer: fault('device', 1, (world, on, [, second]) => {
    world.setRole(on, 'viewer')
    world.count('role changes')
    world.later(ms(20_000, second), () => world.setRole(on, 'owner'))
  }),
} as const satisfies Record<string, Action>

export type ActionName = keyof typeof ACTIONS
