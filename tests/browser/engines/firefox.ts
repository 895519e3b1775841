import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import WebSocket from 'ws'
import { type Engine, LINUX_ONLY } from './engine.js'
import { launch } from './processes.js'

const FIREFOX = [process.env.FIREFOX_PATH, '/usr/bin/firefox-esr', '/usr/bin/firefox'].find(
  (path) => path && existsSync(path),
)

/** Each tab has a process of its own; nothing asks the world outside. */
const PREFERENCES = {
  'dom.ipc.processCount.webIsolated': 64,
  'app.update.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'remote.active-protocols': 1,
}

/** Firefox by WebDriver BiDi, which it speaks itself. */
export const firefoxEngine: Engine = {
  name: 'firefox',
  unavailable() {
    if (process.platform !== 'linux') return LINUX_ONLY
    return FIREFOX
      ? null
      : 'no Firefox on this machine (apt-get install firefox-esr, or name one by FIREFOX_PATH)'
  },
  async start() {
    const profile = await mkdtemp(join(tmpdir(), 'modaics-firefox-'))
    const lines = Object.entries(PREFERENCES).map(
      ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`,
    )
    await writeFile(join(profile, 'user.js'), lines.join(''))
    const args = ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port=0']
    const environment = { HOME: profile, MOZ_CRASHREPORTER_DISABLE: '1' }
    const { child, match } = await launch(
      FIREFOX ?? '',
      args,
      environment,
      /WebDriver BiDi listening on (\S+)/,
    )
    const command = await connect(`${match}/session`)
    await command('session.new', { capabilities: {} })
    return {
      profile,
      pid: child.pid ?? 0,
      page: /-isForBrowser\b.* tab$/,
      async openTab(url) {
        const { context } = await command('browsingContext.create', { type: 'tab' })
        await command('browsingContext.navigate', { context, url, wait: 'complete' })
        return {
          async discard() {
            await command('browsingContext.close', { context }).catch(() => {}) // it may have gone by itself
          },
        }
      },
      async close() {
        const ended = new Promise((resolve) => child.once('exit', resolve))
        child.kill('SIGKILL')
        await ended
        await rm(profile, { recursive: true, force: true, maxRetries: 5 })
      },
    }
  },
}

type Command = (method: string, params: object) => Promise<Record<string, unknown>>

async function connect(url: string): Promise<Command> {
  const socket = new WebSocket(url)
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  const waiting = new Map<
    number,
    { resolve: (result: Record<string, unknown>) => void; reject: (error: Error) => void }
  >()
  let sent = 0
  socket.on('message', (data) => {
    const { id, type, result, message } = JSON.parse(String(data))
    const waiter = waiting.get(id)
    waiting.delete(id)
    if (type === 'error') waiter?.reject(new Error(message))
    else waiter?.resolve(result)
  })
  socket.on('error', () => {}) // it ends with the browser
  return (method, params) =>
    new Promise((resolve, reject) => {
      waiting.set(++sent, { resolve, reject })
      socket.send(JSON.stringify({ id: sent, method, params }))
    })
}
