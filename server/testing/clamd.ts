import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A real ClamAV daemon that knows one file. */
export interface Clamd {
  /** for `CLAMD_URL` */
  readonly url: string
  close(): Promise<void>
}

/** Why none can be started here, or null. */
export function clamdFault(): string | null {
  return spawnSync('which', ['clamd']).status === 0
    ? null
    : 'apt-get install --no-install-recommends clamav-daemon would run it'
}

/** @param streamMaxBytes it looks at no more than so much, and says so */
export async function startClamd(malware: Uint8Array, streamMaxBytes: number): Promise<Clamd> {
  const folder = await mkdtemp(join(tmpdir(), 'modaics-clamd-'))
  await chmod(folder, 0o755)
  const md5 = createHash('md5').update(malware).digest('hex')
  await writeFile(join(folder, 'own.hdb'), `${md5}:${malware.length}:Modaics.Test-1\n`)
  const socket = join(folder, 'clamd.sock')
  const config = [
    `LocalSocket ${socket}`,
    `DatabaseDirectory ${folder}`,
    'Foreground yes',
    `StreamMaxLength ${streamMaxBytes}`,
    ...(process.getuid?.() === 0 ? ['User root'] : []),
  ]
  await writeFile(join(folder, 'clamd.conf'), `${config.join('\n')}\n`)
  const child = spawn('clamd', ['-c', join(folder, 'clamd.conf')], { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (part: Buffer) => {
      said += part
    })
  const close = async (): Promise<void> => {
    await end(child)
    await rm(folder, { recursive: true, force: true })
  }
  for (;;) {
    if (child.exitCode !== null) {
      await close()
      throw new Error(`clamd ended with ${child.exitCode}: ${said}`)
    }
    if (await answers(socket)) return { url: `unix://${socket}`, close }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await ended
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path })
    socket.on('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
}
