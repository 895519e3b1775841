import sharp from 'sharp'
import { beforeAll, describe, expect, test } from 'vitest'
import { drawGarment } from '../../server/testing/pictures.js'
import { type Bundle, bundlePage } from './bundle.js'
import { openEar } from './ear.js'
import { chromiumEngine } from './engines/chromium.js'
import { firefoxEngine } from './engines/firefox.js'
import { webkitEngine } from './engines/webkit.js'
import { lookAt } from './look-at.js'
import { servePage } from './page-server.js'

const WITHIN = 120_000

describe.each([chromiumEngine, firefoxEngine, webkitEngine])('the local vision in $name', (engine) => {
  const reason = engine.unavailable()
  if (reason) console.warn(`tests/browser/eyes-engines.test.ts, ${engine.name}: ${reason}`)
  let bundle: Bundle
  beforeAll(async () => {
    if (!reason) bundle = await bundlePage('./eyes-page.ts')
  }, WITHIN)

  test.skipIf(reason)(
    `[LV1] sees what Node sees, to the last digit${reason ? ` (${reason})` : ''}`,
    async () => {
      // without loss, and so small that nothing is resized: decoders differ in both
      const picture = await sharp(await drawGarment({ color: '#2f7d4f', width: 120, height: 150 }))
        .png({ palette: true })
        .toBuffer()
      const [site, ear] = [await servePage(bundle), await openEar()]
      const browser = await engine.start()
      try {
        await browser.openTab(
          `${site.origin}/?tell=${encodeURIComponent(ear.url)}#${picture.toString('base64')}`,
        )
        const inPage = await ear.next()
        const { analysis } = await lookAt(new Uint8Array(picture))
        const { kinds, pattern, colors, features } = analysis ?? {}
        expect(kinds).toHaveLength(3)
        expect(inPage).toMatchObject({
          eyes: { state: 'open', reason: null },
          analysis: { kinds, pattern, colors, features },
        })
      } finally {
        await browser.close()
        ear.close()
        await site.close()
      }
    },
    WITHIN,
  )
})
