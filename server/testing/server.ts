import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { type RunningServer, startServer } from '../app.js'
import { loadConfig } from '../config/config.js'
import { createLogger } from '../observe/logger.js'
import type { TestEngine } from './databases.js'
import { freePort, startPostgres } from './postgres.js'

/** What a server of a test runs on: the folder, the database and the port outlive the server, so that it can come back. */
export interface ServerPlace {
  readonly url: string
  readonly dataDir: string
  /** the settings that `startServer` and `main` take */
  readonly env: Readonly<Record<string, string>>
  remove(): Promise<void>
}

/** A whole server on a free port. */
export interface TestServer {
  readonly url: string
  readonly place: ServerPlace
  /** every line that was logged */
  readonly lines: readonly string[]
  stop(): Promise<void>
  /** A graceful stop, and a new one at the same place. */
  restart(): Promise<void>
  /** Stops it and removes its data. */
  close(): Promise<void>
}

export interface TestServerOptions {
  readonly env?: Readonly<Record<string, string>>
  /** ms since 1970 */
  readonly now?: () => number
}

/** @param databaseUrl of a database that others use too; without it the engine makes one of its own */
export async function makePlace(
  engine: TestEngine['name'],
  env: Readonly<Record<string, string>> = {},
  databaseUrl?: string,
): Promise<ServerPlace> {
  const dataDir = await mkdtemp(join(tmpdir(), 'modaics-server-'))
  const cluster = engine === 'postgres' && !databaseUrl ? await startPostgres() : undefined
  const database = databaseUrl ?? cluster?.url
  const port = await freePort()
  return {
    url: `http://127.0.0.1:${port}`,
    dataDir,
    env: {
      PORT: String(port),
      DATA_DIR: dataDir,
      JWT_SECRET: 'x'.repeat(32),
      CREDENTIAL_ATTEMPTS: '100000',
      ANALYSIS: 'off',
      SHUTDOWN_SECONDS: '5',
      ...(database ? { DATABASE_URL: database } : {}),
      ...env,
    },
    async remove() {
      await cluster?.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/**
 * Starts a server in this process.
 *
 * @param level what is logged
 */
export async function startTestServer(
  place: ServerPlace,
  now?: () => number,
  level = 'info',
): Promise<TestServer> {
  const lines: string[] = []
  const logger = createLogger(level, { write: (line: string) => void lines.push(line) })
  const start = (): Promise<RunningServer> => startServer(loadConfig(place.env), logger, now ? { now } : {})
  let server: RunningServer | null = await start()
  const stop = async (): Promise<void> => {
    await server?.stop()
    server = null
  }
  return {
    url: place.url,
    place,
    lines,
    stop,
    async restart() {
      await stop()
      server = await start()
    },
    async close() {
      await stop()
      await place.remove()
    },
  }
}

export async function openTestServer(
  engine: TestEngine['name'],
  { env, now }: TestServerOptions = {},
): Promise<TestServer> {
  return startTestServer(await makePlace(engine, env), now)
}

/** A server in a process of its own, to be killed. */
export interface ServerProcess {
  readonly pid: number
  /** what it wrote to stderr */
  readonly errors: () => string
  /** SIGKILL; resolves when it is gone */
  kill(): Promise<void>
  /** SIGTERM; resolves to the exit code */
  terminate(): Promise<number | null>
  readonly ended: Promise<number | null>
}

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))
const BUILT_MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url))

/**
 * Starts `main` as a child process, from source unless told to take what `npm run build` has made. Resolves when it listens; rejects with what it said when it ends
 * before.
 */
export async function spawnServer(place: ServerPlace, { built = false } = {}): Promise<ServerProcess> {
  const child = launchServer(place.env, built)
  let errors = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    errors = (errors + chunk).slice(-8_000)
  })
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const killWithTest = (): void => void child.kill('SIGKILL')
  process.once('exit', killWithTest)
  void ended.then(() => process.off('exit', killWithTest))
  await new Promise<void>((listening, failed) => {
    if (child.stdout)
      createInterface(child.stdout).on('line', (line) => {
        if (line.includes('"listening"')) listening()
      })
    void ended.then((code) => failed(new Error(`the server ended with ${code}: ${errors}`)))
  })
  return {
    pid: child.pid ?? 0,
    errors: () => errors,
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
    async terminate() {
      child.kill('SIGTERM')
      return ended
    },
    ended,
  }
}

/** `main` with these settings and nothing else. */
export function launchServer(env: Readonly<Record<string, string>>, built = false): ChildProcess {
  const program = built ? [BUILT_MAIN] : ['--conditions=@modaics/source', '--import', 'tsx', MAIN]
  return spawn(process.execPath, program, {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}
