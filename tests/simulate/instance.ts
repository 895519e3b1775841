import { SUBPROTOCOL } from '@modaics/shared'
import {
  createPrng,
  type VirtualDisk,
  type VirtualEndpoint,
  type VirtualNetwork,
  type VirtualProcess,
  type VirtualTime,
} from '@modaics/shared/testing'
import type {
  AccountTables,
  LogFileSystem,
  SimulatedAccounts,
  SimulatedRequest,
  SimulatedServer,
} from '../../server/testing/simulated-server.js'
import { createSimulatedAccounts, startSimulatedServer } from '../../server/testing/simulated-server.js'
import { isTrouble, type SharedDatabase } from './database.js'
import type { SharedHub } from './hub.js'
import type { SharedPhotos } from './photos.js'
import { ServerSocket } from './web-socket.js'

export interface InstanceOptions {
  readonly name: string
  readonly seed: number
  readonly time: VirtualTime
  readonly network: VirtualNetwork
  readonly database: SharedDatabase
  readonly hub: SharedHub
  readonly photos: SharedPhotos
  readonly tables: AccountTables
  /** of the write-ahead log; null where the database is another process */
  readonly disk: VirtualDisk | null
  readonly accessTokenMs: number
  readonly createWardrobe: (wardrobeId: string, userId: string) => void
  readonly onFailure: (message: string) => void
  readonly count: (what: string) => void
}

/** One server process, and its next ones. */
export interface Instance {
  readonly name: string
  readonly alive: boolean
  readonly process: VirtualProcess | null
  /** while it runs */
  readonly server: SimulatedServer | null
  start(): void
  kill(how: 'kill' | 'power'): void
}

type Hello =
  | { readonly kind: 'socket'; readonly path: string; readonly protocols: readonly string[] }
  | { readonly kind: 'request'; readonly request: SimulatedRequest }

const START_AGAIN_MS = 1_000

export function createInstance(options: InstanceOptions): Instance {
  const { name, time, network, database, hub, disk, onFailure } = options
  const random = createPrng(options.seed)
  let process: VirtualProcess | null = null
  let server: SimulatedServer | null = null
  let starts = 0

  async function boot(mine: VirtualProcess): Promise<void> {
    const simulated = createSimulatedAccounts({
      tables: options.tables,
      accessTokenMs: options.accessTokenMs,
      now: () => Date.now(),
      tell: (work) => void time.at(mine, 0, 'session ended', work),
    })
    const accounts: SimulatedAccounts = {
      ...simulated,
      async authenticate(token) {
        const found = await simulated.authenticate(token)
        if (!found.ok && found.code === 'token-expired') options.count('credentials expired')
        return found
      },
    }
    try {
      const started = await startSimulatedServer({
        ...database.open(mine),
        photos: () => options.photos.open(mine, disk !== null),
        log: disk ? logFilesOf(disk, mine) : null,
        hub: hub.open(mine),
        accounts,
        createWardrobe: options.createWardrobe,
        now: () => Date.now(),
        randomClient: () => mine.random.below(2 ** 32),
        onError: () => {}, // faults of the database and the disk are the simulation's own
      })
      server = started
      if (starts++ > 0 && disk) options.count('server starts on its log')
      network.listen(name, mine, (endpoint, hello) => accept(mine, started, endpoint, hello as Hello))
    } catch (error) {
      // As whatever watches over the process would.
      if (isTrouble(error)) time.at(mine, START_AGAIN_MS, 'start again', () => void boot(mine))
      else onFailure(`${name} does not start: ${String(error)}`)
    }
  }

  function accept(
    mine: VirtualProcess,
    started: SimulatedServer,
    endpoint: VirtualEndpoint,
    hello: Hello,
  ): void {
    const crashed = (error: unknown): void => {
      if (mine.alive) onFailure(`${name} failed: ${String(error)}`)
    }
    if (hello.kind === 'request')
      started
        .answer(hello.request)
        .then((answer) => endpoint.send(answer, `answer ${answer.status}`), crashed)
    else
      started
        .accept(() => new ServerSocket(endpoint, SUBPROTOCOL) as never, hello.path, hello.protocols)
        .catch(crashed)
  }

  return {
    name,
    get alive() {
      return process?.alive ?? false
    },
    get process() {
      return process
    },
    get server() {
      return process?.alive ? server : null
    },
    start() {
      if (process?.alive) return
      const mine = time.spawn(name, createPrng(random.below(2 ** 32)))
      process = mine
      time.at(mine, 0, 'start', () => void boot(mine))
    },
    kill(how) {
      if (!process?.alive) return
      time.kill(process)
      server = null
      network.stop(name, process, how === 'power')
      disk?.crash(how, random)
    },
  }
}

function logFilesOf(disk: VirtualDisk, process: VirtualProcess): LogFileSystem {
  const fs = disk.openSync(process)
  return {
    ...fs,
    readFileSync: (file: number) => Buffer.from(fs.readFileSync(file)),
  } as unknown as LogFileSystem
}
