import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { type GarmentLike, type GenerateRequest, generateOutfits, TAXONOMY } from '@modaics/shared'
import { describe, expect, test } from 'vitest'
import { bundlePage } from './bundle.js'
import { chromiumEngine } from './engines/chromium.js'
import { firefoxEngine } from './engines/firefox.js'
import { webkitEngine } from './engines/webkit.js'
import { servePage } from './page-server.js'

const KINDS = TAXONOMY.flatMap(({ subcategories }) => subcategories.map(({ id }) => id))

/** Pieces of every kind, in any colour that there is. */
function makeWardrobe(size: number, seed: number): GarmentLike[] {
  let state = seed
  const draw = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
  return Array.from({ length: size }, (_, i) => ({
    id: `piece-${i}`,
    subcategory: KINDS[draw(KINDS.length)] ?? 'shirt',
    colors: [
      {
        hex: `#${draw(2 ** 24)
          .toString(16)
          .padStart(6, '0')}`,
        share: 1,
      },
    ],
  }))
}

const REQUESTS: readonly GenerateRequest[] = [
  {},
  { seed: 7, count: 10, diversity: 0 },
  { occasion: 'work', weather: { temperatureC: 9, rain: true, wind: 6 } },
  { occasion: 'casual', season: 'summer', seed: -3 },
  { weather: { temperatureC: -4 }, count: 5 },
].flatMap((wishes, i) => [40, 150].map((size) => ({ ...wishes, items: makeWardrobe(size, i + 1) })))

/** Where pages fetch the requests and bring their answers. */
async function openDesk() {
  const server = createServer(async (request, response) => {
    response.setHeader('access-control-allow-origin', '*')
    if (request.method === 'POST') brought(JSON.parse(await text(request)))
    response.end(request.method === 'POST' ? '' : JSON.stringify(REQUESTS))
  })
  let brought: (report: unknown) => void = () => {}
  const report = new Promise<unknown>((resolve) => {
    brought = resolve
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    report,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

describe('outfits in other engines', () => {
  for (const engine of [chromiumEngine, firefoxEngine, webkitEngine]) {
    const reason = engine.unavailable()
    if (reason) console.warn(`tests/browser/outfits.test.ts is skipped in ${engine.name}: ${reason}`)

    test.skipIf(reason)(
      `[OU13] ${engine.name}, in a page and in a worker, gives the answers of Node`,
      async () => {
        const site = await servePage(await bundlePage('./outfits-page.ts'))
        const desk = await openDesk()
        const browser = await engine.start()
        try {
          await browser.openTab(`${site.origin}/?desk=${encodeURIComponent(desk.url)}`)
          const here = REQUESTS.map(generateOutfits)
          expect(here.every(({ outfits }) => outfits.length > 0)).toBe(true)
          const plain = JSON.parse(JSON.stringify(here))
          expect(await desk.report).toEqual({ page: plain, worker: plain })
        } finally {
          await browser.close()
          await site.close()
          desk.close()
        }
      },
    )
  }
})
