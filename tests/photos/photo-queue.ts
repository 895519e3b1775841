import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { openAccount, openWardrobe } from '@modaics/client'
import { createId } from '@modaics/shared'
import { makePlace, type ServerProcess, spawnServer } from '../../server/testing/server.js'
import { countStored } from '../../server/testing/stored-photos.js'

export interface QueueRun {
  /** a folder of at least so many different photos */
  readonly pictures: string
  readonly photos: number
  /** a crash after so many photos, of the server and of the device in turn; 0 for none */
  readonly crashEvery: number
  readonly engine: 'pglite' | 'postgres'
  /** the program that `npm run build` has made, rather than the sources */
  readonly built: boolean
  onProgress?(line: string): void
}

export interface QueueFigures {
  readonly photos: number
  readonly crashes: { readonly server: number; readonly device: number }
  /** photos that the store has in every size and format */
  readonly stored: number
  /** files that a kill left half written: swept after a day */
  readonly unfinished: number
  /** photos that one analysis was written to, and no second */
  readonly analysedOnce: number
  readonly lost: number
  readonly failures: readonly unknown[]
  readonly photosPerMinute: number
  /** of the server's process, in MiB; null where the platform does not tell */
  readonly peakMiB: number | null
  readonly cores: number
}

interface Told {
  readonly wardrobe: string
  readonly added: number
  readonly stored: number
  readonly analysed: number
  readonly failed: readonly unknown[]
  readonly done: boolean
}

const DEVICE = fileURLToPath(new URL('./photo-device.ts', import.meta.url))
const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const PASSWORD = 'correct horse battery staple'

/** Sends photos from a device to a server and has them looked at, while both are killed again and again (SIGKILL). */
export async function runPhotoQueue(options: QueueRun): Promise<QueueFigures> {
  const { photos, crashEvery, engine, built, pictures } = options
  const place = await makePlace(engine, { ANALYSIS: 'local' })
  const home = await mkdtemp(join(tmpdir(), 'modaics-queue-'))
  const crashes = { server: 0, device: 0 }
  let server: ServerProcess = await spawnServer(place, { built })
  let peakMiB: number | null = null
  const measure = (): void => {
    const mib = peakOf(server.pid)
    if (mib !== null) peakMiB = Math.max(peakMiB ?? 0, mib)
  }
  try {
    const email = `${createId()}@example.com`
    await (await openAccount({ url: place.url })).register({ email, password: PASSWORD })
    const args = [place.url, email, PASSWORD, pictures, String(photos)]
    const started = performance.now()
    let told: Told | undefined
    let next = crashEvery
    while (!told?.done) {
      const device = startDevice(home, args)
      for await (const line of device.lines) {
        told = JSON.parse(line) as Told
        if (crashEvery === 0 || told.done || (told.stored + told.analysed) / 2 < next) continue
        next += crashEvery
        options.onProgress?.(`crash ${crashes.server + crashes.device + 1}: ${line.slice(0, 140)}`)
        if ((crashes.server + crashes.device) % 2 === 1) {
          crashes.device++
          break
        }
        crashes.server++
        measure()
        await server.kill()
        server = await spawnServer(place, { built })
      }
      await device.kill()
      const { said } = device
      if (!told?.done && said() !== '') throw new Error(`the device ended: ${said()}`)
    }
    const minutes = (performance.now() - started) / 60_000
    measure()
    const analysedOnce = await countAnalysedOnce(place.url, email, told.wardrobe)
    await server.terminate()
    const { stored, unfinished } = await countStored(join(place.dataDir, 'photos'))
    return {
      photos,
      crashes,
      stored,
      unfinished,
      analysedOnce,
      lost: photos - stored,
      failures: told.failed,
      photosPerMinute: photos / minutes,
      peakMiB,
      cores: availableParallelism(),
    }
  } finally {
    await server.kill()
    await place.remove()
    await rm(home, { recursive: true, force: true })
  }
}

function startDevice(home: string, args: readonly string[]) {
  const child = spawn(
    process.execPath,
    ['--conditions=@modaics/source', '--import', import.meta.resolve('tsx'), DEVICE, ...args],
    {
      cwd: home,
      env: { PATH: process.env.PATH ?? '', TSX_TSCONFIG_PATH: join(ROOT, 'tsconfig.json') },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk).slice(-4_000)
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  return {
    lines: createInterface(child.stdout),
    said: () => said,
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** Photos to whose records the analysis was written once, as the server's history tells. */
async function countAnalysedOnce(url: string, email: string, wardrobeId: string): Promise<number> {
  const account = await openAccount({ url })
  await account.signIn({ email, password: PASSWORD })
  const wardrobe = await openWardrobe({
    name: 'check',
    storage: 'memory',
    rows: false,
    wardrobeId,
    sync: { account },
  })
  try {
    await wardrobe.whenSynced()
    let once = 0
    for (const { id } of wardrobe.photos.list()) {
      const { entries } = await wardrobe.history({ kind: 'photos', id })
      const written = entries.filter(({ source, changes }) => source === 'vision' && 'analysis' in changes)
      if (written.length === 1) once++
    }
    return once
  } finally {
    await wardrobe.close()
  }
}

/** Largest resident size so far: Linux tells. */
function peakOf(pid: number): number | null {
  try {
    const kib = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return kib === undefined ? null : Number(kib) / 1024
  } catch {
    return null
  }
}
