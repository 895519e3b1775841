import { execFileSync, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Engine, LINUX_ONLY } from './engine.js'

const MINI_BROWSER = ['x86_64', 'aarch64']
  .map((machine) => `/usr/lib/${machine}-linux-gnu/webkit2gtk-4.1/MiniBrowser`)
  .find((path) => existsSync(path))

/** Opens a tab, each with a process of its own, for every address that it is given. */
const OPENER = `<!doctype html><script type="module">
for (;;) open(await (await fetch('/next')).text(), '_blank', 'noopener')
</script>`

/**
 * WebKit, the engine of iOS, as GTK's small browser. Not by its WebDriver, which gives up all tabs when the process of one
 * is gone: tabs are opened by a page.
 */
export const webkitEngine: Engine = {
  name: 'webkit',
  unavailable() {
    if (process.platform !== 'linux') return LINUX_ONLY
    return MINI_BROWSER && isInstalled('Xvfb')
      ? null
      : 'no WebKit on this machine (apt-get install webkit2gtk-driver xvfb)'
  },
  async start() {
    const home = await mkdtemp(join(tmpdir(), 'modaics-webkit-'))
    let next: (answer: ServerResponse) => void = () => {}
    let asking = new Promise<ServerResponse>((resolve) => {
      next = resolve
    })
    const opener = createServer((request, answer) => {
      if (request.url === '/next') next(answer)
      else answer.writeHead(200, { 'content-type': 'text/html' }).end(OPENER)
    })
    await new Promise<void>((listening) => opener.listen(0, '127.0.0.1', listening))
    const screen = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '800x600x24', '-nolisten', 'tcp'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    })
    const display = await new Promise((resolve) =>
      screen.stdio[3]?.once('data', (text) => resolve(`:${text}`.trim())),
    )
    const address = `http://127.0.0.1:${(opener.address() as AddressInfo).port}/`
    const browser = spawn(MINI_BROWSER ?? '', ['--javascript-can-open-windows-automatically=true', address], {
      stdio: 'ignore',
      env: {
        ...process.env,
        HOME: home,
        XDG_RUNTIME_DIR: home,
        DISPLAY: String(display),
        LIBGL_ALWAYS_SOFTWARE: '1',
        WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
        WEBKIT_DISABLE_COMPOSITING_MODE: '1',
        WEBKIT_DISABLE_DMABUF_RENDERER: '1',
      },
    })
    const endAll = (): void => {
      browser.kill('SIGKILL')
      screen.kill('SIGKILL')
    }
    process.once('exit', endAll)
    return {
      profile: home,
      pid: browser.pid ?? 0,
      page: /WebKitWebProcess/,
      async openTab(url) {
        const answer = await asking
        asking = new Promise((resolve) => {
          next = resolve
        })
        answer.end(url)
        return { discard: async () => {} } // it stays, as a tab that says that its page is gone
      },
      async close() {
        const ended = new Promise((resolve) => browser.once('exit', resolve))
        endAll()
        await ended
        process.off('exit', endAll)
        opener.close()
        opener.closeAllConnections()
        await rm(home, { recursive: true, force: true, maxRetries: 5 })
      },
    }
  },
}

function isInstalled(program: string): boolean {
  try {
    execFileSync('which', [program], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
