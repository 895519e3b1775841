import type { Socket } from 'node:net'
import type { WebSocket } from 'ws'

/** What a connection has to do to be kept: answer, bring whole messages, and take what it is sent. */
export interface Watched {
  readonly raw: WebSocket
  /** something whole has come: a message or a pong */
  heard(): void
  /** Once in a while. False where it is to be ended: nothing at all has come since the last call, or nothing whole for long. */
  isAlive(at: number): boolean
  /** bytes that this process keeps for it: sent and not taken, come and not whole */
  held(): number
}

/** How long one message may take to come, in ms: the largest at 35 kB a second. */
const MESSAGE_MS = 120_000

/** @param socket below the WebSocket; undefined where there is none (the simulator) */
export function watchSocket(
  raw: WebSocket,
  socket: Pick<Socket, 'bytesRead'> | undefined,
  now: number,
): Watched {
  const read = (): number => socket?.bytesRead ?? 0
  let heard = true
  let wholeAt = now
  /** bytes that had come at the last call, and with the last whole message */
  let before = read()
  let whole = before
  return {
    raw,
    heard() {
      heard = true
      whole = read()
    },
    isAlive(at) {
      if (heard) wholeAt = at
      // A large message on a slow line lets no pong pass before its end.
      const alive = heard || (read() > before && at - wholeAt < MESSAGE_MS)
      heard = false
      before = read()
      return alive
    },
    held: () => raw.bufferedAmount + Math.max(0, read() - whole),
  }
}

/** Those to be ended so that what is held for all of them stays below the limit: the greediest first. */
export function tooGreedy<W extends Pick<Watched, 'held'>>(all: Iterable<W>, limit: number): W[] {
  const holding = [...all].map((watched) => ({ watched, bytes: watched.held() }))
  let sum = holding.reduce((total, { bytes }) => total + bytes, 0)
  const ended: W[] = []
  for (const { watched, bytes } of holding.sort((x, y) => y.bytes - x.bytes)) {
    if (sum <= limit) break
    sum -= bytes
    ended.push(watched)
  }
  return ended
}
