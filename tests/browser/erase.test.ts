import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { drawGarment } from '../../server/testing/pictures.js'
import { PASSWORD, WITHIN } from '../sync/devices.js'
import { openSite, openTab, type Site } from './browser.js'
import { CHROMIUM, CHROMIUM_ARGS, NO_CHROMIUM } from './chromium.js'
import { filesWith } from './files-with.js'
import { held } from './held.js'
import type {} from './wardrobe-page.js'

if (!CHROMIUM) console.warn(`tests/browser/erase.test.ts ${NO_CHROMIUM}`)

const picture = await drawGarment({ color: '#7a1f2b' })
const MARKER = 'Qx7-erased-9'

describe.skipIf(!CHROMIUM)(`a purged record, in a page${CHROMIUM ? '' : ` (${NO_CHROMIUM})`}`, () => {
  let site: Site
  let profile: string
  let context: BrowserContext

  beforeAll(async () => {
    site = await openSite({ ERASE_AFTER_DAYS: '0' })
    profile = await mkdtemp(join(tmpdir(), 'modaics-profile-'))
    context = await chromium.launchPersistentContext(profile, {
      ...(CHROMIUM ? { executablePath: CHROMIUM } : {}),
      args: [...CHROMIUM_ARGS],
    })
  })
  afterAll(async () => {
    await context?.close()
    await site?.close()
    await rm(profile, { recursive: true, force: true, maxRetries: 5 })
  })

  test('[ER4] [ER6] is in nothing that IndexedDB holds, and in no other file of the browser', async () => {
    const { email } = await site.createPerson()
    const { page } = await openTab(context, site.origin)
    await page.evaluate((options) => window.openPage(options), {
      url: site.server.url,
      person: { email, password: PASSWORD },
    })
    const id = await page.evaluate(
      async ([marker, bytes]) => {
        const { items, photos, history, query, whenDurable } = window.wardrobe
        await items.add({ name: 'Hat' })
        const { id } = await items.add({ name: marker, notes: `of ${marker}`, tags: [marker] })
        await items.update(id, { notes: `${marker} again` })
        await photos.add({ bytes: new Uint8Array(bytes), itemId: id })
        await query('select name from items')
        await whenDurable('server')
        await history({ kind: 'items', id })
        return id
      },
      [MARKER, [...picture]] as const,
    )
    await page.waitForFunction(() => window.wardrobe.photos.list()[0]?.storedAt)
    expect(await page.evaluate(held, MARKER)).not.toEqual([])

    await page.evaluate((id) => window.wardrobe.items.purge(id), id)
    await page.waitForFunction(() => window.wardrobe.items.list({ includeRemoved: true }).length === 1)
    await vi.waitFor(async () => expect(await page.evaluate(held, MARKER)).toEqual([]), WITHIN)
    expect(await page.evaluate(() => window.wardrobe.query('select name from items'))).toEqual([
      { name: 'Hat' },
    ])
    // What IndexedDB's own files have goes when Chromium compacts them, in its own time: decision 62.
    await vi.waitFor(
      async () =>
        expect((await filesWith(MARKER, profile)).filter((path) => !path.includes('/IndexedDB/'))).toEqual(
          [],
        ),
      WITHIN,
    )
  })
})
