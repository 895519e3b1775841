import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'
import type { TabCalls, TabWord } from './tabs-page.js'

/** The other end of a tab: asks it, and hears what it promises. */
export interface ControlledTab {
  /** it has said that socket and rows are its own */
  readonly owner: boolean
  /** Rejects where the call fails in the tab, or the tab ends before it has answered. */
  call<K extends keyof TabCalls>(name: K, ...args: Parameters<TabCalls[K]>): ReturnType<TabCalls[K]>
}

export interface TabControl {
  /** what a page is told, to be found in its address */
  readonly url: string
  /** The next tab that reports. */
  next(): Promise<ControlledTab>
  close(): Promise<void>
}

/**
 * @param promised hears the id of each edit that a tab was promised to be kept
 * @param failed hears of errors in tabs that nobody has caught
 */
export async function createTabControl(
  promised: (id: string) => void,
  failed: (words: string) => void,
): Promise<TabControl> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  await new Promise((resolve) => server.once('listening', resolve))
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    next: () =>
      new Promise((resolve) =>
        server.once('connection', (socket) => resolve(control(socket, promised, failed))),
      ),
    close: () =>
      new Promise((resolve) => {
        for (const client of server.clients) client.terminate()
        server.close(() => resolve())
      }),
  }
}

function control(
  socket: WebSocket,
  promised: (id: string) => void,
  failed: (words: string) => void,
): ControlledTab {
  const waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>()
  let asked = 0
  let owner = false
  socket.on('message', (data) => {
    const word = JSON.parse(String(data)) as TabWord
    if (word.type === 'promised') return promised(word.id)
    if (word.type === 'owner') {
      owner = true
      return
    }
    if (word.type === 'error') return failed(word.words)
    const waiter = waiting.get(word.n)
    waiting.delete(word.n)
    if (word.error === undefined) waiter?.resolve(word.value as never)
    else waiter?.reject(new Error(word.error))
  })
  socket.on('error', () => {}) // it was killed: `close` follows
  socket.on('close', () => {
    for (const { reject } of waiting.values()) reject(new Error('the tab is gone'))
    waiting.clear()
  })
  return {
    get owner() {
      return owner
    },
    call: (name, ...args) =>
      new Promise<never>((resolve, reject) => {
        if (socket.readyState !== socket.OPEN) return reject(new Error('the tab is gone'))
        waiting.set(++asked, { resolve, reject })
        socket.send(JSON.stringify({ n: asked, call: name, args }))
      }) as never,
  }
}
