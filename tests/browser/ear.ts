import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Where pages that a test cannot look into ask what to do, and tell what came of it. */
export interface Ear {
  readonly url: string
  /** What a page tells next, as it posts it; what it told before is given first. */
  next(): Promise<unknown>
  close(): void
}

/** @param task what a page that asks is given */
export async function openEar(task: unknown = null): Promise<Ear> {
  const told: unknown[] = []
  const waiting: ((told: unknown) => void)[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const part of request) body += part
    response.writeHead(200, { 'access-control-allow-origin': '*', 'cache-control': 'no-store' })
    response.end(JSON.stringify(task))
    if (request.method !== 'POST') return
    const listener = waiting.shift()
    if (listener) listener(JSON.parse(body))
    else told.push(JSON.parse(body))
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    next: () =>
      told.length > 0
        ? Promise.resolve(told.shift())
        : new Promise((resolve) => {
            waiting.push(resolve)
          }),
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
