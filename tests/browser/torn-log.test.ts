import { appendFile, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bundlePage } from './bundle.js'
import { CHROMIUM, CHROMIUM_ARGS, NO_CHROMIUM } from './chromium.js'
import { type PageServer, servePage } from './page-server.js'
import type {} from './wardrobe-page.js'

if (!CHROMIUM) console.warn(`tests/browser/torn-log.test.ts ${NO_CHROMIUM}`)

/** The head of a record of LevelDB's log: of 147 bytes, none of which was written. */
const HEAD = Buffer.from([0x12, 0x34, 0x56, 0x78, 147, 0, 1])

describe.skipIf(!CHROMIUM)(`a Chromium that was killed${CHROMIUM ? '' : ` (${NO_CHROMIUM})`}`, () => {
  let pages: PageServer
  let folder: string
  beforeAll(async () => {
    pages = await servePage(await bundlePage('./wardrobe-page.ts'))
    folder = await mkdtemp(join(tmpdir(), 'modaics-torn-'))
  })
  afterAll(async () => {
    await pages?.close()
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  })

  /** Opens the wardrobe of a profile in a browser of its own and adds a piece; resolves to the names. */
  async function visit(profile: string, name: string): Promise<readonly string[]> {
    const context = await chromium.launchPersistentContext(profile, {
      ...(CHROMIUM ? { executablePath: CHROMIUM } : {}),
      args: [...CHROMIUM_ARGS],
    })
    try {
      const page = await context.newPage()
      await page.goto(pages.origin)
      await page.evaluate(() => window.openPage())
      return await page.evaluate(async (name) => {
        await window.wardrobe.items.add({ name })
        return window.wardrobe.items.list().map(({ name }) => name ?? '')
      }, name)
    } finally {
      await context.close()
    }
  }

  test('[JO9] in the middle of a write of IndexedDB keeps what was promised, also at the start after the next', async () => {
    const profile = join(folder, 'profile')
    await visit(profile, 'Coat')
    // As a kill leaves it: the browser's log ends in half a record.
    const databases = join(profile, 'Default', 'IndexedDB')
    const [site] = (await readdir(databases)).filter((entry) => entry.endsWith('.leveldb'))
    const [log] = (await readdir(join(databases, site!))).filter((entry) => entry.endsWith('.log'))
    await appendFile(join(databases, site!, log!), HEAD)
    await visit(profile, 'Scarf')
    expect([...(await visit(profile, 'Hat'))].sort()).toEqual(['Coat', 'Hat', 'Scarf'])
  })
})
