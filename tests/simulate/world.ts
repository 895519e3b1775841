import { ModaicsError, uuidv7 } from '@modaics/shared'
import {
  createPrng,
  createVirtualDisk,
  createVirtualNetwork,
  createVirtualTime,
  type VirtualDisk,
  type VirtualNetwork,
  type VirtualProcess,
  type VirtualTime,
} from '@modaics/shared/testing'
import {
  type AccountTables,
  createAccountTables,
  createMemoryWardrobe,
  endSession,
  type MemoryWardrobes,
} from '../../server/testing/simulated-server.js'
import { type Browser, createBrowser } from './browser.js'
import { createSharedDatabase, type SharedDatabase } from './database.js'
import { createDevice, type Device, type HttpFate } from './device.js'
import { settle } from './globals.js'
import { createSharedHub, type SharedHub } from './hub.js'
import { createInstance, type Instance } from './instance.js'
import { createLedger, type Ledger, type WrittenValue } from './ledger.js'
import { createSharedPhotos, type SharedPhotos } from './photos.js'
import { type DevicePlan, MONTHS_MS, type Scenario } from './scenario.js'

/** Everything of one run: devices, servers, what is between them, and what is known of it. */
export interface World {
  readonly scenario: Scenario
  readonly time: VirtualTime
  readonly network: VirtualNetwork
  readonly devices: readonly Device[]
  readonly instances: readonly Instance[]
  readonly database: SharedDatabase
  readonly wardrobes: MemoryWardrobes
  readonly wardrobeIds: readonly string[]
  readonly serverDisk: VirtualDisk | null
  readonly hub: SharedHub
  readonly photos: SharedPhotos
  readonly ledger: Ledger
  readonly failures: string[]
  readonly figures: ReadonlyMap<string, number>
  /** how many HTTP requests go wrong, 0 to 1 */
  httpTrouble: number
  count(what: string, by?: number): void
  /** Says what happens, where somebody wants to know. */
  log(text: string): void
  nextNumber(): number
  /** Runs it after `ms`, unless the process is gone then. */
  later(ms: number, work: () => void, process?: VirtualProcess | null): void
  /** Runs it on behalf of a server's process. */
  inServer(instance: number, work: () => void): void
  /** An operation has failed: as it may, or not. */
  expect(error: unknown): void
  /** A device was told that the server has it. */
  promised(entry: WrittenValue): void
  clockJumped(device: number): void
  /** An epoch of the wardrobe has begun: who is not online comes back to another one. */
  epochBegan(wardrobeId: string): void
  endSession(device: number, die: number): void
  setRole(device: number, role: 'owner' | 'viewer'): void
  /** One more device on a wardrobe. */
  addDevice(wardrobe: number, name: string): Device
}

const START = Date.UTC(2026, 5, 1)
/** What an operation may answer while things go wrong. */
const EXPECTED = new Set([
  'storage-full',
  'storage-failed',
  'offline',
  'unavailable',
  'unauthenticated',
  'token-expired',
  'token-reused',
  'shutting-down',
  'not-found',
  'closed',
  'forbidden',
  'internal',
])

