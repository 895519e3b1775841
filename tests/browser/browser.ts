import type { Browser, BrowserContext, Page } from 'playwright-core'
import { openTestServer, type TestServer } from '../../server/testing/server.js'
import { createPerson, type Person } from '../sync/devices.js'
import { bundlePage } from './bundle.js'
import { launchChromium } from './chromium.js'
import { type PageServer, servePage } from './page-server.js'

/** A browser, a site with the SDK in it, and a sync server that lets the site in. */
export interface Site {
  readonly browser: Browser
  readonly origin: string
  readonly server: TestServer
  createPerson(): Promise<Person>
  close(): Promise<void>
}

export async function openSite(env: Readonly<Record<string, string>> = {}): Promise<Site> {
  const [bundle, browser] = await Promise.all([bundlePage('./wardrobe-page.ts'), launchChromium()])
  const pages: PageServer = await servePage(bundle)
  const server = await openTestServer('pglite', { env: { ALLOWED_ORIGINS: pages.origin, ...env } })
  return {
    browser,
    origin: pages.origin,
    server,
    createPerson: () => createPerson(server.url, 'browser'),
    async close() {
      await browser.close()
      await pages.close()
      await server.close()
    },
  }
}

/** A page of the site, loaded, with its errors as they come. */
export async function openTab(
  context: BrowserContext,
  origin: string,
): Promise<{ page: Page; errors: string[] }> {
  const page = await context.newPage()
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(String(error.stack)))
  await page.goto(origin)
  return { page, errors }
}
