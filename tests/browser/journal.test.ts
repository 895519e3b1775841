import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bundlePage } from './bundle.js'
import { CHROMIUM, launchChromium, NO_CHROMIUM } from './chromium.js'
import { type PageServer, servePage } from './page-server.js'
import type {} from './page-vitest.js'

if (!CHROMIUM) console.warn(`tests/browser/journal.test.ts ${NO_CHROMIUM}`)

describe.skipIf(!CHROMIUM)(`the journal in a page${CHROMIUM ? '' : ` (${NO_CHROMIUM})`}`, () => {
  let browser: Browser
  let pages: PageServer

  beforeAll(async () => {
    const suite = '../../client-sdk/journal/indexeddb-journal.browser.ts'
    pages = await servePage(await bundlePage(suite, { vitest: './page-vitest.ts' }))
    browser = await launchChromium()
  })
  afterAll(async () => {
    await browser?.close()
    await pages?.close()
  })

  test('keeps every promise of a journal with the IndexedDB of Chromium', async () => {
    const page = await browser.newPage()
    await page.goto(pages.origin)
    await page.evaluate(() => {
      // The suite compares bytes with Node's.
      const compare = (x: Uint8Array, y: Uint8Array): number =>
        x.length === y.length && x.every((byte, i) => byte === y[i]) ? 0 : 1
      Object.assign(window, { Buffer: { compare } })
    })
    const { passed, failed } = await page.evaluate(() => window.runTests())
    expect(failed).toEqual({})
    expect(passed.length).toBeGreaterThanOrEqual(10)
  })
})
