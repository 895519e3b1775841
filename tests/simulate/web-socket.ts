import type { VirtualEndpoint } from '@modaics/shared/testing'

/** What travels between the two ends of a WebSocket here. */
type Frame =
  | { readonly type: 'open'; readonly protocol: string }
  | { readonly type: 'message'; readonly data: Uint8Array }
  | { readonly type: 'close'; readonly code: number; readonly reason: string }
  | { readonly type: 'ping' | 'pong' }

/** Both kinds give up a close that is not answered after this. */
const CLOSE_TIMEOUT_MS = 30_000

const CONNECTING = 0
const OPEN = 1
const CLOSING = 2
const CLOSED = 3

const closeFrame = (code: number, reason: string): Frame => ({ type: 'close', code, reason })

function hashOf(bytes: Uint8Array): number {
  let hash = 0x811c9dc5
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash >>> 0
}

/** The part of a WebSocket that both ends share: states, frames and the closing handshake of RFC 6455. */
abstract class Socket {
  readonly CONNECTING = CONNECTING
  readonly OPEN = OPEN
  readonly CLOSING = CLOSING
  readonly CLOSED = CLOSED
  readyState: number = CONNECTING
  readonly bufferedAmount = 0
  protected readonly endpoint: VirtualEndpoint

  constructor(endpoint: VirtualEndpoint) {
    this.endpoint = endpoint
    endpoint.onPacket = (packet) => this.take(packet as Frame)
    endpoint.onEnd = () => this.ended(1006, '')
  }

  protected abstract onFrame(frame: Frame): void
  protected abstract onClosed(code: number, reason: string): void

  send(data: Uint8Array): void {
    if (this.readyState === CONNECTING) throw new Error('the socket is not open yet')
    if (this.readyState !== OPEN) return
    const bytes = Uint8Array.from(data)
    this.endpoint.send(
      { type: 'message', data: bytes } satisfies Frame,
      `frame ${bytes.length} ${hashOf(bytes)}`,
    )
  }

  close(code = 1005, reason = ''): void {
    if (this.readyState === CLOSING || this.readyState === CLOSED) return
    if (this.readyState === CONNECTING) {
      this.readyState = CLOSING
      this.terminate()
      return
    }
    this.readyState = CLOSING
    this.endpoint.send(closeFrame(code, reason), 'close')
    setTimeout(() => this.terminate(), CLOSE_TIMEOUT_MS)
  }

  terminate(): void {
    if (this.readyState === CLOSED) return
    this.endpoint.destroy()
    queueMicrotask(() => this.ended(1006, ''))
  }

  protected ended(code: number, reason: string): void {
    if (this.readyState === CLOSED) return
    this.readyState = CLOSED
    this.endpoint.destroy()
    this.onClosed(code, reason)
  }

  private take(frame: Frame): void {
    if (this.readyState === CLOSED) return
    if (frame.type === 'ping') this.endpoint.send({ type: 'pong' } satisfies Frame, 'pong')
    else if (frame.type === 'close') {
      if (this.readyState !== CLOSING) this.endpoint.send(closeFrame(frame.code, frame.reason), 'close')
      this.ended(frame.code, frame.reason)
    } else this.onFrame(frame)
  }
}

/** The browser's kind. */
class ClientSocket extends Socket {
  binaryType = 'arraybuffer'
  onopen: ((event: object) => void) | null = null
  onmessage: ((event: { data: ArrayBuffer }) => void) | null = null
  onclose: ((event: { code: number; reason: string }) => void) | null = null
  onerror: ((event: object) => void) | null = null

  protected onFrame(frame: Frame): void {
    if (frame.type === 'open') {
      if (this.readyState !== CONNECTING) return
      this.readyState = OPEN
      this.onopen?.({})
    } else if (frame.type === 'message') this.onmessage?.({ data: frame.data.slice().buffer })
  }

  protected onClosed(code: number, reason: string): void {
    if (code === 1006) this.onerror?.({ message: 'the connection was lost' })
    this.onclose?.({ code, reason })
  }
}

type Listener = (...args: unknown[]) => void

/** The kind of `ws`, as the gateway uses it. */
export class ServerSocket extends Socket {
  isPaused = false
  private readonly listeners = new Map<string, Listener[]>()
  private waiting: Uint8Array[] = []

  constructor(endpoint: VirtualEndpoint, protocol: string) {
    super(endpoint)
    this.readyState = OPEN
    endpoint.send({ type: 'open', protocol } satisfies Frame, 'open')
  }

  on(name: string, listener: Listener): this {
    this.listeners.set(name, [...(this.listeners.get(name) ?? []), listener])
    return this
  }

  once(name: string, listener: Listener): this {
    return this.on(name, listener)
  }

  ping(): void {
    if (this.readyState === OPEN) this.endpoint.send({ type: 'ping' } satisfies Frame, 'ping')
  }

  pause(): void {
    this.isPaused = true
  }

  resume(): void {
    this.isPaused = false
    for (const data of this.waiting.splice(0)) this.emit('message', Buffer.from(data), true)
  }

  protected onFrame(frame: Frame): void {
    if (frame.type === 'pong') this.emit('pong')
    else if (frame.type !== 'message') return
    else if (this.isPaused) this.waiting.push(frame.data)
    else this.emit('message', Buffer.from(frame.data), true)
  }

  protected onClosed(code: number, reason: string): void {
    this.emit('close', code, Buffer.from(reason))
  }

  private emit(name: string, ...args: unknown[]): void {
    for (const listener of this.listeners.get(name) ?? []) listener(...args)
  }
}

/** `new WebSocket(…)` of one device. */
export function createWebSocketClass(
  connect: (url: string, protocols: readonly string[]) => VirtualEndpoint,
): typeof globalThis.WebSocket {
  class DeviceSocket extends ClientSocket {
    constructor(url: string, protocols: string | readonly string[] = []) {
      super(connect(url, typeof protocols === 'string' ? [protocols] : protocols))
    }
  }
  return DeviceSocket as unknown as typeof globalThis.WebSocket
}
