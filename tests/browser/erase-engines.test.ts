import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { drawGarment } from '../../server/testing/pictures.js'
import { openTestServer, type TestServer } from '../../server/testing/server.js'
import { createPerson, PASSWORD } from '../sync/devices.js'
import { bundlePage } from './bundle.js'
import { openEar } from './ear.js'
import { firefoxEngine } from './engines/firefox.js'
import { webkitEngine } from './engines/webkit.js'
import type { EraseTask } from './erase-page.js'
import { filesWith } from './files-with.js'
import { type PageServer, servePage } from './page-server.js'

const WITHIN = 120_000
const MARKER = 'Qx7-erased-9'

// Chromium, which a test can look into: erase.test.ts
const ENGINES = [
  // SQLite without `secure_delete`: what is deleted stays in the free room of its page until something takes it (decision 62)
  { ...firefoxEngine, mayKeep: /\/storage\/default\/[^/]+\/idb\/[^/]+\.sqlite(-wal)?$/ },
  { ...webkitEngine, mayKeep: null },
]

describe.each(ENGINES)('a purged record in $name', (engine) => {
  const reason = engine.unavailable()
  if (reason) console.warn(`tests/browser/erase-engines.test.ts, ${engine.name}: ${reason}`)
  const picture = reason ? null : drawGarment({ color: '#7a1f2b' }) // before the server takes the decoder of SVG away
  let pages: PageServer
  let server: TestServer
  beforeAll(async () => {
    if (reason) return
    await picture
    pages = await servePage(await bundlePage('./erase-page.ts'))
    const env = { ALLOWED_ORIGINS: pages.origin, ERASE_AFTER_DAYS: '0' }
    server = await openTestServer('pglite', { env })
  }, WITHIN)
  afterAll(async () => {
    await pages?.close()
    await server?.close()
  })

  test.skipIf(reason)(
    `[ER4] [ER6] is in nothing that IndexedDB holds, and in no file of the browser${engine.mayKeep ? ' but its own' : ''}${reason ? ` (${reason})` : ''}`,
    async () => {
      const { email } = await createPerson(server.url, 'browser')
      const ear = await openEar({
        url: server.url,
        person: { email, password: PASSWORD },
        marker: MARKER,
        picture: (await picture)?.toString('base64') ?? '',
      } satisfies EraseTask)
      const browser = await engine.start()
      try {
        await browser.openTab(`${pages.origin}/#${encodeURIComponent(ear.url)}`)
        expect(await ear.next()).toMatchObject({ held: expect.arrayContaining([expect.any(String)]) })
        expect(await filesWith(MARKER, browser.profile ?? '')).not.toEqual([])
        expect(await ear.next()).toEqual({ held: [], rows: [{ name: 'Hat' }] })
        await vi.waitFor(
          async () => {
            const files = await filesWith(MARKER, browser.profile ?? '')
            expect(files.filter((path) => !engine.mayKeep?.test(path))).toEqual([])
          },
          { timeout: 30_000, interval: 100 },
        )
      } finally {
        await browser.close()
        ear.close()
      }
    },
    WITHIN,
  )
})
