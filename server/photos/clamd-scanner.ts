import { connect, type Socket } from 'node:net'
import { ModaicsError } from '@modaics/shared'
import type { PictureScanner } from './picture-scanner.js'

export interface ClamdOptions {
  /** `tcp://host:3310` or `unix:///run/clamav/clamd.ctl` */
  readonly url: string
  /** for one picture; 30 s unless told */
  readonly timeoutMs?: number
}

const CHUNK_BYTES = 65_536
const HUNG_UP = 'hung up before it had the whole picture (is it larger than clamd’s StreamMaxLength?)'

/**
 * Asks a ClamAV daemon by its INSTREAM command: the bytes go in chunks, each after its length, a chunk of none ends them.
 * https://docs.clamav.net/manual/Usage/Scanning.html#clamd
 */
export function createClamdScanner({ url, timeoutMs = 30_000 }: ClamdOptions): PictureScanner {
  const target = targetOf(url)
  return {
    async scan(bytes) {
      const answer = await ask(target, bytes, timeoutMs)
      if (answer === 'stream: OK') return null
      const found = /^stream: (.+) FOUND$/.exec(answer)
      if (found) return `the malware scan found ${found[1]}`
      // a file that is larger than clamd's StreamMaxLength has not been looked at: it is not let in unseen
      throw new ModaicsError('unavailable', `the malware scan answered: ${answer.slice(0, 200) || 'nothing'}`)
    },
  }
}

type Target = { readonly path: string } | { readonly host: string; readonly port: number }

function targetOf(url: string): Target {
  const { protocol, hostname, port, pathname } = new URL(url)
  if (protocol === 'unix:') return { path: pathname }
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 3310) }
}

function ask(target: Target, bytes: Uint8Array, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(target)
    const parts: Buffer[] = []
    const fail = (why: string, cause?: unknown): void => {
      socket.destroy()
      reject(
        new ModaicsError('unavailable', `the malware scan ${why}; try again in a moment`, {
          ...(cause ? { cause } : {}),
        }),
      )
    }
    const answered = (): void => {
      socket.destroy()
      resolve(Buffer.concat(parts).toString('utf8').replace(/\0.*$/s, '').trim())
    }
    const timer = setTimeout(() => fail('did not answer in time'), timeoutMs)
    socket.on('close', () => clearTimeout(timer))
    let sent = false
    socket.on(
      'connect',
      () =>
        void send(socket, bytes).then(
          () => {
            sent = true
          },
          (error: unknown) => fail('broke off', error),
        ),
    )
    socket.on('data', (part) => {
      parts.push(part)
      if (part.includes(0)) answered()
    })
    socket.on('end', answered)
    socket.on('error', (error) => {
      // clamd says what is wrong and hangs up while bytes are still on their way: its words may be lost with them
      if (parts.length > 0) answered()
      else if (socket.bytesWritten > 0 && !sent) fail(HUNG_UP, error)
      else fail('cannot be reached', error)
    })
  })
}

async function send(socket: Socket, bytes: Uint8Array): Promise<void> {
  const write = async (part: Uint8Array): Promise<void> => {
    if (!socket.write(part) && !socket.destroyed)
      await new Promise<void>((resolve) => {
        socket.once('drain', resolve)
        socket.once('close', () => resolve())
      })
  }
  await write(Buffer.from('zINSTREAM\0'))
  for (let at = 0; at < bytes.length && !socket.destroyed; at += CHUNK_BYTES) {
    const chunk = bytes.subarray(at, at + CHUNK_BYTES)
    await write(lengthOf(chunk.length))
    await write(chunk)
  }
  if (!socket.destroyed) await write(lengthOf(0))
}

function lengthOf(length: number): Uint8Array {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(length)
  return bytes
}
