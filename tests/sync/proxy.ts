import type { AddressInfo } from 'node:net'
import { createServer, connect as netConnect, type Socket } from 'node:net'

/** A stretch of network between devices and a server: it counts, and it can fail. */
export interface Proxy {
  readonly url: string
  /** bytes that came from the server since the last `reset` */
  readonly received: number
  reset(): void
  /** Breaks all connections, without a goodbye. */
  cut(): void
  close(): Promise<void>
}

export async function createProxy(target: string): Promise<Proxy> {
  const { hostname, port } = new URL(target)
  const sockets = new Set<Socket>()
  let received = 0
  const keep = (socket: Socket): void => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => sockets.delete(socket))
  }
  const server = createServer((device) => {
    const onward = netConnect(Number(port), hostname)
    keep(device)
    keep(onward)
    onward.on('data', (bytes) => {
      received += bytes.byteLength
    })
    device.pipe(onward).pipe(device)
    device.on('close', () => onward.destroy())
    onward.on('close', () => device.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const cut = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get received() {
      return received
    },
    reset() {
      received = 0
    },
    cut,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        cut()
      }),
  }
}
