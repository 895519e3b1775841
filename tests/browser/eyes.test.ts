import type { PhotoAnalysis } from '@modaics/shared'
import type { BrowserContext, Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { drawGarment } from '../../server/testing/pictures.js'
import { openSite, openTab, type Site } from './browser.js'
import { CHROMIUM, NO_CHROMIUM } from './chromium.js'
import { lookAt } from './look-at.js'
import type {} from './wardrobe-page.js'

if (!CHROMIUM) console.warn(`tests/browser/eyes.test.ts ${NO_CHROMIUM}`)

/** Adds a photo in the page, and waits until it was looked at there. */
async function seenInPage(page: Page, bytes: readonly number[]): Promise<PhotoAnalysis> {
  const id = await page.evaluate(async (picture) => {
    const item = await window.wardrobe.items.add({ name: 'Shirt' })
    const photo = await window.wardrobe.photos.add({ bytes: Uint8Array.from(picture), itemId: item.id })
    return photo.id
  }, bytes)
  await page.waitForFunction((photo) => window.wardrobe.photos.get(photo)?.analysis, id)
  const told = await page.evaluate((photo) => window.wardrobe.photos.get(photo)?.analysis, id)
  return told as unknown as PhotoAnalysis
}

const seen = ({ colors, pattern, kinds }: PhotoAnalysis) => ({ colors, pattern, kinds })

describe.skipIf(!CHROMIUM)(`the local vision in a page${CHROMIUM ? '' : ` (${NO_CHROMIUM})`}`, () => {
  let site: Site
  let context: BrowserContext
  let picture: number[]

  beforeAll(async () => {
    site = await openSite()
    // without loss, and so small that nothing is resized: decoders differ in both
    const drawn = await sharp(await drawGarment({ color: '#2f7d4f', width: 240, height: 300 }))
      .png()
      .toBuffer()
    picture = [...drawn]
  })
  afterAll(() => site?.close())
  beforeEach(async () => {
    context = await site.browser.newContext()
  })
  afterEach(() => context.close())

  test('[LV1] Chromium sees in a worker what Node sees, to the last digit', async () => {
    const { page, errors } = await openTab(context, site.origin)
    await page.evaluate(() => window.openPage({ eyes: true }))
    const inPage = await seenInPage(page, picture)
    expect(await page.evaluate(() => window.wardrobe.photos.eyes())).toEqual({ state: 'open', reason: null })
    expect(page.workers().filter((worker) => worker.url().includes('look-worker'))).toHaveLength(1)

    const inNode = (await lookAt(Uint8Array.from(picture))).analysis as unknown as PhotoAnalysis
    expect(inPage.kinds).toHaveLength(3)
    expect(seen(inPage)).toEqual(seen(inNode))
    expect(errors).toEqual([])
  })

  test('[LV4] the weights are fetched with the first photo, and kept for when there is no network', async () => {
    const first = await openTab(context, site.origin)
    await first.page.evaluate(() => window.openPage({ eyes: true }))
    await first.page.evaluate(() => window.wardrobe.items.add({ name: 'Coat' }))
    expect(await first.page.evaluate(() => caches.keys())).toEqual([])
    const online = await seenInPage(first.page, picture)
    await first.page.close()

    await context.route(/\.bin$/, (route) => route.abort())
    const second = await openTab(context, site.origin)
    await second.page.evaluate(() => window.openPage({ eyes: true }))
    expect(seen(await seenInPage(second.page, picture))).toEqual(seen(online))
    expect(await second.page.evaluate(() => caches.keys())).toEqual([expect.stringMatching(/^modaics-eyes-/)])
  })

  test('[LV4] where they cannot be had it sees colours, and says why not more', async () => {
    await context.route(/\.bin$/, (route) => route.abort())
    const { page } = await openTab(context, site.origin)
    await page.evaluate(() => window.openPage({ eyes: true }))
    const blind = await seenInPage(page, picture)
    expect(blind.colors?.value[0]?.name).toContain('green')
    expect(blind.kinds).toBeUndefined()
    expect(await page.evaluate(() => window.wardrobe.photos.eyes())).toMatchObject({ state: 'blind' })
  })
})
