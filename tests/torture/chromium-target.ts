import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { bundlePage } from '../browser/bundle.js'
import { CHROMIUM, CHROMIUM_ARGS, NO_CHROMIUM } from '../browser/chromium.js'
import { servePage } from '../browser/page-server.js'
import { createTally, sleep, type Target, until } from './torture.js'
import type {} from './torture-page.js'

/** A new profile from time to time, so that opening stays quick. */
const KILLS_PER_PROFILE = 20

/** Chromium as a process group of its own, to be killed as a whole. */
interface Running {
  readonly child: ChildProcess
  readonly browser: Browser
  readonly ended: Promise<unknown>
}

async function start(profile: string): Promise<Running> {
  const args = [
    ...CHROMIUM_ARGS,
    '--headless=new',
    '--remote-debugging-port=0',
    `--user-data-dir=${profile}`,
    'about:blank',
  ]
  const child = spawn(CHROMIUM ?? '', args, { stdio: ['ignore', 'ignore', 'pipe'], detached: true })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  const url = await new Promise<string>((resolve, reject) => {
    let said = ''
    child.stderr?.on('data', (chunk) => {
      said = (said + chunk).slice(-8_000)
      const found = /DevTools listening on (\S+)/.exec(said)
      if (found?.[1]) resolve(found[1])
    })
    child.once('exit', () => reject(new Error(`Chromium ended: ${said}`)))
  })
  return { child, browser: await chromium.connectOverCDP(url), ended }
}

function killGroup({ child }: Running): void {
  if (child.pid && child.exitCode === null && child.signalCode === null) process.kill(-child.pid, 'SIGKILL')
}

/** The processes that run pages: not the browser's own, which has no page of ours. */
async function renderers({ browser }: Running): Promise<number[]> {
  const session = await browser.newBrowserCDPSession()
  const { processInfo } = await session.send('SystemInfo.getProcessInfo')
  await session.detach()
  return processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id)
}

const chromiumTarget = (
  name: string,
  summary: string,
  kill: (running: Running) => Promise<void>,
): Target => ({
  name,
  summary,
  unavailable: () => (CHROMIUM ? null : NO_CHROMIUM),
  async run(options) {
    const { kills, random } = options
    const tally = createTally(options)
    const site = await servePage(await bundlePage('../torture/torture-page.ts'))
    let profile = ''
    let running: Running | null = null
    let promised = new Set<string>()
    const end = async (): Promise<void> => {
      if (!running) return
      killGroup(running)
      await running.ended
      running = null
    }
    const open = async (): Promise<{ page: Page; ids: Set<string> }> => {
      running ??= await start(profile)
      const context = running.browser.contexts()[0]
      if (!context) throw new Error('Chromium has no profile')
      const page = await context.newPage()
      await page.exposeFunction('promised', (id: string) => void promised.add(id))
      await page.goto(site.origin)
      await page.waitForFunction(() => typeof window.openTortured === 'function')
      return { page, ids: new Set(await page.evaluate(() => window.openTortured())) }
    }
    try {
      let seen = 0
      for (let done = 0; done < kills && Date.now() < options.until; done++) {
        if (done % KILLS_PER_PROFILE === 0) {
          await end()
          if (profile) await rm(profile, { recursive: true, force: true })
          profile = await mkdtemp(join(tmpdir(), 'modaics-chromium-'))
          promised = new Set()
          seen = 0
        }
        const { page } = await open()
        await page.evaluate(() => window.writeForEver())
        await until('an edit of the page', () => promised.size > seen)
        await sleep(random.below(300))
        if (running) await kill(running)
        if (
          running &&
          ((running as Running).child.exitCode !== null || (running as Running).child.signalCode !== null)
        )
          running = null
        else await page.close({ runBeforeUnload: false }).catch(() => {}) // its process is gone
        const kept = new Set(promised)
        const again = await open()
        tally.killed(
          kept.size - seen,
          [...kept].filter((id) => !again.ids.has(id)),
        )
        seen = promised.size
        await again.page.close()
      }
    } finally {
      await end()
      await site.close()
      if (profile) await rm(profile, { recursive: true, force: true })
    }
    return tally.figures()
  },
})

export const tabTarget = chromiumTarget(
  'chromium-tab',
  'a page in headless Chromium, while it writes: its process',
  async (running) => {
    const pids = await renderers(running)
    for (const pid of pids) process.kill(pid, 'SIGKILL')
  },
)

export const browserTarget = chromiumTarget(
  'chromium',
  'the whole of headless Chromium, while a page writes',
  async (running) => {
    killGroup(running)
    await running.ended
  },
)
