import { chromium } from 'playwright-core'
import { CHROMIUM, CHROMIUM_ARGS, NO_CHROMIUM } from '../chromium.js'
import { type Engine, LINUX_ONLY } from './engine.js'

export const chromiumEngine: Engine = {
  name: 'chromium',
  unavailable() {
    if (process.platform !== 'linux') return LINUX_ONLY
    return CHROMIUM ? null : NO_CHROMIUM
  },
  async start() {
    const args = [...CHROMIUM_ARGS]
    const server = await chromium.launchServer({ ...(CHROMIUM ? { executablePath: CHROMIUM } : {}), args })
    const browser = await chromium.connect(server.wsEndpoint())
    const context = await browser.newContext()
    return {
      profile: null, // incognito
      pid: server.process().pid ?? 0,
      page: /--type=renderer/,
      async openTab(url) {
        const page = await context.newPage()
        await page.goto(url)
        return { discard: () => page.close().catch(() => {}) } // it has crashed
      },
      close: () => server.close(),
    }
  },
}
