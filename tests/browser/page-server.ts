import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Bundle, ENTRY_PATH } from './bundle.js'

export interface PageServer {
  readonly origin: string
  close(): Promise<void>
}

const HTML = `<!doctype html><meta charset="utf-8"><title>Modaics</title><script type="module" src="${ENTRY_PATH}"></script>`

/** Precaches the whole site, as an app that is to open offline must. */
const workerScript = (paths: readonly string[]): string => `
addEventListener('install', (event) =>
  event.waitUntil(caches.open('site').then((cache) => cache.addAll(${JSON.stringify(paths)}))))
addEventListener('activate', (event) => event.waitUntil(clients.claim()))
addEventListener('fetch', (event) => {
  if (new URL(event.request.url).origin === location.origin)
    event.respondWith(caches.match(event.request).then((hit) => hit ?? fetch(event.request)))
})`

/** As strict as PGlite lets a page be: it compiles WebAssembly. */
const POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; connect-src *; worker-src 'self'"

/** Serves a page with this bundle on a free port of the loopback address. */
export async function servePage(bundle: Bundle): Promise<PageServer> {
  const files = new Map<string, { body: string | Uint8Array; type: string }>(bundle).set('/', {
    body: HTML,
    type: 'text/html',
  })
  files.set('/service-worker.js', { body: workerScript([...files.keys()]), type: 'text/javascript' })
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://page').pathname
    const file = files.get(path)
    if (!file) {
      response.writeHead(404).end()
      return
    }
    response.writeHead(200, { 'content-type': file.type, 'content-security-policy': POLICY }).end(file.body)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed())
        server.closeAllConnections()
      }),
  }
}
