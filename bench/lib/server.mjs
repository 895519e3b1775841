// Our server as its users start it: the built package in a process of its own.
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openAccount, openWardrobe } from '@modaics/client'

const main = fileURLToPath(new URL('../../server/dist/main.js', import.meta.url))

/** Tells its memory when asked, after two full collections. Loaded before the server, which knows nothing of it, and in
 * its threads, which have no channel. */
const MEMORY = `data:text/javascript,${encodeURIComponent(`
  if (process.channel) {
    process.on('message', () => { gc(); gc(); process.send(process.memoryUsage()) })
    process.channel.unref()
  }`)}`

/** @param databaseUrl PostgreSQL instead of the embedded database */
export async function startServer({ databaseUrl } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'modaics-bench-'))
  const port = await freePort()
  const child = spawn(process.execPath, ['--expose-gc', '--import', MEMORY, main], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      ...process.env,
      HOST: '127.0.0.1',
      PORT: String(port),
      DATA_DIR: folder,
      DATABASE_URL: databaseUrl ?? '',
      JWT_SECRET: 'a secret for benchmarks, and only for them',
      LOG_LEVEL: 'warn',
      CREDENTIAL_ATTEMPTS: '100000',
      CONNECTIONS_PER_USER: '1000',
    },
  })
  let ended = false
  const exit = new Promise((resolve) =>
    child.once('exit', () => {
      ended = true
      resolve()
    }),
  )
  const kill = () => void child.kill('SIGKILL')
  process.once('exit', kill)
  const url = `http://127.0.0.1:${port}`
  while (
    !(await fetch(`${url}/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    ))
  ) {
    if (ended) throw new Error('the server has ended before it was ready')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return {
    url,
    pid: child.pid,
    /** `process.memoryUsage()` of the server after a collection */
    memory() {
      return new Promise((resolve) => {
        child.once('message', resolve)
        child.send('memory')
      })
    },
    async stop() {
      child.kill('SIGTERM')
      await exit
      process.off('exit', kill)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** One more device of a person, signed in. Without a person a new one registers. */
export async function signIn(url, person) {
  const account = await openAccount({ url, deviceName: 'bench' })
  const credentials = person ?? {
    email: `bench-${randomUUID()}@example.org`,
    password: 'a long enough password',
  }
  if (person) await account.signIn(credentials)
  else await account.register(credentials)
  return { account, person: credentials }
}

/** A device that keeps nothing and asks for no SQL: what a workload measures is the way to the server and back. */
export const openDevice = (account, wardrobeId, name = 'bench') =>
  openWardrobe({ name, storage: 'memory', rows: false, wardrobeId, sync: { account } })

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}