export function createWorld(scenario: Scenario, onLog?: (line: string) => void): World {
  const { seed } = scenario
  const random = createPrng(seed ^ 0x5bd1e995)
  const time = createVirtualTime(START, settle)
  const networkRandom = createPrng(seed ^ 0x1b873593)
  const network = createVirtualNetwork(time, () => 2 + networkRandom.next() * 120)
  const wardrobes: MemoryWardrobes = new Map()
  const tables: AccountTables = createAccountTables()
  const database = createSharedDatabase(time, createPrng(seed ^ 0x85ebca6b), wardrobes, (text) =>
    world.log(text),
  )
  const serverDisk = scenario.embedded ? createVirtualDisk(time) : null
  const ledger = createLedger()
  const failures: string[] = []
  const figures = new Map<string, number>()
  let number = 0

  const count = (what: string, by = 1): void => void figures.set(what, (figures.get(what) ?? 0) + by)
  const hub = createSharedHub(time, createPrng(seed ^ 0xc2b2ae35), database, count)
  const photos = createSharedPhotos(time, createPrng(seed ^ 0x27d4eb2f), wardrobes, database, count)
  const onFailure = (message: string): void => void failures.push(message)

  const wardrobeIds = Array.from({ length: scenario.wardrobes }, () =>
    uuidv7(
      START,
      Uint8Array.from({ length: 16 }, () => random.below(256)),
    ),
  )
  wardrobeIds.forEach((id, i) => {
    wardrobes.set(id, createMemoryWardrobe())
    const users = scenario.devices.filter(({ wardrobe }) => wardrobe === i).map(({ user }) => user)
    tables.roles.set(id, new Map(users.map((user) => [user, 'owner'])))
  })

  const instances = Array.from({ length: scenario.instances }, (_, i) =>
    createInstance({
      name: `server-${i}`,
      seed: random.below(2 ** 32),
      time,
      network,
      database,
      hub,
      photos,
      tables,
      disk: serverDisk,
      accessTokenMs: scenario.accessTokenMs,
      createWardrobe: () => {}, // every wardrobe here was made before
      onFailure,
      count,
    }),
  )
  if (scenario.instances > 1) count('runs with two servers')

  function httpFate(): HttpFate {
    if (world.httpTrouble === 0 || !random.chance(world.httpTrouble)) return 'ok'
    const fate = random.pick(['lose request', 'lose answer', 'twice', 'unavailable'] as const)
    count(`requests: ${fate}`)
    return fate
  }

  /** devices that were away as an epoch began */
  const stale = new Set<string>()
  const browsers = new Map<number, Browser>()
  function browserOf({ browser }: DevicePlan): Browser | null {
    if (browser === undefined) return null
    const known = browsers.get(browser) ?? createBrowser()
    browsers.set(browser, known)
    return known
  }

  function makeDevice(
    name: string,
    { user, wardrobe, clockError }: DevicePlan,
    browser: Browser | null,
  ): Device {
    return createDevice({
      name,
      seed: random.below(2 ** 32),
      user,
      wardrobeId: wardrobeIds[wardrobe] ?? '',
      clockError,
      browser,
      time,
      network,
      serverHost() {
        const alive = instances.filter((instance) => instance.alive)
        return random.pick(alive.length > 0 ? alive : instances).name
      },
      httpFate,
      onFailure,
      log: (text) => world.log(text),
      onRefused: () => count('edits refused'),
      onOnline: () => {
        if (stale.delete(name)) count('devices back after an epoch')
      },
    })
  }

  const devices = scenario.devices.map((plan, i) => makeDevice(`device-${i}`, plan, browserOf(plan)))
  for (const { clockError } of scenario.devices) {
    if (clockError !== 0) count('wrong clocks')
    if (Math.abs(clockError) > MONTHS_MS) count('clocks months off')
  }

  const world: World = {
    scenario,
    time,
    network,
    devices,
    instances,
    database,
    wardrobes,
    wardrobeIds,
    serverDisk,
    hub,
    photos,
    ledger,
    failures,
    figures,
    httpTrouble: 0,
    count,
    log: (text) => onLog?.(`${((time.now - START) / 1000).toFixed(3)} ${text}`),
    nextNumber: () => number++,
    later: (ms, work, process = null) => void time.at(process, ms, 'later', work),
    inServer(instance, work) {
      const process = instances[instance]?.process
      if (process) time.at(process, 0, 'in server', work)
    },
    expect(error) {
      if (!(error instanceof ModaicsError) || !EXPECTED.has(error.code))
        onFailure(
          `an operation failed with ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
        )
    },
    promised(entry) {
      // With the write-ahead log, the database gets it a little later: then the last look counts.
      if (scenario.embedded) return
      const id = wardrobeIds[entry.wardrobe] ?? ''
      const log = database.values(id)
      const overwritten = [...ledger.written.values()].some(({ saw }) => saw.has(entry.value))
      if (!log.has(entry.value) && !overwritten)
        onFailure(`"${entry.value}" was acknowledged, and is not in the log of the server`)
    },
    clockJumped(device) {
      for (const entry of ledger.written.values())
        if (entry.device === device && !entry.onServer) (entry as { timeless: boolean }).timeless = true
    },
    epochBegan(wardrobeId) {
      for (const device of devices)
        if (device.wardrobeId === wardrobeId && device.away) stale.add(device.name)
    },
    endSession(device, die) {
      const mine = [...tables.sessions].filter(
        ([, { deviceId }]) => deviceId === devices[device]?.app?.account.deviceId,
      )
      const session = mine[Math.floor(die * mine.length)]
      if (!session) return
      endSession(tables, session[0])
      count('sessions ended')
    },
    setRole(device, role) {
      const plan = scenario.devices[device]
      const roles = tables.roles.get(wardrobeIds[plan?.wardrobe ?? 0] ?? '')
      if (!plan || !roles) return
      if (roles.get(plan.user) === role) return
      roles.set(plan.user, role)
      instances.forEach(({ server }, i) => {
        world.inServer(i, () => server?.expel(wardrobeIds[plan.wardrobe] ?? '', plan.user))
      })
    },
    addDevice(wardrobe, name) {
      const plan = scenario.devices.find((one) => one.wardrobe === wardrobe)
      return makeDevice(name, { user: plan?.user ?? '', wardrobe, clockError: 0, bootAt: 0 }, null)
    },
  }
  return world
}
